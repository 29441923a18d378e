package io.mainstay.model.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Fills in {@code ${NAME}} and {@code ${NAME:-default}}. The default holds when the name is
 * undefined or empty, and is expanded too. A doubled dollar sign before a brace stands for a
 * literal one with the brace; a dollar sign without a brace is left alone. What was filled in is
 * not looked at again.
 */
public final class Expansion {
  private static final int NESTING_MAX = 8;

  private final Function<String, Optional<String>> lookup;
  private final StringBuilder result = new StringBuilder();

  private Expansion(Function<String, Optional<String>> lookup) {
    this.lookup = lookup;
  }

  /** What came of expanding a text. */
  public sealed interface Outcome {
    /** The text with all names filled in. */
    record Expanded(String text) implements Outcome {}

    /** A name without a value and without a default; the first one. */
    record Undefined(String name) implements Outcome {}

    /** The text is not well formed; {@code expected} says what would be. */
    record Malformed(String expected) implements Outcome {}
  }

  /**
   * Expands a text.
   *
   * @param lookup the value of a name, if it has one
   */
  public static Outcome expand(String text, Function<String, Optional<String>> lookup) {
    Expansion expansion = new Expansion(lookup);
    return expansion
        .append(text, 0)
        .orElseGet(() -> new Outcome.Expanded(expansion.result.toString()));
  }

  /** What would have been right, if the text is not well formed; defined names do not matter. */
  public static Optional<String> problem(String text) {
    return problem(text, 0);
  }

  /** The names that a text refers to, those in defaults too, each once, up to what is malformed. */
  public static List<String> names(String text) {
    List<String> names = new ArrayList<>();
    names(text, 0, names);
    return names;
  }

  private static void names(String text, int depth, List<String> names) {
    int at = 0;
    int dollar = text.indexOf("${", at);
    while (dollar >= 0 && depth <= NESTING_MAX) {
      if (isEscaped(text, dollar, at)) {
        at = dollar + 2;
      } else {
        int end = closing(text, dollar + 2);
        if (end < 0) {
          return;
        }
        Reference reference = Reference.of(text.substring(dollar + 2, end));
        if (!names.contains(reference.name())) {
          names.add(reference.name());
        }
        reference.fallback().ifPresent(fallback -> names(fallback, depth + 1, names));
        at = end + 1;
      }
      dollar = text.indexOf("${", at);
    }
  }

  private static Optional<String> problem(String text, int depth) {
    if (depth > NESTING_MAX) {
      return Optional.of("defaults nested at most " + NESTING_MAX + " deep");
    }
    int at = 0;
    while (true) {
      int dollar = text.indexOf("${", at);
      if (dollar < 0) {
        return Optional.empty();
      }
      if (isEscaped(text, dollar, at)) {
        at = dollar + 2;
        continue;
      }
      int end = closing(text, dollar + 2);
      if (end < 0) {
        return Optional.of("a closing } after ${");
      }
      Reference reference = Reference.of(text.substring(dollar + 2, end));
      if (!isName(reference.name())) {
        return Optional.of(
            "${NAME} or ${NAME:-default} with a name of letters, digits and _ (a literal ${ is"
                + " written $${)");
      }
      Optional<String> inDefault =
          reference.fallback().flatMap(fallback -> problem(fallback, depth + 1));
      if (inDefault.isPresent()) {
        return inDefault;
      }
      at = end + 1;
    }
  }

  /** Appends {@code text} expanded; the outcome if it fails. */
  private Optional<Outcome> append(String text, int depth) {
    Optional<String> malformed = problem(text, depth);
    if (malformed.isPresent()) {
      return malformed.map(Outcome.Malformed::new);
    }
    int at = 0;
    while (true) {
      int dollar = text.indexOf("${", at);
      if (dollar < 0) {
        result.append(text, at, text.length());
        return Optional.empty();
      }
      if (isEscaped(text, dollar, at)) {
        result.append(text, at, dollar - 1).append("${");
        at = dollar + 2;
        continue;
      }
      result.append(text, at, dollar);
      int end = closing(text, dollar + 2);
      Optional<Outcome> failed = fill(Reference.of(text.substring(dollar + 2, end)), depth);
      if (failed.isPresent()) {
        return failed;
      }
      at = end + 1;
    }
  }

  private Optional<Outcome> fill(Reference reference, int depth) {
    Optional<String> value = lookup.apply(reference.name());
    Optional<String> fallback = reference.fallback();
    if (fallback.isPresent() && value.orElse("").isEmpty()) {
      return append(fallback.get(), depth + 1);
    }
    if (value.isEmpty()) {
      return Optional.of(new Outcome.Undefined(reference.name()));
    }
    result.append(value.get());
    return Optional.empty();
  }

  private static boolean isEscaped(String text, int dollar, int from) {
    return dollar > from && text.charAt(dollar - 1) == '$';
  }

  /** Where the brace that was opened before {@code from} is closed; -1 if nowhere. */
  private static int closing(String text, int from) {
    int open = 1;
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) == '}') {
        open--;
        if (open == 0) {
          return i;
        }
      } else if (text.startsWith("${", i) && text.charAt(i - 1) != '$') {
        open++;
      }
    }
    return -1;
  }

  private static boolean isName(String text) {
    if (text.isEmpty() || (text.charAt(0) >= '0' && text.charAt(0) <= '9')) {
      return false;
    }
    return text.chars()
        .allMatch(c ->
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_');
  }

  /** The inside of the braces. */
  private record Reference(String name, Optional<String> fallback) {
    static Reference of(String inside) {
      int dash = inside.indexOf(":-");
      return dash < 0
          ? new Reference(inside, Optional.empty())
          : new Reference(inside.substring(0, dash), Optional.of(inside.substring(dash + 2)));
    }
  }
}
