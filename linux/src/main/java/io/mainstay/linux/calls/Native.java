package io.mainstay.linux.calls;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * A function of the C library that takes at most six numbers and addresses and answers one.
 *
 * <p>All are called by one description, six longs: on 64-bit Linux each such argument has a
 * register of its own, of which a function reads as much as it wants, and what it does not take it
 * does not look at; variable arguments go the same way. One description costs the start of the
 * server some ten milliseconds, twenty of them a fifth of a second.
 */
@SuppressWarnings("restricted") // that is what this package is for
final class Native {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBRARY = LINKER.defaultLookup();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
  private static final FunctionDescriptor SIX_LONGS =
      FunctionDescriptor.of(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private final MethodHandle handle;

  private Native(MemorySegment address) {
    handle = LINKER.downcallHandle(address, SIX_LONGS, Linker.Option.captureCallState("errno"));
  }

  /** The function of that name. */
  static Native function(String name) {
    return new Native(LIBRARY.findOrThrow(name));
  }

  /** The function of that name; empty if this C library has none. */
  static Optional<Native> optional(String name) {
    return LIBRARY.find(name).map(Native::new);
  }

  /** Calls a function that answers an {@code int}: that, or the negated errno if it is negative. */
  int call(long... arguments) {
    return (int) orError(arguments, true);
  }

  /** Calls a function that answers a {@code long}: that, or the negated errno if it is negative. */
  long callLong(long... arguments) {
    return orError(arguments, false);
  }

  private long orError(long[] arguments, boolean narrow) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long wide =
          (long)
              handle.invokeExact(
                  state,
                  at(arguments, 0),
                  at(arguments, 1),
                  at(arguments, 2),
                  at(arguments, 3),
                  at(arguments, 4),
                  at(arguments, 5));
      // Of an int, only the lower half of the register is defined.
      long result = narrow ? (int) wide : wide;
      return result >= 0 ? result : -(int) ERRNO.get(state, 0L);
    } catch (Throwable e) {
      // What a downcall throws is a mistake in its description, thus ours.
      throw new AssertionError("a native call was described wrongly", e);
    }
  }

  private static long at(long[] arguments, int index) {
    return index < arguments.length ? arguments[index] : 0;
  }

  /** The text at an address of the C library. */
  static String text(long address, long longest) {
    return MemorySegment.ofAddress(address).reinterpret(longest).getString(0);
  }
}
