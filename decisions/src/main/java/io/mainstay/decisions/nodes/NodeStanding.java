package io.mainstay.decisions.nodes;

import io.mainstay.model.state.NodeState;
import java.time.Duration;
import java.util.Optional;

/**
 * What is decided about one node.
 *
 * @param state how it stands
 * @param closed why it takes no new instances; empty: it does
 * @param goneFor how long its session has been gone, with both witnesses agreeing; zero while the
 *     session lives or the gateways still get answers
 * @param replace whether what ran there may be replaced elsewhere now
 * @param reason one sentence
 */
public record NodeStanding(
    NodeState state, Optional<String> closed, Duration goneFor, boolean replace, String reason) {
  /** There, and open. */
  public static final NodeStanding READY =
      new NodeStanding(
          NodeState.READY, Optional.empty(), Duration.ZERO, false, "its session lives");

  /** Whether instances on it count as gone for a service that waits this long. */
  public boolean isGoneFor(Duration lostAfter) {
    return state == NodeState.LOST && goneFor.compareTo(lostAfter) >= 0;
  }

  /** Whether it is to be emptied. */
  public boolean isLeaving() {
    return state == NodeState.DRAINING;
  }
}
