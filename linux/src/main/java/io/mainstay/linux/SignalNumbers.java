package io.mainstay.linux;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** Signal names and numbers of Linux on x86, ARM, RISC-V and POWER. */
final class SignalNumbers {
  static final int KILL = 9;
  static final int CONT = 18;
  static final int STOP = 19;

  private static final List<String> NAMES =
      List.of(
          "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
          "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
          "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");

  private SignalNumbers() {}

  /** The number of {@code TERM}, {@code SIGTERM} or {@code 15}; empty if there is none. */
  static OptionalInt number(String name) {
    String bare = name.strip().toUpperCase(Locale.ROOT);
    bare = bare.startsWith("SIG") ? bare.substring(3) : bare;
    int index = NAMES.indexOf(bare);
    if (index >= 0) {
      return OptionalInt.of(index + 1);
    }
    boolean digits =
        !bare.isEmpty() && bare.length() <= 2 && bare.chars().allMatch(Character::isDigit);
    int number = digits ? Integer.parseInt(bare) : 0;
    return number >= 1 && number <= 64 ? OptionalInt.of(number) : OptionalInt.empty();
  }

  /** The name without SIG; the number itself for real-time signals. */
  static String name(int number) {
    return number <= NAMES.size() ? NAMES.get(number - 1) : Integer.toString(number);
  }
}
