package io.mainstay.decisions.pools;

import io.mainstay.decisions.placement.NodeView;
import io.mainstay.decisions.placement.Request;
import java.util.List;

/**
 * A node of the pool that belongs to the cluster.
 *
 * @param view how it stands and what is on it
 * @param present whether its session lives
 * @param occupants what is on it, as it would have to be placed elsewhere
 * @param held whether an operator holds it: then the pool leaves it alone
 */
public record PoolNode(NodeView view, boolean present, List<Request> occupants, boolean held) {
  /** Copies the list. */
  public PoolNode {
    occupants = List.copyOf(occupants);
  }
}
