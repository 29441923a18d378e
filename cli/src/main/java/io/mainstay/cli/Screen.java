package io.mainstay.cli;

import java.io.Console;
import java.io.PrintStream;
import java.util.Optional;

/**
 * Where a command writes. Any thread.
 *
 * @param out results
 * @param err messages and progress
 * @param terminal whether {@code out} is a terminal: lines may be drawn again
 * @param colour whether colours may be used
 * @param width columns, at least 40
 */
public record Screen(
    PrintStream out, PrintStream err, boolean terminal, boolean colour, int width) {
  /** Tables never get wider, however wide the window is. */
  static final int WIDEST = 100;

  /** The process's own: colours only on a terminal and not with {@code NO_COLOR}. */
  public static Screen ofProcess() {
    boolean terminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    String noColour = System.getenv("NO_COLOR");
    boolean colour =
        terminal
            && (noColour == null || noColour.isEmpty())
            && !"dumb".equals(System.getenv("TERM"));
    return new Screen(System.out, System.err, terminal, colour, width(System.getenv("COLUMNS")));
  }

  private static int width(String columns) {
    if (columns != null
        && columns.length() < 5
        && columns.chars().allMatch(c -> c >= '0' && c <= '9')
        && !columns.isEmpty()) {
      return Math.clamp(Integer.parseInt(columns), 40, WIDEST);
    }
    return WIDEST;
  }

  /** A line of results. */
  void line(String text) {
    out.println(text);
  }

  /** A line of progress or trouble. */
  void note(String text) {
    err.println(text);
  }
}
