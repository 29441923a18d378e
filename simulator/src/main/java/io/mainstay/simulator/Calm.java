package io.mainstay.simulator;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import java.time.Duration;
import java.util.TreeMap;

/**
 * Since when news travels undisturbed between a machine and the shared state. Invariants that
 * depend on what somebody knows are silent before that.
 */
final class Calm {
  /** Longer than a message takes three times on the slowest way that faults make. */
  static final Duration NEWS_TRAVELS = Duration.ofSeconds(8);

  private final World world;
  private final TreeMap<NodeName, MonotonicTime> troubledAt = new TreeMap<>();

  Calm(World world) {
    this.world = world;
  }

  /** Looks at all machines; after every event. */
  void look() {
    boolean available = world.ensemble().isAvailable();
    for (SimulatedNode node : world.nodes()) {
      if (!available || !node.isHeard() || !node.isConnected()) {
        troubledAt.put(node.name(), world.time().now());
      }
    }
  }

  /** Whether all that was to be known was known there within the last moments. */
  boolean isCalm(NodeName node) {
    MonotonicTime last = troubledAt.getOrDefault(node, MonotonicTime.ZERO);
    return world.time().now().since(last).compareTo(NEWS_TRAVELS) > 0;
  }
}
