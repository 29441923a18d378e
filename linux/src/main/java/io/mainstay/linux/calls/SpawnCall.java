package io.mainstay.linux.calls;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code posix_spawn}: starts a program in a session of its own, with no signal blocked or ignored
 * and no descriptor of ours but the three that are named.
 */
public final class SpawnCall {
  private static final int SETSIGDEF = 0x04;
  private static final int SETSIGMASK = 0x08;
  private static final int SETSID = 0x80;

  // Larger than the structures of glibc (336 and 80 bytes) and musl.
  private static final long STRUCTURE = 512;
  private static final long SIGNAL_SET = 128;
  private static final int FIRST_CLOSED = 3;
  private static final int STDERR = 2;

  private static final Native SPAWN = Native.function("posix_spawn");
  private static final Native ATTRIBUTES = Native.function("posix_spawnattr_init");
  private static final Native SET_FLAGS = Native.function("posix_spawnattr_setflags");
  private static final Native SET_MASK = Native.function("posix_spawnattr_setsigmask");
  private static final Native SET_DEFAULT = Native.function("posix_spawnattr_setsigdefault");
  private static final Native FILL = Native.function("sigfillset");
  private static final Native ACTIONS = Native.function("posix_spawn_file_actions_init");
  private static final Native DESTROY = Native.function("posix_spawn_file_actions_destroy");
  private static final Native ADD_OPEN = Native.function("posix_spawn_file_actions_addopen");
  private static final Native ADD_DUP = Native.function("posix_spawn_file_actions_adddup2");
  private static final Native ADD_CHDIR = Native.function("posix_spawn_file_actions_addchdir_np");
  private static final Optional<Native> ADD_CLOSE_FROM =
      Native.optional("posix_spawn_file_actions_addclosefrom_np");

  private SpawnCall() {}

  /**
   * Starts a program.
   *
   * @param program absolute
   * @param words its arguments, the first is its name
   * @param environment lines {@code NAME=value}
   * @param directory to start in
   * @param stdout descriptor of ours that becomes its standard output
   * @param stderr descriptor of ours that becomes its standard error
   * @return its pid, or the negated error number
   */
  public static long spawn(
      Path program,
      List<String> words,
      List<String> environment,
      Path directory,
      int stdout,
      int stderr) {
    try (Arena arena = Arena.ofConfined()) {
      long actions = arena.allocate(STRUCTURE, 16).address();
      check(ACTIONS.call(actions));
      try {
        check(ADD_OPEN.call(actions, 0, arena.allocateFrom("/dev/null").address(), 0, 0));
        check(ADD_DUP.call(actions, stdout, 1));
        check(ADD_DUP.call(actions, stderr, STDERR));
        check(ADD_CHDIR.call(actions, arena.allocateFrom(directory.toString()).address()));
        if (ADD_CLOSE_FROM.isPresent()) {
          check(ADD_CLOSE_FROM.get().call(actions, FIRST_CLOSED));
        }
        MemorySegment pid = arena.allocate(JAVA_INT);
        int error =
            SPAWN.call(
                pid.address(),
                arena.allocateFrom(program.toString()).address(),
                actions,
                attributes(arena),
                pointers(arena, words).address(),
                pointers(arena, environment).address());
        return error == 0 ? pid.get(JAVA_INT, 0) : -error;
      } finally {
        DESTROY.call(actions);
      }
    }
  }

  private static long attributes(Arena arena) {
    long attributes = arena.allocate(STRUCTURE, 16).address();
    check(ATTRIBUTES.call(attributes));
    check(SET_FLAGS.call(attributes, SETSIGDEF | SETSIGMASK | SETSID));
    long signals = arena.allocate(SIGNAL_SET, 8).address();
    check(SET_MASK.call(attributes, signals));
    check(FILL.call(signals));
    check(SET_DEFAULT.call(attributes, signals));
    return attributes;
  }

  private static MemorySegment pointers(Arena arena, List<String> texts) {
    MemorySegment array = arena.allocate(ADDRESS, texts.size() + 1L);
    for (int i = 0; i < texts.size(); i++) {
      array.setAtIndex(ADDRESS, i, arena.allocateFrom(texts.get(i)));
    }
    return array;
  }

  private static void check(int error) {
    if (error != 0) {
      throw new IllegalStateException("posix_spawn set-up: " + Errno.describe(error));
    }
  }
}
