package io.mainstay.spec.grammar;

import io.mainstay.spec.yaml.Scalars;
import io.mainstay.spec.yaml.Value.Kind;
import io.mainstay.spec.yaml.Value.Scalar;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The kinds of scalars that the file knows. */
final class Rules {
  private static final Duration LONGEST = Duration.ofDays(365);

  private Rules() {}

  /** {@code true} or {@code false}. */
  static Rule flag() {
    return new Rule("true or false", scalar -> scalar.kind() == Kind.FLAG, type("boolean"));
  }

  /** A whole number from {@code min} on. */
  static Rule integer(long min) {
    return integer(min, Integer.MAX_VALUE, "a whole number, at least " + min);
  }

  /** A whole number, both ends included. */
  static Rule integer(long min, long max) {
    return integer(min, max, "a whole number from " + min + " to " + max);
  }

  private static Rule integer(long min, long max, String expected) {
    SequencedMap<String, Object> schema = type("integer");
    schema.put("minimum", min);
    schema.put("maximum", max);
    return new Rule(
        expected,
        scalar ->
            scalar.kind() == Kind.INTEGER
                && Scalars.integer(scalar.text()).filter(n -> min <= n && n <= max).isPresent(),
        schema);
  }

  /** A number from {@code min} to {@code max}, whole or not. */
  static Rule number(double min, double max, String expected) {
    SequencedMap<String, Object> schema = type("number");
    schema.put("minimum", min);
    schema.put("maximum", max);
    return new Rule(
        expected,
        scalar ->
            (scalar.kind() == Kind.INTEGER || scalar.kind() == Kind.DECIMAL)
                && Scalars.decimal(scalar.text()).filter(n -> min <= n && n <= max).isPresent(),
        schema);
  }

  /** A time such as {@code 10s}; zero is one. */
  static Rule duration() {
    return new Rule(
        "a duration such as 250ms, 10s or 5m",
        text(scalar ->
            Scalars.duration(scalar.text()).filter(d -> d.compareTo(LONGEST) <= 0).isPresent()),
        pattern(Scalars.DURATION));
  }

  /** A time longer than zero. */
  static Rule positiveDuration() {
    return new Rule(
        "a duration such as 250ms, 10s or 5m, longer than 0",
        text(scalar ->
            Scalars.duration(scalar.text())
                .filter(d -> d.compareTo(LONGEST) <= 0 && d.isPositive())
                .isPresent()),
        pattern(Pattern.compile("(?=[0-9.]*[1-9])" + Scalars.DURATION.pattern())));
  }

  /** A size such as {@code 512MiB}. */
  static Rule size(long min, long max) {
    return new Rule(
        "a size such as 64KiB or 512MiB, from "
            + Scalars.showSize(min)
            + " to "
            + Scalars.showSize(max),
        text(scalar -> Scalars.size(scalar.text()).filter(n -> min <= n && n <= max).isPresent()),
        pattern(Scalars.SIZE));
  }

  /** A share such as {@code 20%}, from 0 to {@code maxPercent}. */
  static Rule share(int maxPercent) {
    return new Rule(
        "a share such as 20%, at most " + maxPercent + "%",
        text(scalar ->
            Scalars.share(scalar.text()).filter(n -> n * 100 <= maxPercent + 1e-9).isPresent()),
        pattern(Scalars.SHARE));
  }

  /** A size such as {@code 5GiB}, or a share such as {@code 20%}. */
  static Shape sizeOrShare() {
    return new Shape.OneOf(List.of(share(100), size(0, 1L << 60)));
  }

  /** One of some words. */
  static Rule word(String... words) {
    return word(List.of(words), List.of());
  }

  /** One of many words, which a message does not list. */
  static Rule word(String expected, List<String> words) {
    Rule all = word(words, List.of());
    return new Rule(expected, all.accepts(), all.schema(), words, List.of(), false);
  }

  /** One of some words; others come later. */
  static Rule word(List<String> words, List<String> later) {
    SequencedMap<String, Object> schema = new LinkedHashMap<>();
    schema.put("enum", words);
    return new Rule(
        String.join(", ", words),
        text(scalar -> words.contains(scalar.text())),
        schema,
        words,
        later,
        false);
  }

  /** A text that matches the pattern as a whole. */
  static Rule text(String expected, String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    return new Rule(
        expected,
        text(scalar -> isClean(scalar) && compiled.matcher(scalar.text()).matches()),
        pattern(compiled));
  }

  /** A text that matches the pattern, whether it was written as text or as a whole number. */
  static Rule digitsOrText(String expected, String pattern, long min, long max) {
    Pattern compiled = Pattern.compile(pattern);
    SequencedMap<String, Object> integer = type("integer");
    integer.put("minimum", min);
    integer.put("maximum", max);
    SequencedMap<String, Object> schema = new LinkedHashMap<>();
    schema.put("anyOf", List.of(integer, pattern(compiled)));
    return new Rule(
        expected,
        scalar ->
            (scalar.kind() == Kind.INTEGER || scalar.kind() == Kind.TEXT)
                && compiled.matcher(scalar.text()).matches(),
        schema);
  }

  /** A text, or a number or flag taken as its text. */
  static Rule anyText(String expected) {
    SequencedMap<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", List.of("string", "number", "boolean"));
    return new Rule(
        expected,
        scalar -> scalar.kind() != Kind.NOTHING && scalar.kind() != Kind.BROKEN && isClean(scalar),
        schema);
  }

  /** The same without line breaks, as headers need it. */
  static Rule anyLine(String expected) {
    SequencedMap<String, Object> schema = new LinkedHashMap<>();
    schema.put(
        "anyOf", List.of(pattern(Pattern.compile("[^\\r\\n]*")), type("number"), type("boolean")));
    Rule text = anyText(expected);
    return new Rule(
        expected,
        text.accepts()
            .and(scalar -> scalar.text().indexOf('\n') < 0 && scalar.text().indexOf('\r') < 0),
        schema);
  }

  /** A regular expression, or a number or flag taken as its text. */
  static Rule regex() {
    Rule text = anyText("a regular expression");
    return new Rule(
        "a regular expression of Java",
        text.accepts().and(scalar -> !scalar.text().isEmpty() && isRegex(scalar.text())),
        text.schema());
  }

  private static boolean isRegex(String text) {
    try {
      Pattern.compile(text);
      return true;
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  private static boolean isClean(Scalar scalar) {
    return scalar.text().indexOf('\0') < 0;
  }

  private static Predicate<Scalar> text(Predicate<Scalar> accepts) {
    return accepts.and(scalar -> scalar.kind() == Kind.TEXT);
  }

  private static SequencedMap<String, Object> type(String type) {
    SequencedMap<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", type);
    return schema;
  }

  private static SequencedMap<String, Object> pattern(Pattern pattern) {
    SequencedMap<String, Object> schema = type("string");
    schema.put("pattern", "^(?:" + pattern.pattern() + ")$");
    return schema;
  }
}
