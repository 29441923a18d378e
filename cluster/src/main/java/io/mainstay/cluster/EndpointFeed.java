package io.mainstay.cluster;

import io.mainstay.decisions.failover.RemoteEndpoints;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.NodePresence;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Topology;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.TrafficControl;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tells the gateway of this node about the instances of all others. While the coordinator is away
 * the last word holds, and what the gateway sees itself goes before it. One mailbox.
 */
public final class EndpointFeed implements Coordinator.Listener {
  private final NodeName self;
  private final TrafficControl traffic;
  private final TreeMap<NodeName, List<Endpoint>> told = new TreeMap<>();

  /** For the gateway of {@code self}, whose agent speaks for its own instances. */
  public EndpointFeed(NodeName self, TrafficControl traffic) {
    this.self = self;
    this.traffic = traffic;
  }

  @Override
  public void changed(Coordinator.State state) {
    TreeSet<NodeName> present = new TreeSet<>();
    for (NodePresence node : state.nodes()) {
      if (node.present()) {
        present.add(node.record().name());
      }
    }
    traffic.topology(topology(state));
    TreeSet<NodeName> gone = new TreeSet<>(told.keySet());
    for (Observed observed : state.observed()) {
      NodeName node = observed.node();
      if (node.equals(self)) {
        continue;
      }
      Optional<Assignments> assignments =
          state.assignments().stream().filter(one -> one.node().equals(node)).findFirst();
      tell(node, RemoteEndpoints.of(observed, assignments, present.contains(node)));
      gone.remove(node);
    }
    gone.forEach(node -> tell(node, List.of()));
  }

  private Topology topology(Coordinator.State state) {
    LinkedHashMap<NodeName, String> zones = new LinkedHashMap<>();
    state.nodes().forEach(node -> zones.put(node.record().name(), node.record().zone()));
    return new Topology(
        self,
        zones,
        state.overrides().evacuations().stream().map(Overrides.Evacuation::zone).toList());
  }

  private void tell(NodeName node, List<Endpoint> endpoints) {
    if (!endpoints.equals(told.put(node, endpoints))) {
      traffic.publish(node, endpoints);
    }
    if (endpoints.isEmpty()) {
      told.remove(node);
    }
  }

  @Override
  public void connection(boolean connected, String reason) {
    // The last word holds.
  }
}
