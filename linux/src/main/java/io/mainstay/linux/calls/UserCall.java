package io.mainstay.linux.calls;

import static io.mainstay.linux.calls.Native.INT;
import static io.mainstay.linux.calls.Native.LONG;
import static io.mainstay.linux.calls.Native.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/** Looks users up as the machine is set up to (files, LDAP, …). May block on such a server. */
@SuppressWarnings("restricted") // strings of the C library have no length
public final class UserCall {
  private static final long BUFFER = 64 * 1024;

  // struct passwd of 64-bit Linux.
  private static final long SIZE = 48;
  private static final long NAME = 0;
  private static final long UID = 16;
  private static final long GID = 20;
  private static final long HOME = 32;
  private static final long LONGEST = 4096;

  private static final MethodHandle BY_NAME =
      Native.plain("getpwnam_r", INT, POINTER, POINTER, POINTER, LONG, POINTER);

  private UserCall() {}

  /**
   * A user of this machine.
   *
   * @param name login name
   * @param uid number
   * @param gid number of the primary group
   * @param home absolute
   */
  public record User(String name, int uid, int gid, Path home) {}

  /** The user of that name; empty if there is none or nobody can tell. */
  public static Optional<User> byName(String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment entry = arena.allocate(SIZE, 8);
      MemorySegment found = arena.allocate(ValueLayout.ADDRESS);
      int error =
          (int)
              BY_NAME.invokeExact(
                  arena.allocateFrom(name), entry, arena.allocate(BUFFER, 8), BUFFER, found);
      if (error != 0 || found.get(ValueLayout.ADDRESS, 0).address() == 0) {
        return Optional.empty();
      }
      return Optional.of(
          new User(
              text(entry, NAME),
              entry.get(ValueLayout.JAVA_INT, UID),
              entry.get(ValueLayout.JAVA_INT, GID),
              Path.of(text(entry, HOME))));
    } catch (Throwable e) {
      throw Native.bug(e);
    }
  }

  private static String text(MemorySegment entry, long offset) {
    return entry.get(ValueLayout.ADDRESS, offset).reinterpret(LONGEST).getString(0);
  }
}
