package io.mainstay.cli;

/** What a command tells its caller. */
public final class ExitCode {
  /** Done. */
  public static final int DONE = 0;

  /** Failed. */
  public static final int FAILED = 1;

  /** Wrong usage, or a file with errors. */
  public static final int USAGE = 2;

  /** Refused by the governor. */
  public static final int REFUSED = 3;

  /** There is no server to talk to. */
  public static final int NO_SERVER = 4;

  private ExitCode() {}
}
