package io.mainstay.linux.calls;

import static io.mainstay.linux.calls.Native.INT;
import static io.mainstay.linux.calls.Native.LONG;
import static io.mainstay.linux.calls.Native.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
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

  /** {@code open}, {@code pipe2}: never block. */
  public static final int O_NONBLOCK = 0x800;

  /** {@code open}, {@code pipe2}: not for children. */
  public static final int O_CLOEXEC = 0x80000;

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

  // The numbers of these calls are the same on every architecture.
  private static final long PIDFD_SEND_SIGNAL = 424;
  private static final long PIDFD_OPEN = 434;
  private static final long PIDFD_GETFD = 438;

  private static final MethodHandle SYSCALL =
      Native.variadic("syscall", 1, LONG, LONG, LONG, LONG, LONG, LONG);
  private static final MethodHandle KILL = Native.function("kill", INT, INT, INT);
  private static final MethodHandle POLL = Native.function("poll", INT, POINTER, LONG, INT);
  private static final MethodHandle EVENTFD = Native.function("eventfd", INT, INT, INT);
  private static final MethodHandle READ = Native.function("read", LONG, INT, POINTER, LONG);
  private static final MethodHandle WRITE = Native.function("write", LONG, INT, POINTER, LONG);
  private static final MethodHandle CLOSE = Native.function("close", INT, INT);
  private static final MethodHandle OPEN = Native.variadic("open", 2, INT, POINTER, INT, INT);
  private static final MethodHandle PIPE = Native.function("pipe2", INT, POINTER, INT);
  private static final MethodHandle SEEK = Native.function("lseek", LONG, INT, LONG, INT);
  private static final MethodHandle FALLOCATE =
      Native.function("fallocate", INT, INT, INT, LONG, LONG);
  private static final MethodHandle USER_ID = Native.plain("geteuid", INT);
  private static final MethodHandle SIGNAL = Native.plain("signal", POINTER, INT, POINTER);

  private static final int SIGCHLD = 17;

  private LinuxCalls() {}

  /** A descriptor for a process; it becomes readable when the process ends. */
  public static int pidfdOpen(long pid) {
    return (int) syscall(PIDFD_OPEN, pid, 0, 0, 0);
  }

  /** Sends a signal to exactly the process that the descriptor stands for. */
  public static int pidfdSendSignal(int pidfd, int signal) {
    return (int) syscall(PIDFD_SEND_SIGNAL, pidfd, signal, 0, 0);
  }

  /** A copy of another process's descriptor; wants the right to trace it. */
  public static int pidfdGetDescriptor(int pidfd, int descriptor) {
    return (int) syscall(PIDFD_GETFD, pidfd, descriptor, 0, 0);
  }

  /** Sends a signal to a process, or to a group if {@code pid} is negative; 0 only asks. */
  public static int kill(long pid, int signal) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state(arena);
      return (int) Native.orError(state, (int) KILL.invokeExact(state, (int) pid, signal));
    } catch (Throwable e) {
      throw Native.bug(e);
    }
  }

  /** Waits until one of {@code count} entries is ready; a negative time-out waits for ever. */
  public static int poll(MemorySegment entries, int count, int timeoutMillis) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state(arena);
      int ready = (int) POLL.invokeExact(state, entries, (long) count, timeoutMillis);
      return (int) Native.orError(state, ready);
    } catch (Throwable e) {
      throw Native.bug(e);
    }
  }

  /** A counter to wake a poll with; not for children, never blocks. */
  public static int eventfd() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state(arena);
      int made = (int) EVENTFD.invokeExact(state, 0, O_CLOEXEC | O_NONBLOCK);
      return (int) Native.orError(state, made);
    } catch (Throwable e) {
      throw Native.bug(e);
    }
  }

  /** Reads into the segment. */
  public static long read(int descriptor, MemorySegment into) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state(arena);
      long count = (long) READ.invokeExact(state, descriptor, into, into.byteSize());
      return Native.orError(state, count);
    } catch (Throwable e) {
      throw Native.bug(e);
    }
  }

  /** Adds one to an eventfd. */
  public static void wake(int eventfd) {
    try (Arena arena = Arena.ofConfined()) {
      write(eventfd, arena.allocateFrom(ValueLayout.JAVA_LONG, 1));
    }
  }

  /** Writes text as UTF-8. */
  public static long write(int descriptor, String text) {
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return write(descriptor, arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes));
    }
  }

  private static long write(int descriptor, MemorySegment from) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state(arena);
      long count = (long) WRITE.invokeExact(state, descriptor, from, from.byteSize());
      return Native.orError(state, count);
    } catch (Throwable e) {
      throw Native.bug(e);
    }
  }

  /** Closes a descriptor. */
  public static void close(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state(arena);
      int ignored = (int) CLOSE.invokeExact(state, descriptor);
    } catch (Throwable e) {
      throw Native.bug(e);
    }
  }

  /** Opens a file, close-on-exec added; {@code mode} counts if it is made. */
  public static int open(Path path, int flags, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state(arena);
      MemorySegment name = arena.allocateFrom(path.toString());
      int opened = (int) OPEN.invokeExact(state, name, flags | O_CLOEXEC, mode);
      return (int) Native.orError(state, opened);
    } catch (Throwable e) {
      throw Native.bug(e);
    }
  }

  /** Makes a pipe, close-on-exec; {@code ends} gets the reading and the writing end. */
  public static int pipe(int[] ends) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state(arena);
      MemorySegment pair = arena.allocate(ValueLayout.JAVA_INT, 2);
      int made = (int) PIPE.invokeExact(state, pair, O_CLOEXEC);
      ends[0] = pair.getAtIndex(ValueLayout.JAVA_INT, 0);
      ends[1] = pair.getAtIndex(ValueLayout.JAVA_INT, 1);
      return (int) Native.orError(state, made);
    } catch (Throwable e) {
      throw Native.bug(e);
    }
  }

  /** Moves or tells the place in a file. */
  public static long seek(int descriptor, long offset, int whence) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state(arena);
      return Native.orError(state, (long) SEEK.invokeExact(state, descriptor, offset, whence));
    } catch (Throwable e) {
      throw Native.bug(e);
    }
  }

  /** Cuts or frees the range from {@code offset} of {@code length} bytes. */
  public static int fallocate(int descriptor, int mode, long offset, long length) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state(arena);
      int done = (int) FALLOCATE.invokeExact(state, descriptor, mode, offset, length);
      return (int) Native.orError(state, done);
    } catch (Throwable e) {
      throw Native.bug(e);
    }
  }

  /** The user that this process acts as. */
  public static int effectiveUserId() {
    try {
      return (int) USER_ID.invokeExact();
    } catch (Throwable e) {
      throw Native.bug(e);
    }
  }

  /**
   * Lets ended children wait to be asked how they ended, even if whoever started us had chosen that
   * they vanish.
   */
  public static void keepEndedChildren() {
    try {
      MemorySegment ignored = (MemorySegment) SIGNAL.invokeExact(SIGCHLD, MemorySegment.NULL);
    } catch (Throwable e) {
      throw Native.bug(e);
    }
  }

  static long syscall(long number, long first, long second, long third, long fourth) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Native.state(arena);
      long result = (long) SYSCALL.invokeExact(state, number, first, second, third, fourth);
      return Native.orError(state, result);
    } catch (Throwable e) {
      throw Native.bug(e);
    }
  }
}
