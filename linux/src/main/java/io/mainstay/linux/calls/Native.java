package io.mainstay.linux.calls;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/** Finds C functions and reads the error number after a call. */
@SuppressWarnings("restricted") // that is what this package is for
final class Native {
  static final MemoryLayout INT = JAVA_INT;
  static final MemoryLayout LONG = JAVA_LONG;
  static final MemoryLayout POINTER = ADDRESS;
  static final MemoryLayout SHORT = ValueLayout.JAVA_SHORT;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBRARY = LINKER.defaultLookup();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

  private Native() {}

  /** A function that sets errno; its first argument is a segment from {@link #state}. */
  static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LIBRARY.findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }

  /** As {@link #function}, with variable arguments from index {@code fixed} on. */
  static MethodHandle variadic(
      String name, int fixed, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LIBRARY.findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(fixed));
  }

  /** A function that does not set errno. */
  static MethodHandle plain(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LIBRARY.findOrThrow(name), FunctionDescriptor.of(result, arguments));
  }

  /** A function that this C library may lack. */
  static Optional<MethodHandle> optional(
      String name, MemoryLayout result, MemoryLayout... arguments) {
    return LIBRARY
        .find(name)
        .map(address -> LINKER.downcallHandle(address, FunctionDescriptor.of(result, arguments)));
  }

  /** Room for the state of one call. */
  static MemorySegment state(Arena arena) {
    return arena.allocate(STATE);
  }

  /** The result, or the negated error number if it is negative. */
  static long orError(MemorySegment state, long result) {
    return result >= 0 ? result : -(int) ERRNO.get(state, 0L);
  }

  /** What a downcall throws is a mistake in its description, thus ours. */
  static AssertionError bug(Throwable thrown) {
    return new AssertionError("a native call was described wrongly", thrown);
  }
}
