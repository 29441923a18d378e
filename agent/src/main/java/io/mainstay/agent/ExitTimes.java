package io.mainstay.agent;

import io.mainstay.model.MonotonicTime;
import io.mainstay.ports.Time;
import java.util.List;
import java.util.TreeMap;

/**
 * When exits were, by the wall clock: read once for each, so that the answer stays the same
 * whatever the clock does later.
 */
final class ExitTimes {
  private final Time time;
  private final TreeMap<MonotonicTime, Long> known = new TreeMap<>();

  ExitTimes(Time time) {
    this.time = time;
  }

  /** Milliseconds since the epoch; exits that are not asked for any more are forgotten. */
  List<Long> of(List<MonotonicTime> exits) {
    known.keySet().removeIf(exit -> !exits.contains(exit));
    return exits.stream().map(this::of).toList();
  }

  private long of(MonotonicTime exit) {
    return known.computeIfAbsent(
        exit, when -> time.wallClock().toEpochMilli() - time.now().since(when).toMillis());
  }
}
