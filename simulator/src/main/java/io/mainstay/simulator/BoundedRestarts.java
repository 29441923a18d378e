package io.mainstay.simulator;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An instance that keeps failing is started a handful of times a minute, never without end. A new
 * leader does not know which rollout was halted, and tries it once more.
 */
final class BoundedRestarts implements Invariant {
  /** Five until it is parked, then one each 30 s, with some reserve for orders from above. */
  private static final int MOST_A_MINUTE = 14;

  /** A rollout ends when its new instance was parked. */
  private static final int MORE_A_LEADER = 6;

  private final ArrayDeque<MonotonicTime> elections = new ArrayDeque<>();
  private int electionsSeen;
  private long seen = -1;

  @Override
  public String claim() {
    return "restarts are bounded";
  }

  @Override
  public Optional<String> broken(World world) {
    if (seen == world.machine().changes()) {
      return Optional.empty();
    }
    seen = world.machine().changes();
    int most = MOST_A_MINUTE + MORE_A_LEADER * newLeaders(world);
    TreeMap<InstanceId, Integer> counts = new TreeMap<>();
    for (Machine.Start start : world.machine().starts()) {
      int count = counts.merge(start.instance(), 1, Integer::sum);
      if (count > most) {
        return Optional.of(start.instance() + " was started " + count + " times in a minute");
      }
    }
    return Optional.empty();
  }

  private int newLeaders(World world) {
    MonotonicTime now = world.time().now();
    while (electionsSeen < world.disk().elections()) {
      electionsSeen++;
      elections.addLast(now);
    }
    elections.removeIf(at -> now.since(at).compareTo(Duration.ofMinutes(1)) > 0);
    return Math.max(0, elections.size() - 1);
  }
}
