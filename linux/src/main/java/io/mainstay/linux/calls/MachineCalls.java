package io.mainstay.linux.calls;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What the kernel says about itself when asked without effect. */
public final class MachineCalls {
  private static final long IO_URING_SETUP = 425;
  private static final int EFAULT = 14;
  private static final int EINVAL = 22;

  // struct timex has 208 bytes; nothing is set if its first word is 0.
  private static final long TIMEX = 512;
  private static final int TIME_ERROR = 5;

  private static final Native ADJTIMEX = Native.function("adjtimex");

  private MachineCalls() {}

  /** Whether this process may use io_uring: asked in a way that cannot succeed. */
  public static boolean hasIoUring() {
    long refused = LinuxCalls.syscall(IO_URING_SETUP, 1, 0);
    return refused == -EFAULT || refused == -EINVAL;
  }

  /** Whether something keeps the wall clock right. */
  public static boolean isClockSynchronized() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment timex = arena.allocate(TIMEX, 8);
      int state = ADJTIMEX.call(timex.address());
      return state >= 0 && state != TIME_ERROR;
    }
  }
}
