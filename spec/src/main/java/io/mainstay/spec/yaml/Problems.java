package io.mainstay.spec.yaml;

import io.mainstay.model.spec.SpecProblem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Gathers what is wrong with one file. Not safe for threads. */
public final class Problems {
  /** Above it the rest only repeats the same mistake. */
  private static final int KEPT_MAX = 1000;

  private static final int SHOWN_MAX = 60;

  /** Values below these keys may be secrets. */
  private static final Pattern SECRET = Pattern.compile("\\.(env|headers|header)(\\.|$)");

  private final String file;
  private final List<SpecProblem> found = new ArrayList<>();

  /**
   * None yet.
   *
   * @param file as messages name it
   */
  public Problems(String file) {
    this.file = file;
  }

  /** Notes a wrong value. */
  public void add(String path, Value value, String expected) {
    add(value.place(), path, value.shown(), expected, Optional.empty());
  }

  /** Notes a wrong value that has a near miss. */
  public void add(
      Place place, String path, String value, String expected, Optional<String> nearest) {
    if (found.size() < KEPT_MAX) {
      String shown = SECRET.matcher(path).find() ? "(not shown)" : shorten(value);
      found.add(
          new SpecProblem(
              file,
              place.line(),
              place.column(),
              path.isEmpty() ? "the file" : shorten(path, 200),
              shown,
              expected,
              nearest));
    }
  }

  /** The path of a key below {@code path}; long keys are shortened. */
  public static String below(String path, String key) {
    return path.isEmpty() ? shorten(key) : path + "." + shorten(key);
  }

  /** The path of a list's element, from 0. */
  public static String below(String path, int index) {
    return path + "[" + index + "]";
  }

  /** Whether more would be dropped. */
  public boolean isFull() {
    return found.size() >= KEPT_MAX;
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** All, in file order. */
  public List<SpecProblem> sorted() {
    return found.stream()
        .sorted(Comparator.comparingInt(SpecProblem::line).thenComparingInt(SpecProblem::column))
        .distinct()
        .toList();
  }

  /** One line of at most 60 characters. */
  static String shorten(String text) {
    return shorten(text, SHOWN_MAX);
  }

  private static String shorten(String text, int max) {
    String line =
        text.codePoints()
            .limit(max + 1L)
            .map(c -> Character.isISOControl(c) ? ' ' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    int length = line.codePointCount(0, line.length());
    return length <= max ? line : line.substring(0, line.offsetByCodePoints(0, max)) + "…";
  }
}
