package io.mainstay.probes;

/** Text of others in messages of ours. */
final class Quoting {
  private static final int SHOWN = 60;

  private Quoting() {}

  /** One line of what was seen, with nothing in it that a terminal would obey. */
  static String quote(String text) {
    // Cut first: what came may be long, and at most twice as much is shown for it.
    String begin = text.length() > SHOWN ? text.substring(0, SHOWN + 1) : text;
    String line = begin.replace("\r", "\\r").replace("\n", "\\n").replaceAll("[^\\x20-\\x7e]", "?");
    return '"' + (line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line) + '"';
  }
}
