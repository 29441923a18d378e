package io.mainstay.linux.calls;

import static io.mainstay.linux.calls.Native.INT;
import static io.mainstay.linux.calls.Native.POINTER;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code posix_spawn}: starts a program in a session of its own, with no signal blocked or ignored
 * and no descriptor of ours but the three that are named.
 */
public final class SpawnCall {
  private static final short SETSIGDEF = 0x04;
  private static final short SETSIGMASK = 0x08;
  private static final short SETSID = 0x80;

  // Larger than the structures of glibc (336 and 80 bytes) and musl.
  private static final long STRUCTURE = 512;
  private static final long SIGNAL_SET = 128;
  private static final int FIRST_CLOSED = 3;
  private static final int STDERR = 2;

  private static final MethodHandle SPAWN =
      Native.plain("posix_spawn", INT, POINTER, POINTER, POINTER, POINTER, POINTER, POINTER);
  private static final MethodHandle ATTRIBUTES = Native.plain("posix_spawnattr_init", INT, POINTER);
  private static final MethodHandle SET_FLAGS =
      Native.plain("posix_spawnattr_setflags", INT, POINTER, Native.SHORT);
  private static final MethodHandle SET_MASK =
      Native.plain("posix_spawnattr_setsigmask", INT, POINTER, POINTER);
  private static final MethodHandle SET_DEFAULT =
      Native.plain("posix_spawnattr_setsigdefault", INT, POINTER, POINTER);
  private static final MethodHandle FILL = Native.plain("sigfillset", INT, POINTER);
  private static final MethodHandle ACTIONS =
      Native.plain("posix_spawn_file_actions_init", INT, POINTER);
  private static final MethodHandle DESTROY =
      Native.plain("posix_spawn_file_actions_destroy", INT, POINTER);
  private static final MethodHandle ADD_OPEN =
      Native.plain("posix_spawn_file_actions_addopen", INT, POINTER, INT, POINTER, INT, INT);
  private static final MethodHandle ADD_DUP =
      Native.plain("posix_spawn_file_actions_adddup2", INT, POINTER, INT, INT);
  private static final MethodHandle ADD_CHDIR =
      Native.plain("posix_spawn_file_actions_addchdir_np", INT, POINTER, POINTER);
  private static final Optional<MethodHandle> ADD_CLOSE_FROM =
      Native.optional("posix_spawn_file_actions_addclosefrom_np", INT, POINTER, INT);

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
      MemorySegment actions = arena.allocate(STRUCTURE, 16);
      check((int) ACTIONS.invokeExact(actions));
      try {
        MemorySegment devNull = arena.allocateFrom("/dev/null");
        check((int) ADD_OPEN.invokeExact(actions, 0, devNull, 0, 0));
        check((int) ADD_DUP.invokeExact(actions, stdout, 1));
        check((int) ADD_DUP.invokeExact(actions, stderr, STDERR));
        MemorySegment folder = arena.allocateFrom(directory.toString());
        check((int) ADD_CHDIR.invokeExact(actions, folder));
        if (ADD_CLOSE_FROM.isPresent()) {
          check((int) ADD_CLOSE_FROM.get().invokeExact(actions, FIRST_CLOSED));
        }
        MemorySegment pid = arena.allocate(JAVA_INT);
        int error =
            (int)
                SPAWN.invokeExact(
                    pid,
                    arena.allocateFrom(program.toString()),
                    actions,
                    attributes(arena),
                    pointers(arena, words),
                    pointers(arena, environment));
        return error == 0 ? pid.get(JAVA_INT, 0) : -error;
      } finally {
        int ignored = (int) DESTROY.invokeExact(actions);
      }
    } catch (Throwable e) {
      throw Native.bug(e);
    }
  }

  private static MemorySegment attributes(Arena arena) throws Throwable {
    MemorySegment attributes = arena.allocate(STRUCTURE, 16);
    check((int) ATTRIBUTES.invokeExact(attributes));
    check((int) SET_FLAGS.invokeExact(attributes, (short) (SETSIGDEF | SETSIGMASK | SETSID)));
    MemorySegment signals = arena.allocate(SIGNAL_SET, 8);
    check((int) SET_MASK.invokeExact(attributes, signals));
    check((int) FILL.invokeExact(signals));
    check((int) SET_DEFAULT.invokeExact(attributes, signals));
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
