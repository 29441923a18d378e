package io.mainstay.server.drill;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Sends signals to process groups of this machine by {@code kill(2)}. Any thread. */
public final class GroupSignals implements Breaker {
  /** Looked up for the first signal: it takes time that a start does not have. */
  private static final class Calls {
    @SuppressWarnings("restricted")
    private static final MethodHandle KILL =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("kill"),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  }

  /** A sender without state. */
  public GroupSignals() {}

  @Override
  public void send(long group, Signal signal) throws IOException {
    if (group <= 1 || group > Integer.MAX_VALUE) {
      throw new IOException("process group " + group + " (expected: above 1)");
    }
    int number =
        switch (signal) {
          case KILL -> 9;
          case CONTINUE -> 18;
          case STOP -> 19;
        };
    int result;
    try {
      result = (int) Calls.KILL.invokeExact((int) -group, number);
    } catch (Throwable e) {
      throw new IllegalStateException("kill(2) cannot be called", e);
    }
    if (result != 0) {
      throw new IOException("process group " + group + ": no such group, or not allowed");
    }
  }
}
