package io.mainstay.probes;

import java.time.Duration;

/** Spans of time as a person says them: the largest unit, and nothing smaller than a tenth. */
final class Spans {
  private Spans() {}

  /** Such as {@code 36 s}, {@code 5 min}, {@code 7 h}, {@code 20 d}; rounded down. */
  static String shown(Duration span) {
    long seconds = span.toSeconds();
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 2 * 3600) {
      return seconds / 60 + " min";
    }
    return seconds < 48 * 3600 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
  }
}
