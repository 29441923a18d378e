package io.mainstay.server;

import io.mainstay.model.MonotonicTime;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Sees steps of the wall clock, by comparing it with the monotonic one. Nothing of Mainstay's
 * timing hangs on the wall clock; expiries that outlive the process do, so a step is worth an
 * event.
 */
final class ClockWatch {
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  private final Time time;
  private final Mailbox mailbox;
  private final Consumer<String> stepped;
  private MonotonicTime lastMonotonic;
  private Instant lastWall;

  ClockWatch(Time time, Mailbox mailbox, Consumer<String> stepped) {
    this.time = time;
    this.mailbox = mailbox;
    this.stepped = stepped;
    this.lastMonotonic = time.now();
    this.lastWall = time.wallClock();
  }

  void start() {
    mailbox.after(EVERY, this::look);
  }

  private void look() {
    MonotonicTime monotonic = time.now();
    Instant wall = time.wallClock();
    Duration step = Duration.between(lastWall, wall).minus(monotonic.since(lastMonotonic));
    lastMonotonic = monotonic;
    lastWall = wall;
    if (step.abs().compareTo(TOLERANCE) > 0) {
      stepped.accept(
          "the wall clock was set "
              + (step.isNegative() ? "back" : "forward")
              + " by about "
              + step.abs().toSeconds()
              + " s; time-outs, windows and restarts are not affected");
    }
    mailbox.after(EVERY, this::look);
  }
}
