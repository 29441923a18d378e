package io.mainstay.controller;

import io.mainstay.decisions.fleet.Member;
import io.mainstay.decisions.fleet.ServiceMemory;
import io.mainstay.decisions.fleet.ServiceView;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.decisions.status.StatusAssembly;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.NodeCapacity;
import io.mainstay.model.state.NodePresence;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.NodeStatus;
import io.mainstay.model.state.ServiceRevision;
import io.mainstay.model.state.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The last view, for everyone who reads. Immutable; replaced as a whole.
 *
 * @param leader who decides, or did when the coordinator was heard last
 * @param services in file order
 * @param generation of the desired state
 * @param nodes with what is on them, sorted
 * @param records what nodes said of themselves
 * @param lostSince since when the coordinator cannot be reached
 */
record Published(
    Optional<NodeName> leader,
    Map<ServiceName, ServiceState> services,
    long generation,
    List<NodeView> nodes,
    List<NodePresence> records,
    Optional<Instant> lostSince) {
  static final Published NOTHING =
      new Published(Optional.empty(), Map.of(), 0, List.of(), List.of(), Optional.empty());

  /**
   * One service.
   *
   * @param view what was known
   * @param memory what was decided
   */
  record ServiceState(ServiceView view, ServiceMemory memory) {}

  /** Who decides now; empty while nobody can know. */
  Optional<NodeName> decider() {
    return leader.filter(_ -> lostSince.isEmpty());
  }

  Optional<ServiceState> service(ServiceName name) {
    return Optional.ofNullable(services.get(name));
  }

  /** What users see. */
  Status status(NodeName node, String version) {
    List<Status.ServiceStatus> shown = new ArrayList<>(services.size());
    services
        .values()
        .forEach(state -> shown.add(StatusAssembly.service(state.view(), state.memory())));
    return new Status(node, decider(), version, shown, nodeStatuses(), lostSince);
  }

  /** The services of the file. */
  List<ServiceSpec> specs() {
    return services.values().stream()
        .flatMap(state -> state.view().wanted().stream())
        .map(ServiceRevision::spec)
        .toList();
  }

  Optional<NodeView> node(NodeName name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
  }

  /** The nodes as users see them; none on a single machine that never was part of a cluster. */
  List<NodeStatus> nodeStatuses() {
    List<NodeStatus> statuses = new ArrayList<>();
    for (NodeView node : nodes) {
      for (NodePresence presence : records) {
        if (presence.record().name().equals(node.name())) {
          statuses.add(status(node, presence.record()));
        }
      }
    }
    return statuses;
  }

  private NodeStatus status(NodeView node, NodeRecord record) {
    return new NodeStatus(
        node.name(),
        node.standing().state(),
        record.zone(),
        decider().filter(node.name()::equals).isPresent(),
        node.occupants().size(),
        record.capacity(),
        new NodeCapacity(
            node.reserved().cpuCores(), node.reserved().memoryBytes(), node.reserved().instances()),
        record.host(),
        record.version(),
        record.labels(),
        node.standing().closed(),
        node.standing().reason());
  }

  Optional<Member> member(InstanceId id) {
    return service(id.service())
        .flatMap(state ->
            state.view().members().stream().filter(member -> member.id().equals(id)).findFirst());
  }
}
