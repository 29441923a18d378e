package io.mainstay.decisions.retry;

import java.util.Locale;

/** How one try on one instance can fail. */
public enum FailureKind {
  /** No connection, or it was lost before a byte of the request went out. */
  CONNECT,
  /** The connection ended before the answer began. */
  RESET,
  /** The connection ended within the answer. */
  TRUNCATED,
  /** What came is not HTTP. */
  GARBAGE,
  /** No answer in the time that the try had. */
  TIMEOUT,
  /** No byte for the stall time while peers answered. */
  STALL,
  /** A status that says that the instance failed. */
  STATUS;

  /** The lower-case name that users see. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether nothing can come of the try any more, so that waiting for somebody else costs nothing.
   */
  public boolean endsTry() {
    return switch (this) {
      case CONNECT, RESET, TRUNCATED, GARBAGE -> true;
      case TIMEOUT, STALL, STATUS -> false;
    };
  }

  /**
   * Whether a status is evidence against an instance: 5xx but 501 and 505, which blame the request
   * (as HAProxy's {@code observe layer7} has it).
   */
  public static boolean isFailure(int status) {
    return status >= 500 && status != 501 && status != 505;
  }
}
