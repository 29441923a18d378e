package io.mainstay.cluster;

import io.mainstay.decisions.failover.RemoteEndpoints;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.NodePresence;
import io.mainstay.model.state.Observed;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.TrafficControl;
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
  private final TreeMap<NodeName, Life> lives = new TreeMap<>();

  /**
   * What was heard of one life of a server.
   *
   * @param bootId of that life
   * @param before what its agent had written when that life was heard of; it may be of the last one
   */
  private record Life(String bootId, Optional<Observed> before) {}

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
    traffic.topology(state.topology(self));
    TreeSet<NodeName> gone = new TreeSet<>(told.keySet());
    for (Observed observed : state.observed()) {
      NodeName node = observed.node();
      if (node.equals(self)) {
        continue;
      }
      Optional<Assignments> assignments =
          state.assignments().stream().filter(one -> one.node().equals(node)).findFirst();
      if (begins(node, observed, state)) {
        traffic.beginAnew(node);
        told.remove(node);
      }
      tell(node, RemoteEndpoints.of(observed, assignments, present.contains(node)));
      gone.remove(node);
    }
    gone.forEach(node -> tell(node, List.of()));
  }

  /** Whether what is written of a node may be the first word of a life that knows no last one. */
  private boolean begins(NodeName node, Observed observed, Coordinator.State state) {
    String bootId = "";
    for (NodePresence presence : state.nodes()) {
      if (presence.record().name().equals(node)) {
        bootId = presence.record().bootId();
      }
    }
    Life life = lives.get(node);
    if (life == null || !life.bootId().equals(bootId)) {
      lives.put(node, new Life(bootId, Optional.of(observed)));
      return life != null;
    }
    if (life.before().isPresent() && !life.before().get().equals(observed)) {
      lives.put(node, new Life(bootId, Optional.empty()));
      return true;
    }
    return false;
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
