package io.mainstay.ports;

import io.mainstay.model.MonotonicTime;
import java.time.Instant;

/** The two clocks. Any thread. */
public interface Time {
  /** For leases, time-outs and windows; never goes back. */
  MonotonicTime now();

  /** The nanoseconds of {@link #now}, for those who ask too often to be given an object. */
  default long nanos() {
    return now().nanos();
  }

  /** For display and for expiries that outlive the process; may step. */
  Instant wallClock();
}
