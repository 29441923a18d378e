package io.mainstay.decisions.pools;

import io.mainstay.decisions.placement.NodeView;
import io.mainstay.decisions.placement.Unplaced;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.PoolSpec;
import java.util.List;

/**
 * What is known about one pool now.
 *
 * @param spec what the file says
 * @param listed the names that the provider gave last, sorted
 * @param nodes of the pool in the cluster, sorted
 * @param others nodes of the cluster that are not of the pool
 * @param unplaced instances that fit nowhere and that no pool before this one helps
 * @param demands how many of each service are wanted, and where that leads
 * @param outcomes of what was begun, since the last decision
 */
public record PoolFacts(
    PoolSpec spec,
    List<NodeName> listed,
    List<PoolNode> nodes,
    List<NodeView> others,
    List<Unplaced> unplaced,
    List<Forecast.Demand> demands,
    List<Outcome> outcomes) {
  /** Copies the lists. */
  public PoolFacts {
    listed = List.copyOf(listed);
    nodes = List.copyOf(nodes);
    others = List.copyOf(others);
    unplaced = List.copyOf(unplaced);
    demands = List.copyOf(demands);
    outcomes = List.copyOf(outcomes);
  }

  /**
   * What became of an action.
   *
   * @param node on which
   * @param step which
   * @param done whether it worked
   * @param detail what it said, one phrase
   */
  public record Outcome(NodeName node, Step step, boolean done, String detail) {}

  /** What is begun and takes its time. */
  public enum Step {
    CREATE,
    READY_HOOK,
    DRAINED_HOOK,
    DESTROY
  }
}
