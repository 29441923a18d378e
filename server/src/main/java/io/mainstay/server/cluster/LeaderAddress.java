package io.mainstay.server.cluster;

import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import java.util.Optional;
import java.util.function.Supplier;

/** Where the server that decides is reached. Any thread. */
public final class LeaderAddress {
  private final NodeName self;
  private final Supplier<Optional<NodeName>> leader;
  private final KnownNodes nodes;

  /**
   * For the server of {@code self}.
   *
   * @param leader who decides, as far as known
   */
  public LeaderAddress(NodeName self, Supplier<Optional<NodeName>> leader, KnownNodes nodes) {
    this.self = self;
    this.leader = leader;
    this.nodes = nodes;
  }

  /** Whether this server decides, as far as it knows. */
  public boolean isSelf() {
    return leader.get().filter(self::equals).isPresent();
  }

  /** The API of the other server that decides; empty if that is this one, or nobody known. */
  public Optional<Address> other() {
    return leader.get().filter(name -> !name.equals(self)).flatMap(nodes::api);
  }
}
