package io.mainstay.linux.calls;

/**
 * How a process ended.
 *
 * @param code exit code; meaningful if {@code signal} is 0
 * @param signal number of the signal that ended it, or 0
 * @param coreDumped whether it left a core
 */
public record WaitStatus(int code, int signal, boolean coreDumped) {
  /** It called exit. */
  public static WaitStatus exited(int code) {
    return new WaitStatus(code, 0, false);
  }

  /** A signal ended it. */
  public static WaitStatus signalled(int signal, boolean coreDumped) {
    return new WaitStatus(0, signal, coreDumped);
  }

  /** Reads the packed form of {@code wait}. */
  public static WaitStatus of(int packed) {
    int signal = packed & 0x7f;
    return signal == 0 ? exited((packed >> 8) & 0xff) : signalled(signal, (packed & 0x80) != 0);
  }
}
