package io.mainstay.decisions.pools;

import io.mainstay.decisions.nodes.NodeNews;
import io.mainstay.decisions.placement.Unplaced;
import java.util.List;

/**
 * What is decided about one pool.
 *
 * @param memory for the next decision
 * @param actions in order
 * @param news to tell
 * @param left what this pool does not help, for the next one
 */
public record PoolDecision(
    PoolMemory memory, List<PoolAction> actions, List<NodeNews> news, List<Unplaced> left) {
  /** Copies the lists. */
  public PoolDecision {
    actions = List.copyOf(actions);
    news = List.copyOf(news);
    left = List.copyOf(left);
  }
}
