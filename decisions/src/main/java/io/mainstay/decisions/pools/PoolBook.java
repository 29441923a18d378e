package io.mainstay.decisions.pools;

import io.mainstay.decisions.nodes.NodeNews;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.decisions.placement.Unplaced;
import io.mainstay.decisions.pools.PoolMemory.Node;
import io.mainstay.decisions.pools.PoolMemory.Phase;
import io.mainstay.model.EventKind;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.PoolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The working copy of one pool during one decision; lives and dies with it. */
final class PoolBook {
  final PoolFacts facts;
  final PoolSpec spec;
  final MonotonicTime now;
  final PoolMemory before;
  final TreeMap<NodeName, Node> nodes = new TreeMap<>();
  final List<PoolAction> actions = new ArrayList<>();
  final List<NodeNews> news = new ArrayList<>();
  final List<String> told = new ArrayList<>();
  int failures;
  Optional<MonotonicTime> retryAt;
  Optional<MonotonicTime> changed;
  Optional<Duration> launch;
  private final TreeMap<NodeName, PoolNode> known = new TreeMap<>();
  private @Nullable List<Unplaced> expected;

  PoolBook(PoolFacts facts, PoolMemory memory, MonotonicTime now) {
    this.facts = facts;
    this.spec = facts.spec();
    this.now = now;
    before = memory;
    failures = memory.failures();
    retryAt = memory.retryAt();
    changed = memory.changed();
    launch = memory.launch();
    memory.nodes().forEach(node -> nodes.put(node.name(), node));
    facts.nodes().forEach(node -> known.put(node.view().name(), node));
  }

  /** What the cluster knows of it; null: it has not joined. */
  @Nullable PoolNode known(NodeName name) {
    return known.get(name);
  }

  Iterable<PoolNode> known() {
    return known.values();
  }

  static boolean isEmpty(PoolNode node) {
    return node.view().occupants().isEmpty();
  }

  int spare() {
    int spare = 0;
    for (PoolNode node : known.values()) {
      spare += node.view().standing().closed().isEmpty() && isEmpty(node) ? 1 : 0;
    }
    return spare;
  }

  List<Node> draining() {
    return nodes.values().stream().filter(node -> node.phase() == Phase.DRAINING).toList();
  }

  /** Nodes that there are or will be: not those that go. */
  int count() {
    int count = 0;
    for (Node node : nodes.values()) {
      count +=
          switch (node.phase()) {
            case LAUNCHING, PREPARING, ACTIVE -> 1;
            case DRAINING, LEAVING, DESTROYING, STUCK, GONE -> 0;
          };
    }
    return count;
  }

  /** What will fit nowhere by the time that a node made now would be there. */
  List<Unplaced> expected() {
    if (expected == null) {
      List<NodeView> views = new ArrayList<>(facts.others());
      known.values().forEach(node -> views.add(node.view()));
      expected =
          launch.map(time -> Forecast.unplaced(facts.demands(), views, time)).orElse(List.of());
    }
    return expected;
  }

  NodeName free() {
    for (int number = 1; ; number++) {
      NodeName name = new NodeName(spec.name() + "-" + number);
      if (!nodes.containsKey(name)
          && !known.containsKey(name)
          && !facts.listed().contains(name)
          && facts.others().stream().noneMatch(other -> other.name().equals(name))) {
        return name;
      }
    }
  }

  void put(NodeName name, Phase phase) {
    Node old = nodes.get(name);
    Optional<MonotonicTime> begun =
        switch (phase) {
          case PREPARING -> old == null ? Optional.empty() : old.begun();
          case LAUNCHING, ACTIVE, DRAINING, LEAVING, DESTROYING, STUCK, GONE -> Optional.empty();
        };
    nodes.put(name, new Node(name, phase, now, Optional.empty(), begun));
  }

  /** One is asked for now. */
  void begin(NodeName name) {
    nodes.put(name, new Node(name, Phase.LAUNCHING, now, Optional.empty(), Optional.of(now)));
  }

  /** Machines that exist, or may. */
  int existing() {
    return (int) nodes.values().stream().filter(node -> node.phase() != Phase.GONE).count();
  }

  /** A launch is over: the slowest counts, and is slowly forgotten. */
  void launched(Node node) {
    Optional<Duration> took = node.begun().map(now::since);
    launch =
        took.map(latest ->
                launch
                    .map(old -> old.multipliedBy(3).plus(latest).dividedBy(4))
                    .filter(mean -> mean.compareTo(latest) > 0)
                    .orElse(latest))
            .or(() -> launch);
  }

  void tell(EventKind kind, NodeName node, String reason) {
    LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("pool", spec.name());
    evidence.put("node", node.value());
    news.add(new NodeNews(kind, Optional.of(node), node + ": " + reason, evidence));
  }
}
