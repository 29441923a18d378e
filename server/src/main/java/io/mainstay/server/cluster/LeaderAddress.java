package io.mainstay.server.cluster;

import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.NodePresence;
import io.mainstay.ports.Coordinator;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Where the server that decides is reached. Written in one mailbox, read by any thread. */
public final class LeaderAddress implements Coordinator.Listener {
  private final NodeName self;
  private final Supplier<Optional<NodeName>> leader;
  private volatile TreeMap<NodeName, Address> servers = new TreeMap<>();

  /**
   * For the server of {@code self}.
   *
   * @param leader who decides, as far as known
   */
  public LeaderAddress(NodeName self, Supplier<Optional<NodeName>> leader) {
    this.self = self;
    this.leader = leader;
  }

  /** Whether this server decides, as far as it knows. */
  public boolean isSelf() {
    return leader.get().filter(self::equals).isPresent();
  }

  /** The API of the other server that decides; empty if that is this one, or nobody known. */
  public Optional<Address> other() {
    return leader
        .get()
        .filter(name -> !name.equals(self))
        .flatMap(name -> Optional.ofNullable(servers.get(name)));
  }

  @Override
  public void changed(Coordinator.State state) {
    TreeMap<NodeName, Address> next = new TreeMap<>();
    for (NodePresence node : state.nodes()) {
      next.put(node.record().name(), node.record().api());
    }
    servers = next;
  }

  @Override
  public void connection(boolean connected, String reason) {
    // The last one known is asked; it refuses if it does not decide any more.
  }
}
