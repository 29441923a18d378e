package io.mainstay.decisions.nodes;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.NodeState;
import java.util.List;
import java.util.Optional;

/**
 * What is remembered about one node from decision to decision.
 *
 * @param name which
 * @param state as decided last
 * @param goneSince when its session was missed first; empty: it is there
 * @param silentSince since when there is neither session nor answer
 * @param released whether what ran there may be replaced
 * @param returns when it came back, within the window of flapping, oldest first
 * @param drainTold whether it was told that it is empty
 */
public record NodeMemory(
    NodeName name,
    NodeState state,
    Optional<MonotonicTime> goneSince,
    Optional<MonotonicTime> silentSince,
    boolean released,
    List<MonotonicTime> returns,
    boolean drainTold) {
  /** Copies the list. */
  public NodeMemory {
    returns = List.copyOf(returns);
  }
}
