package io.mainstay.simulator;

import java.util.Optional;

/** Queues, schedules, journals and event streams stay within what a small machine can hold. */
final class NothingUnbounded implements Invariant {
  private static final int EVERY = 256;
  private static final int MOST_SCHEDULED = 5_000;
  private static final int MOST_RECORDS = 60;
  private static final long MOST_EVENTS_A_MINUTE = 2_000;
  private static final long MINUTE = 60_000_000_000L;

  private long calls;
  private long minute;
  private long eventsAtMinute;

  @Override
  public String claim() {
    return "nothing grows without bound";
  }

  @Override
  public Optional<String> broken(World world) {
    for (Notes.Waiting waiting : world.notes().waiting()) {
      if (waiting.waiting() > waiting.allowed()) {
        return Optional.of(
            waiting.waiting()
                + " requests wait for "
                + waiting.service()
                + ", allowed are "
                + waiting.allowed());
      }
    }
    if (++calls % EVERY != 0) {
      return Optional.empty();
    }
    if (world.disk().records() > MOST_RECORDS) {
      return Optional.of(world.disk().records() + " instances are written down");
    }
    if (world.time().waiting() > MOST_SCHEDULED) {
      return Optional.of(world.time().waiting() + " tasks are scheduled");
    }
    long now = world.time().now().nanos();
    if (now - minute > MINUTE) {
      minute = now;
      eventsAtMinute = world.disk().appended();
    }
    long events = world.disk().appended() - eventsAtMinute;
    return events > MOST_EVENTS_A_MINUTE
        ? Optional.of(events + " events in a minute")
        : Optional.empty();
  }
}
