package io.mainstay.simulator;

import io.mainstay.model.NodeName;
import java.util.Optional;
import java.util.TreeMap;

/** Queues, schedules, journals and event streams stay within what a small machine can hold. */
final class NothingUnbounded implements Invariant {
  private static final int EVERY = 256;
  private static final int MOST_SCHEDULED = 5_000;
  private static final int MOST_RECORDS = 60;
  private static final long MOST_EVENTS_A_MINUTE = 2_000;
  private static final long MINUTE = 60_000_000_000L;

  private long calls;
  private long minute;
  private final TreeMap<NodeName, Long> eventsAtMinute = new TreeMap<>();

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
    if (world.time().waiting() > MOST_SCHEDULED * world.nodes().size()) {
      return Optional.of(world.time().waiting() + " tasks are scheduled");
    }
    long now = world.time().now().nanos();
    boolean newMinute = now - minute > MINUTE;
    minute = newMinute ? now : minute;
    for (SimulatedNode node : world.nodes()) {
      Disk disk = node.disk();
      if (disk.records() > MOST_RECORDS) {
        return Optional.of(disk.records() + " instances are written down on " + node.name());
      }
      if (newMinute) {
        eventsAtMinute.put(node.name(), disk.appended());
      }
      long events = disk.appended() - eventsAtMinute.getOrDefault(node.name(), 0L);
      if (events > MOST_EVENTS_A_MINUTE) {
        return Optional.of(events + " events in a minute on " + node.name());
      }
    }
    return Optional.empty();
  }
}
