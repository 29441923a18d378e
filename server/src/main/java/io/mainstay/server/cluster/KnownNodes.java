package io.mainstay.server.cluster;

import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.NodePresence;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.ports.Coordinator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Every node of the cluster, as heard last. Written in one mailbox, read by any thread. */
public final class KnownNodes implements Coordinator.Listener {
  private volatile TreeMap<NodeName, NodePresence> nodes = new TreeMap<>();
  private volatile List<Observed> observed = List.of();

  /** What a node said of itself; empty: it does not belong to the cluster, or is not heard yet. */
  public Optional<NodeRecord> record(NodeName node) {
    return Optional.ofNullable(nodes.get(node)).map(NodePresence::record);
  }

  /** Where the API of a node is reached. */
  public Optional<Address> api(NodeName node) {
    return record(node).map(NodeRecord::api);
  }

  /** Where the API of a node is reached whose session lives; empty: it does not. */
  public Optional<Address> presentApi(NodeName node) {
    return Optional.ofNullable(nodes.get(node))
        .filter(NodePresence::present)
        .map(one -> one.record().api());
  }

  /** Those whose session lives, sorted by name. */
  public List<NodeRecord> present() {
    return nodes.values().stream().filter(NodePresence::present).map(NodePresence::record).toList();
  }

  /** Which of them runs an instance, as its agent said last. */
  public Optional<NodeName> of(InstanceId instance) {
    return observed.stream()
        .filter(one -> one.instance(instance).isPresent())
        .map(Observed::node)
        .findFirst();
  }

  /** Whether anything was heard at all. */
  public boolean isKnown() {
    return !nodes.isEmpty();
  }

  @Override
  public void changed(Coordinator.State state) {
    TreeMap<NodeName, NodePresence> next = new TreeMap<>();
    state.nodes().forEach(node -> next.put(node.record().name(), node));
    nodes = next;
    observed = state.observed();
  }

  @Override
  public void connection(boolean connected, String reason) {
    // The last word holds.
  }
}
