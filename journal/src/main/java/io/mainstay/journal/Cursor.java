package io.mainstay.journal;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Positions in the journal as users see them: 12 hexadecimal digits, growing as text too. The upper
 * part counts the runs of the server, so that a number is not given twice even if events of the
 * last run never reached the disk.
 */
final class Cursor {
  private static final int LENGTH = 12;
  private static final int RUN_BITS = 24;

  private Cursor() {}

  static String text(long sequence) {
    String digits = Long.toHexString(sequence);
    return "0".repeat(Math.max(0, LENGTH - digits.length())) + digits;
  }

  /** The number, if {@code cursor} has the form of one. */
  static OptionalLong parse(Optional<String> cursor) {
    if (cursor.isEmpty() || cursor.get().length() != LENGTH) {
      return OptionalLong.empty();
    }
    String text = cursor.get();
    if (!text.equals(text.toLowerCase(Locale.ROOT))
        || !text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128)) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Long.parseLong(text, 16));
  }

  /** The first number of a run that follows {@code last}. */
  static long nextRun(long last) {
    return ((last >> RUN_BITS) + 1) << RUN_BITS;
  }
}
