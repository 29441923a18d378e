package io.mainstay.admin;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The JSON object that says how to act: fields are checked as they are asked for. */
final class ActBody {
  private static final int LIMIT = 64 * 1024;
  private static final int LONGEST_TEXT = 1000;
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
  private static final Pattern SHARE = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,6})?)%");
  private static final Duration LONGEST = Duration.ofDays(366);
  private final SequencedMap<String, @Nullable Object> fields = new LinkedHashMap<>();

  private ActBody() {}

  /**
   * Reads the body of a request; no body counts as an object without fields.
   *
   * @param known the fields that it may have
   * @throws Problem 400, if it is not such an object
   */
  static ActBody read(Request request, List<String> known) throws IOException {
    ActBody body = new ActBody();
    byte[] bytes = request.body(LIMIT);
    if (bytes.length == 0) {
      return body;
    }
    if (!(Json.read(bytes) instanceof Map<?, ?> map)) {
      throw Problem.badRequest("body: not a JSON object (expected: an object of " + known + ")");
    }
    for (Map.Entry<?, ?> field : map.entrySet()) {
      String name = String.valueOf(field.getKey());
      if (!known.contains(name)) {
        throw Problem.badRequest("body: unknown field '" + name + "' (expected: " + known + ")")
            .with("field", name);
      }
      body.fields.put(name, field.getValue());
    }
    return body;
  }

  private static Problem wrong(String name, @Nullable Object value, String expected) {
    String shown = String.valueOf(value);
    return Problem.badRequest(
            "body: "
                + name
                + ": "
                + (shown.length() > 80 ? shown.substring(0, 80) + "…" : shown)
                + " (expected: "
                + expected
                + ")")
        .with("field", name);
  }

  /** A whole number that must be there. */
  int number(String name, int min, int max) {
    return optionalNumber(name, min, max)
        .orElseThrow(() -> wrong(name, "absent", min + " to " + max));
  }

  /** A whole number. */
  Optional<Integer> optionalNumber(String name, int min, int max) {
    Object value = fields.get(name);
    if (value == null) {
      return Optional.empty();
    }
    String expected = "a whole number, " + min + " to " + max;
    if (!(value instanceof BigDecimal number) || number.precision() - number.scale() > 10) {
      throw wrong(name, value, expected);
    }
    try {
      int whole = number.intValueExact();
      if (whole >= min && whole <= max) {
        return Optional.of(whole);
      }
    } catch (ArithmeticException e) {
      // Said below, as for a number out of range.
    }
    throw wrong(name, value, expected);
  }

  /** A text; empty if it is absent. */
  String text(String name) {
    Object value = fields.get(name);
    if (value == null) {
      return "";
    }
    if (value instanceof String text
        && text.length() <= LONGEST_TEXT
        && text.chars().noneMatch(Character::isISOControl)) {
      return text;
    }
    throw wrong(name, value, "a text of one line, at most " + LONGEST_TEXT + " characters");
  }

  /** A switch; off if it is absent. */
  boolean flag(String name) {
    return switch (fields.get(name)) {
      case null -> false;
      case Boolean flag -> flag;
      case Object other -> throw wrong(name, other, "true or false");
    };
  }

  /** A share such as {@code 50%}, or a number above 0 and at most 1. */
  OptionalDouble share(String name) {
    Object value = fields.get(name);
    if (value == null) {
      return OptionalDouble.empty();
    }
    Matcher matcher = SHARE.matcher(value instanceof String text ? text : "");
    double share =
        switch (value) {
          case BigDecimal number -> number.doubleValue();
          case Object _ -> matcher.matches() ? Double.parseDouble(matcher.group(1)) / 100 : -1;
        };
    if (share > 0 && share <= 1) {
      return OptionalDouble.of(share);
    }
    throw wrong(name, value, "a share such as 50%, more than 0% and at most 100%");
  }

  /** A duration such as {@code 10s}. */
  Optional<Duration> duration(String name) {
    Object value = fields.get(name);
    if (value == null) {
      return Optional.empty();
    }
    Matcher matcher = DURATION.matcher(value instanceof String text ? text : "");
    if (matcher.matches()) {
      long count = Long.parseLong(matcher.group(1));
      Duration duration =
          switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
          };
      if (duration.isPositive() && duration.compareTo(LONGEST) <= 0) {
        return Optional.of(duration);
      }
    }
    throw wrong(name, value, "a duration above zero such as 30s, 10m or 1h, at most 366d");
  }
}
