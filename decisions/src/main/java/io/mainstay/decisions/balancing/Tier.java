package io.mainstay.decisions.balancing;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.Topology;

/** How near an instance is. Nearer ones first. */
public enum Tier {
  /** On the node of the gateway. */
  NODE,
  /** On another node of its zone. */
  ZONE,
  /** Anywhere else. */
  OTHERS,
  /** In a zone that is being evacuated, be it the gateway's own. */
  EVACUATED;

  /** The tier of an instance on that node. */
  public static Tier of(Topology topology, NodeName node) {
    if (topology.isEvacuated(node)) {
      return EVACUATED;
    }
    if (node.equals(topology.self())) {
      return NODE;
    }
    String zone = topology.zone(node);
    return !zone.isEmpty() && zone.equals(topology.zone(topology.self())) ? ZONE : OTHERS;
  }
}
