package io.mainstay.linux.calls;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * System calls on descriptors and processes. Every method answers the call's result, or the negated
 * error number ({@link Errno}). Any thread.
 */
public final class LinuxCalls {
  /** Ready to read, as in {@code poll}. */
  public static final short POLLIN = 1;

  /** {@code open}: for writing. */
  public static final int O_WRONLY = 1;

  /** {@code open}: for both. */
  public static final int O_RDWR = 2;

  /** {@code open}: make it if it is missing. */
  public static final int O_CREAT = 0x40;

  /** {@code open}: every write goes to the end. */
  public static final int O_APPEND = 0x400;

  /** {@code lseek}: go to an offset. */
  public static final int SEEK_SET = 0;

  /** {@code lseek}: tell the place. */
  public static final int SEEK_CUR = 1;

  /** {@code lseek}: the next data at or after an offset. */
  public static final int SEEK_DATA = 3;

  /** {@code fallocate}: cut a range out. */
  public static final int COLLAPSE_RANGE = 8;

  /** {@code fallocate}: free a range and leave a hole, same size. */
  public static final int PUNCH_HOLE = 3;

  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  private static final int SIGCHLD = 17;

  // The numbers of these calls are the same on every architecture.
  private static final long PIDFD_SEND_SIGNAL = 424;
  private static final long PIDFD_OPEN = 434;
  private static final long PIDFD_GETFD = 438;

  private static final Native SYSCALL = Native.function("syscall");
  private static final Native KILL = Native.function("kill");
  private static final Native POLL = Native.function("poll");
  private static final Native EVENTFD = Native.function("eventfd");
  private static final Native READ = Native.function("read");
  private static final Native WRITE = Native.function("write");
  private static final Native CLOSE = Native.function("close");
  private static final Native OPEN = Native.function("open");
  private static final Native PIPE = Native.function("pipe2");
  private static final Native SEEK = Native.function("lseek");
  private static final Native FALLOCATE = Native.function("fallocate");
  private static final Native USER_ID = Native.function("geteuid");
  private static final Native SIGNAL = Native.function("signal");

  private LinuxCalls() {}

  /** A descriptor for a process; it becomes readable when the process ends. */
  public static int pidfdOpen(long pid) {
    return (int) SYSCALL.callLong(PIDFD_OPEN, pid, 0);
  }

  /** Sends a signal to exactly the process that the descriptor stands for. */
  public static int pidfdSendSignal(int pidfd, int signal) {
    return (int) SYSCALL.callLong(PIDFD_SEND_SIGNAL, pidfd, signal, 0, 0);
  }

  /** A copy of another process's descriptor; wants the right to trace it. */
  public static int pidfdGetDescriptor(int pidfd, int descriptor) {
    return (int) SYSCALL.callLong(PIDFD_GETFD, pidfd, descriptor, 0);
  }

  /**
   * Sends a signal to a process, or to a group if {@code pid} is negative.
   *
   * @param pid neither 0 nor -1: these mean our own group and every process of the machine
   * @param signal 0 only asks
   */
  public static int kill(long pid, int signal) {
    if (pid == 0 || pid == -1) {
      throw new IllegalArgumentException("signal " + signal + " for process " + pid);
    }
    return KILL.call(pid, signal);
  }

  /** Waits until one of {@code count} entries is ready; a negative time-out waits for ever. */
  public static int poll(MemorySegment entries, int count, int timeoutMillis) {
    return POLL.call(entries.address(), count, timeoutMillis);
  }

  /** A counter to wake a poll with; not for children, never blocks. */
  public static int eventfd() {
    return EVENTFD.call(0, O_CLOEXEC | O_NONBLOCK);
  }

  /** Reads into the segment. */
  public static long read(int descriptor, MemorySegment into) {
    return READ.callLong(descriptor, into.address(), into.byteSize());
  }

  /** Adds one to an eventfd. */
  public static void wake(int eventfd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1);
      WRITE.callLong(eventfd, one.address(), one.byteSize());
    }
  }

  /** Writes text as UTF-8. */
  public static long write(int descriptor, String text) {
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      MemorySegment from = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      return WRITE.callLong(descriptor, from.address(), bytes.length);
    }
  }

  /** Closes a descriptor. */
  public static void close(int descriptor) {
    CLOSE.call(descriptor);
  }

  /** Opens a file, close-on-exec added; {@code mode} counts if it is made. */
  public static int open(Path path, int flags, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path.toString());
      return OPEN.call(name.address(), flags | O_CLOEXEC, mode);
    }
  }

  /** Makes a pipe, close-on-exec; {@code ends} gets the reading and the writing end. */
  public static int pipe(int[] ends) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(ValueLayout.JAVA_INT, 2);
      int made = PIPE.call(pair.address(), O_CLOEXEC);
      ends[0] = pair.getAtIndex(ValueLayout.JAVA_INT, 0);
      ends[1] = pair.getAtIndex(ValueLayout.JAVA_INT, 1);
      return made;
    }
  }

  /** Moves or tells the place in a file. */
  public static long seek(int descriptor, long offset, int whence) {
    return SEEK.callLong(descriptor, offset, whence);
  }

  /** Cuts or frees the range from {@code offset} of {@code length} bytes. */
  public static int fallocate(int descriptor, int mode, long offset, long length) {
    return FALLOCATE.call(descriptor, mode, offset, length);
  }

  /** The user that this process acts as. */
  public static int effectiveUserId() {
    return USER_ID.call();
  }

  /**
   * Lets ended children wait to be asked how they ended, even if whoever started us had chosen that
   * they vanish.
   */
  public static void keepEndedChildren() {
    SIGNAL.callLong(SIGCHLD, 0);
  }

  static long syscall(long number, long first, long second) {
    return SYSCALL.callLong(number, first, second);
  }
}
