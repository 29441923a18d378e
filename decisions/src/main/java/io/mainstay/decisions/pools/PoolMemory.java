package io.mainstay.decisions.pools;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is remembered about one pool. Memory only: a new leader finds its nodes by the provider's
 * list and by their labels, and starts every timer anew.
 *
 * @param nodes sorted by name
 * @param failures launches in a row that failed
 * @param retryAt before that nothing is launched
 * @param changed when the number of nodes was changed last
 * @param told what lasts and was told
 * @param launch how long a node took of late from its creation until it took instances
 */
public record PoolMemory(
    List<Node> nodes,
    int failures,
    Optional<MonotonicTime> retryAt,
    Optional<MonotonicTime> changed,
    List<String> told,
    Optional<Duration> launch) {
  /** Nothing remembered. */
  public static final PoolMemory EMPTY =
      new PoolMemory(List.of(), 0, Optional.empty(), Optional.empty(), List.of(), Optional.empty());

  /** Copies the lists. */
  public PoolMemory {
    nodes = List.copyOf(nodes);
    told = List.copyOf(told);
  }

  /**
   * One node.
   *
   * @param name which
   * @param phase where it stands
   * @param since when it came there
   * @param idleSince since when it is not needed
   * @param begun when it was asked for, as far as we did it
   */
  public record Node(
      NodeName name,
      Phase phase,
      MonotonicTime since,
      Optional<MonotonicTime> idleSince,
      Optional<MonotonicTime> begun) {}

  /** Where a node of a pool stands. */
  public enum Phase {
    /** It is being made, or has not joined yet. */
    LAUNCHING,
    /** It joined, and its hook runs. */
    PREPARING,
    /** It takes instances. */
    ACTIVE,
    /** What is on it goes elsewhere. */
    DRAINING,
    /** It is empty, and its hook runs. */
    LEAVING,
    /** It is being removed. */
    DESTROYING,
    /** Removing it failed; it is tried again. */
    STUCK,
    /** It was removed, and the cluster does not know yet. */
    GONE
  }
}
