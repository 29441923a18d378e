package io.mainstay.linux.calls;

/** Error numbers that are the same on every architecture of Linux that Java runs on. */
public final class Errno {
  /** No such file or directory. */
  public static final int ENOENT = 2;

  /** No such process. */
  public static final int ESRCH = 3;

  /** Interrupted by a signal. */
  public static final int EINTR = 4;

  /** Not now. */
  public static final int EAGAIN = 11;

  /** Permission denied. */
  public static final int EACCES = 13;

  /** No space left on the device. */
  public static final int ENOSPC = 28;

  /** The kernel has no such call. */
  public static final int ENOSYS = 38;

  private static final Native STRERROR = Native.function("strerror");
  private static final long LONGEST = 256;

  private Errno() {}

  /** What the C library says to a number, negated or not. */
  public static String describe(long errno) {
    return Native.text(STRERROR.callLong(Math.abs(errno)), LONGEST);
  }
}
