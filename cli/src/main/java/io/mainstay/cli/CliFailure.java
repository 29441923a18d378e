package io.mainstay.cli;

/** Ends a command with a message and an exit code. */
final class CliFailure extends RuntimeException {
  private final int exitCode;
  private final String text;
  private final boolean whole;

  CliFailure(int exitCode, String text) {
    this(exitCode, text, false);
  }

  private CliFailure(int exitCode, String text, boolean whole) {
    super(text, null, false, false);
    this.exitCode = exitCode;
    this.text = text;
    this.whole = whole;
  }

  /** A message that is shown as it is, without the name of the command: errors of a file. */
  static CliFailure ofFile(String text) {
    return new CliFailure(ExitCode.USAGE, text, true);
  }

  int exitCode() {
    return exitCode;
  }

  String text() {
    return text;
  }

  /** What to print for a failure of {@code command}. */
  String message(String command) {
    return whole ? text : "mainstay " + command + ": " + text;
  }
}
