package io.mainstay.linux.calls;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** How processes ended, by descriptor. */
public final class WaitCalls {
  private static final int P_PIDFD = 3;
  private static final int WNOHANG = 1;
  private static final int WEXITED = 4;
  private static final int CLD_EXITED = 1;
  private static final int CLD_DUMPED = 3;

  // siginfo_t of 64-bit Linux.
  private static final long SIGINFO_SIZE = 128;
  private static final long SIGINFO_CODE = 8;
  private static final long SIGINFO_PID = 12 + 4;
  private static final long SIGINFO_STATUS = 24;

  // struct pidfd_info of <linux/pidfd.h>, first version; _IOWR(0xFF, 11, struct pidfd_info).
  private static final long PIDFD_INFO_SIZE = 64;
  private static final long PIDFD_GET_INFO =
      (3L << 30) | (PIDFD_INFO_SIZE << 16) | (0xFFL << 8) | 11;
  private static final long PIDFD_INFO_EXIT = 1L << 3;
  private static final long PIDFD_INFO_EXIT_CODE = 60;

  private static final Native WAITID = Native.function("waitid");
  private static final Native IOCTL = Native.function("ioctl");

  private WaitCalls() {}

  /**
   * Reaps a child that ended.
   *
   * @return its wait status as {@code wait} would have it; empty if it runs or is no child of ours
   */
  public static Optional<WaitStatus> reap(int pidfd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(SIGINFO_SIZE, 8);
      int result = WAITID.call(P_PIDFD, pidfd, info.address(), WEXITED | WNOHANG);
      if (result < 0 || info.get(ValueLayout.JAVA_INT, SIGINFO_PID) == 0) {
        return Optional.empty();
      }
      int code = info.get(ValueLayout.JAVA_INT, SIGINFO_CODE);
      int status = info.get(ValueLayout.JAVA_INT, SIGINFO_STATUS);
      return Optional.of(
          code == CLD_EXITED
              ? WaitStatus.exited(status)
              : WaitStatus.signalled(status, code == CLD_DUMPED));
    }
  }

  /** How a process ended that somebody else has reaped; kernels from 6.15 tell. */
  public static Optional<WaitStatus> told(int pidfd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(PIDFD_INFO_SIZE, 8);
      info.set(ValueLayout.JAVA_LONG, 0, PIDFD_INFO_EXIT);
      int result = IOCTL.call(pidfd, PIDFD_GET_INFO, info.address());
      if (result < 0 || (info.get(ValueLayout.JAVA_LONG, 0) & PIDFD_INFO_EXIT) == 0) {
        return Optional.empty();
      }
      return Optional.of(WaitStatus.of(info.get(ValueLayout.JAVA_INT, PIDFD_INFO_EXIT_CODE)));
    }
  }
}
