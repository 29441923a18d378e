package io.mainstay.gateway.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Numbers that one loop writes and any thread may read: no atomic operation on the request path,
 * and no torn or stale value for ever on the reading side.
 */
public final class Counters {
  private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] values;

  /** All zero. */
  public Counters(int size) {
    this.values = new long[size];
  }

  /** Adds; only on the owning loop. */
  public void add(int index, long amount) {
    VALUES.setOpaque(values, index, values[index] + amount);
  }

  /** Sets; only on the owning loop. */
  public void set(int index, long value) {
    VALUES.setOpaque(values, index, value);
  }

  /** Reads; any thread. */
  public long get(int index) {
    return (long) VALUES.getOpaque(values, index);
  }

  /** How many numbers. */
  public int size() {
    return values.length;
  }
}
