package io.mainstay.model;

import java.time.Duration;

/**
 * A point on a clock that never goes back and has no relation to the calendar. For leases,
 * time-outs and windows; meaningful only within one run of one process.
 *
 * @param nanos nanoseconds since an arbitrary origin
 */
public record MonotonicTime(long nanos) implements Comparable<MonotonicTime> {
  /** The origin, for tests and simulated worlds. */
  public static final MonotonicTime ZERO = new MonotonicTime(0);

  /** This point moved by {@code duration}, which may be negative. */
  public MonotonicTime plus(Duration duration) {
    return new MonotonicTime(Math.addExact(nanos, duration.toNanos()));
  }

  /** How much time has passed since {@code earlier}; negative if that lies in the future. */
  public Duration since(MonotonicTime earlier) {
    return Duration.ofNanos(nanos - earlier.nanos);
  }

  /** Whether this point lies before {@code other}. */
  public boolean isBefore(MonotonicTime other) {
    return nanos - other.nanos < 0;
  }

  @Override
  public int compareTo(MonotonicTime other) {
    return Long.compare(nanos, other.nanos);
  }
}
