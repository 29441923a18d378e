package io.mainstay.simulator;

import io.mainstay.model.MonotonicTime;
import io.mainstay.ports.Time;
import io.mainstay.testkit.VirtualTime;
import java.time.Duration;
import java.time.Instant;

/**
 * The clocks of one machine: its monotonic clock begins anywhere and runs a little too fast or too
 * slow, and its wall clock may be set.
 */
final class NodeClock implements Time {
  private final VirtualTime time;
  private final long origin;
  private final double rate;
  private Duration wallOffset = Duration.ZERO;

  /**
   * A clock that is right on average only.
   *
   * @param origin nanoseconds that it shows at the beginning
   * @param rate its seconds in a true second
   */
  NodeClock(VirtualTime time, long origin, double rate) {
    this.time = time;
    this.origin = origin;
    this.rate = rate;
  }

  /** A clock that is right. */
  static NodeClock exact(VirtualTime time) {
    return new NodeClock(time, 0, 1);
  }

  @Override
  public MonotonicTime now() {
    return new MonotonicTime(origin + own(time.now().nanos()));
  }

  @Override
  public Instant wallClock() {
    return VirtualTime.EPOCH.plusNanos(own(time.now().nanos())).plus(wallOffset);
  }

  /** Sets the wall clock forward, or back if negative. */
  void stepWallClock(Duration by) {
    wallOffset = wallOffset.plus(by);
  }

  /** How long something really takes that this clock takes for {@code duration}. */
  Duration truly(Duration duration) {
    return rate == 1 ? duration : Duration.ofNanos((long) Math.ceil(duration.toNanos() / rate));
  }

  private long own(long nanos) {
    return rate == 1 ? nanos : (long) (nanos * rate);
  }
}
