package io.mainstay.server.cluster;

import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.NodeCapacity;
import io.mainstay.model.state.NodePresence;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import io.mainstay.ports.Coordinator.State;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** States of a cluster for tests: node k is at 10.0.0.k. */
final class States {
  static final ServiceName SHOP = new ServiceName("shop");

  private States() {}

  static NodeName node(int number) {
    return new NodeName("n" + number);
  }

  static Address api(int node) {
    return new Address("10.0.0." + node, 7070);
  }

  static NodePresence presence(int node, boolean present) {
    return new NodePresence(
        new NodeRecord(
            node(node),
            api(node).host(),
            api(node),
            new LinkedHashMap<>(),
            new NodeCapacity(1, 1, 1),
            "1",
            "boot",
            Instant.EPOCH),
        present);
  }

  /** Instance {@code number} of the shop, at port 20000 and so many. */
  static Observed observed(int node, int number, Phase phase) {
    return new Observed(
        node(node),
        1,
        List.of(
            new ObservedInstance(
                new InstanceId(SHOP, number),
                node(node),
                1,
                1,
                Role.SERVING,
                phase,
                false,
                OptionalLong.empty(),
                Optional.of(new Address(api(node).host(), 20_000 + number)),
                Instant.EPOCH,
                0,
                Optional.empty(),
                "")));
  }

  static State state(List<NodePresence> nodes, List<Observed> observed) {
    return new State(Optional.empty(), 0, Overrides.NONE, 0, List.of(), observed, nodes);
  }
}
