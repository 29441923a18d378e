package io.mainstay.cli;

import java.util.Locale;

/** How numbers and texts are shown. */
final class Words {
  private Words() {}

  /** {@code 1 error}, {@code 2 errors}. */
  static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** Cut to a width, with an ellipsis if something is missing; line ends become spaces. */
  static String fit(String text, int width) {
    String line = text.replaceAll("[\\r\\n\\t]+", " ").strip();
    if (line.length() <= width) {
      return line;
    }
    return width < 2 ? "…".substring(0, Math.max(width, 0)) : line.substring(0, width - 1) + "…";
  }

  /** At most one decimal, none if it is zero: {@code 12.5}, {@code 200}. */
  static String rate(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  /** Milliseconds with a unit that suits: {@code 0.8 ms}, {@code 45 ms}, {@code 1.20 s}. */
  static String millis(double value) {
    if (value >= 1000) {
      return String.format(Locale.ROOT, "%.2f s", value / 1000);
    }
    return value < 10
        ? String.format(Locale.ROOT, "%.1f ms", value)
        : String.format(Locale.ROOT, "%.0f ms", value);
  }

  /** A time without its fraction of a second. */
  static String time(String iso) {
    int dot = iso.indexOf('.');
    return dot < 0 ? iso : iso.substring(0, dot) + "Z";
  }
}
