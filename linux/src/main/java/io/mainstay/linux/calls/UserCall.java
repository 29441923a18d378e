package io.mainstay.linux.calls;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;

/** Looks users up as the machine is set up to (files, LDAP, …). May block on such a server. */
public final class UserCall {
  private static final long BUFFER = 64 * 1024;

  // struct passwd of 64-bit Linux.
  private static final long SIZE = 48;
  private static final long NAME = 0;
  private static final long UID = 16;
  private static final long GID = 20;
  private static final long HOME = 32;
  private static final long LONGEST = 4096;

  private static final Native BY_NAME = Native.function("getpwnam_r");

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
          BY_NAME.call(
              arena.allocateFrom(name).address(),
              entry.address(),
              arena.allocate(BUFFER, 8).address(),
              BUFFER,
              found.address());
      if (error != 0 || found.get(ValueLayout.ADDRESS, 0).address() == 0) {
        return Optional.empty();
      }
      return Optional.of(
          new User(
              text(entry, NAME),
              entry.get(ValueLayout.JAVA_INT, UID),
              entry.get(ValueLayout.JAVA_INT, GID),
              Path.of(text(entry, HOME))));
    }
  }

  private static String text(MemorySegment entry, long offset) {
    return Native.text(entry.get(ValueLayout.ADDRESS, offset).address(), LONGEST);
  }
}
