package io.mainstay.simulator;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;

/**
 * While nothing can be stored, nothing that answers is ended. What was ordered before may take its
 * course: a drain, a hook and the grace of the stop, from the last moment at which its server could
 * have heard of it.
 */
final class NothingStoppedBlindly implements Invariant {
  /** The hooks, and the order itself on its way. */
  private static final Duration BESIDE_DRAIN_AND_GRACE = Duration.ofSeconds(12);

  private final TreeMap<NodeName, MonotonicTime> stillAt = new TreeMap<>();

  private static Duration orderedBefore(Machine.Stop stop, World world) {
    return world
        .deployment()
        .service(stop.process().instance.service())
        .map(spec -> spec.stop().drain().plus(spec.stop().grace()))
        .orElse(Duration.ofSeconds(8))
        .plus(BESIDE_DRAIN_AND_GRACE);
  }

  @Override
  public String claim() {
    return "without quorum nothing that works is stopped";
  }

  @Override
  public Optional<String> broken(World world) {
    MonotonicTime now = world.time().now();
    for (SimulatedNode node : world.nodes()) {
      if (!node.isWorking()) {
        stillAt.put(node.name(), now);
      }
      if (node.machine().stops.isEmpty() || world.quorum().lostAt().isEmpty()) {
        continue;
      }
      MonotonicTime lost = world.quorum().lostAt().get();
      MonotonicTime still = stillAt.getOrDefault(node.name(), MonotonicTime.ZERO);
      MonotonicTime heard = still.isBefore(lost) ? lost : still;
      for (Machine.Stop stop : node.machine().stops) {
        if (stop.served() && now.since(heard).compareTo(orderedBefore(stop, world)) > 0) {
          return Optional.of(
              stop.process() + " is ended " + now.since(lost).toSeconds() + " s after the loss");
        }
      }
    }
    return Optional.empty();
  }
}
