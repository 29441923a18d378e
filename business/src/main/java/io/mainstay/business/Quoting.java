package io.mainstay.business;

/** Text of others in a sentence of ours. */
final class Quoting {
  private static final int MOST = 100;

  private Quoting() {}

  /** In quotation marks, shortened, without control characters. */
  static String quote(String text) {
    return '"' + shorten(text) + '"';
  }

  /** Shortened, without control characters. */
  static String shorten(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(MOST)
        .map(c -> Character.isISOControl(c) ? ' ' : c)
        .forEach(shown::appendCodePoint);
    return text.codePointCount(0, text.length()) > MOST ? shown + "…" : shown.toString();
  }

  /** What an exception says, or what it is. */
  static String message(Throwable problem) {
    String text = problem.getMessage();
    return text == null || text.isBlank()
        ? problem.getClass().getSimpleName()
        : shorten(text.strip());
  }
}
