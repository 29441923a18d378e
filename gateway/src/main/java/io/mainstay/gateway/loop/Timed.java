package io.mainstay.gateway.loop;

import org.jspecify.annotations.Nullable;

/**
 * Something with a deadline, held in a {@link TimedList}. No timer is made for it: its loop looks
 * at all of them at intervals. Only on the event loop that owns it.
 */
public abstract class Timed {
  /** A deadline that never comes. */
  public static final long NEVER = Long.MAX_VALUE;

  @Nullable Timed previous;
  @Nullable Timed next;
  boolean listed;
  private long deadline = NEVER;

  /** Sets the deadline in monotonic nanoseconds, or {@link #NEVER}. */
  protected final void deadline(long nanos) {
    deadline = nanos;
  }

  /** The deadline in monotonic nanoseconds, or {@link #NEVER}. */
  public final long deadline() {
    return deadline;
  }

  final boolean isDue(long now) {
    return deadline != NEVER && deadline - now <= 0;
  }

  /** Called once the deadline has passed, again and again until it is moved. */
  protected abstract void expired(long now);
}
