package io.mainstay.linux;

import io.mainstay.model.MonotonicTime;
import io.mainstay.ports.Time;
import java.time.Instant;

/**
 * The clocks of this machine: CLOCK_MONOTONIC, which stands still in suspend, and CLOCK_REALTIME.
 */
public final class SystemTime implements Time {
  @Override
  public MonotonicTime now() {
    return new MonotonicTime(System.nanoTime());
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Instant wallClock() {
    return Instant.now();
  }
}
