package io.mainstay.decisions.placement;

import io.mainstay.decisions.nodes.NodeStanding;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Place;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.NodeCapacity;
import io.mainstay.model.state.NodeState;
import io.mainstay.testkit.ServiceFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.TreeMap;

/** Nodes that fill up as tests place instances on them. */
final class Cluster {
  private final TreeMap<NodeName, NodeView> nodes = new TreeMap<>();
  private final TreeMap<ServiceName, Integer> numbers = new TreeMap<>();

  Cluster node(String name, String... labels) {
    return node(name, Optional.empty(), Optional.empty(), labels);
  }

  Cluster node(String name, double cores, int memory, int instances, String... labels) {
    NodeCapacity capacity = new NodeCapacity(cores, (long) memory << 20, instances);
    return node(name, Optional.of(capacity), Optional.empty(), labels);
  }

  Cluster node(
      String name, Optional<NodeCapacity> capacity, Optional<String> closed, String... labels) {
    NodeStanding standing =
        closed.isPresent()
            ? new NodeStanding(NodeState.SUSPECT, closed, Duration.ZERO, false, closed.get())
            : NodeStanding.READY;
    NodeView view = NodeView.of(new NodeName(name), map(labels), capacity, standing);
    nodes.put(view.name(), view);
    return this;
  }

  List<NodeView> nodes() {
    return new ArrayList<>(nodes.values());
  }

  /** Places one more; answers where, or the sentence why nowhere. */
  String add(ServiceSpec spec) {
    return add(spec, 1);
  }

  String add(ServiceSpec spec, int revision) {
    int number = numbers.merge(spec.name(), 1, Integer::sum);
    Request request = new Request(new InstanceId(spec.name(), number), revision, spec);
    return switch (Placement.choose(request, nodes())) {
      case Choice.Placed placed -> {
        nodes.computeIfPresent(placed.node(), (_, node) -> node.with(request.occupant()));
        yield placed.node().value();
      }
      case Choice.Nowhere nowhere -> nowhere.reason();
    };
  }

  List<String> add(ServiceSpec spec, String... each) {
    List<String> placed = new ArrayList<>();
    for (int i = 0; i < each.length; i++) {
      placed.add(add(spec));
    }
    return placed;
  }

  /** The occupant is on its way out. */
  void leaves(String node, ServiceName service, int number) {
    NodeName name = new NodeName(node);
    InstanceId id = new InstanceId(service, number);
    for (Occupant occupant : nodes.get(name).occupants()) {
      if (occupant.id().equals(id)) {
        Occupant leaving =
            new Occupant(
                id, occupant.revision(), true, occupant.need(), occupant.port(), occupant.apart());
        nodes.computeIfPresent(name, (_, node1) -> node1.with(leaving));
      }
    }
  }

  static SequencedMap<String, String> map(String... labels) {
    SequencedMap<String, String> map = new LinkedHashMap<>();
    for (String label : labels) {
      String[] parts = label.split("=");
      map.put(parts[0], parts[1]);
    }
    return map;
  }

  static Place spread(String label) {
    return new Place(label, map(), map(), false, OptionalInt.empty(), List.of());
  }

  static Place require(String... labels) {
    return new Place("node", map(labels), map(), false, OptionalInt.empty(), List.of());
  }

  static Place prefer(String... labels) {
    return new Place("node", map(), map(labels), false, OptionalInt.empty(), List.of());
  }

  static Place pack() {
    return new Place("node", map(), map(), true, OptionalInt.empty(), List.of());
  }

  static Place perNode(int most) {
    return new Place("node", map(), map(), false, OptionalInt.of(most), List.of());
  }

  static Place apart(String service) {
    return new Place(
        "node", map(), map(), false, OptionalInt.empty(), List.of(new ServiceName(service)));
  }

  static ServiceFixture service(String name) {
    return ServiceFixture.service(name).run("x");
  }

  static ServiceFixture service(String name, double cores, int memory) {
    return service(name)
        .limits(
            new Workload.Limits(
                OptionalLong.of((long) memory << 20),
                OptionalDouble.of(cores),
                OptionalLong.empty()));
  }
}
