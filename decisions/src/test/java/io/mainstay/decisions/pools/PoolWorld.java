package io.mainstay.decisions.pools;

import io.mainstay.decisions.nodes.NodeNews;
import io.mainstay.decisions.nodes.NodeStanding;
import io.mainstay.decisions.placement.Choice;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.decisions.placement.Occupant;
import io.mainstay.decisions.placement.Placement;
import io.mainstay.decisions.placement.Request;
import io.mainstay.decisions.placement.Unplaced;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.PoolSpec;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.NodeState;
import io.mainstay.testkit.ServiceFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** A provider whose nodes join after a while, and a service that fills them. */
final class PoolWorld {
  static final ServiceSpec SHOP = ServiceFixture.service("shop").run("x").build();
  final TreeMap<NodeName, Integer> made = new TreeMap<>();
  final TreeMap<NodeName, NodeView> joined = new TreeMap<>();
  final TreeSet<NodeName> draining = new TreeSet<>();
  final List<String> told = new ArrayList<>();
  final List<String> done = new ArrayList<>();
  private final List<PoolFacts.Outcome> outcomes = new ArrayList<>();
  private final List<PoolFacts.Outcome> late = new ArrayList<>();
  PoolMemory memory = PoolMemory.EMPTY;
  PoolSpec spec;
  int wanted;
  int unplaced;
  int joinsAfter = 3;
  boolean createFails;
  boolean destroyFails;
  boolean hookFails;
  boolean neverJoins;
  int sessionOutlives;
  List<Forecast.Demand> demands = List.of();
  private final TreeMap<NodeName, Integer> ghosts = new TreeMap<>();
  private int second = 1000;

  PoolWorld(int min, int max, int warm) {
    spec = spec(min, max, warm, PoolSpec.Hooks.NONE);
  }

  static PoolSpec spec(int min, int max, int warm, PoolSpec.Hooks hooks) {
    return new PoolSpec(
        "workers",
        min,
        max,
        warm,
        new PoolSpec.Provider.Script(
            List.of("c"), List.of("d"), List.of("l"), Duration.ofMinutes(1)),
        Duration.ofSeconds(60),
        Duration.ofSeconds(20),
        Duration.ofSeconds(30),
        new LinkedHashMap<>(),
        new PoolSpec.Capacity(4, 1L << 32, 2),
        hooks);
  }

  void withHooks() {
    ServiceSpec.Hook hook = new ServiceSpec.Hook(List.of("x"), Duration.ofSeconds(30));
    spec =
        spec(
            spec.min(),
            spec.max(),
            spec.warm(),
            new PoolSpec.Hooks(Optional.of(hook), Optional.of(hook)));
  }

  void run(int seconds) {
    for (int i = 0; i < seconds; i++) {
      step();
    }
  }

  void step() {
    second++;
    made.replaceAll((_, age) -> age + 1);
    ghosts.replaceAll((_, left) -> left - 1);
    ghosts.values().removeIf(left -> left <= 0);
    made.forEach((name, age) -> {
      if (age == joinsAfter && !neverJoins && !joined.containsKey(name)) {
        NodeView view = Packing.empty(spec, 0);
        joined.put(name, NodeView.of(name, view.labels(), view.capacity(), NodeStanding.READY));
      }
    });
    place();
    PoolDecision decision =
        PoolRule.decide(facts(), memory, new MonotonicTime(second * 1_000_000_000L));
    outcomes.clear();
    outcomes.addAll(late);
    late.clear();
    memory = decision.memory();
    decision.actions().forEach(this::act);
    for (NodeNews news : decision.news()) {
      told.add(news.kind().label() + " " + news.reason());
    }
  }

  private PoolFacts facts() {
    List<PoolNode> nodes = new ArrayList<>();
    for (NodeView node : joined.values()) {
      List<Request> occupants =
          node.occupants().stream().map(one -> new Request(one.id(), 1, SHOP)).toList();
      nodes.add(
          new PoolNode(
              node,
              made.containsKey(node.name()) || ghosts.containsKey(node.name()),
              occupants,
              false));
    }
    List<Unplaced> waiting =
        unplaced == 0
            ? List.of()
            : List.of(
                new Unplaced(
                    new Request(id(999), 1, SHOP),
                    unplaced,
                    new Choice.Nowhere(new LinkedHashMap<>())));
    return new PoolFacts(
        spec,
        List.copyOf(made.keySet()),
        nodes,
        List.of(),
        waiting,
        demands,
        List.copyOf(outcomes));
  }

  /** Fewer: from the last node on; draining ones are emptied if there is room elsewhere. */
  private void place() {
    for (NodeName name : List.copyOf(joined.keySet())) {
      NodeStanding standing =
          draining.contains(name)
              ? new NodeStanding(
                  NodeState.DRAINING, Optional.of("drained"), Duration.ZERO, false, "drained")
              : isPreparing(name)
                  ? new NodeStanding(
                      NodeState.JOINING, Optional.of("joins"), Duration.ZERO, false, "joins")
                  : NodeStanding.READY;
      NodeView old = joined.get(name);
      List<Occupant> kept = draining.contains(name) ? List.of() : old.occupants();
      joined.put(name, NodeView.of(name, old.labels(), old.capacity(), standing).holding(kept));
    }
    TreeSet<Integer> numbers = new TreeSet<>();
    for (NodeName name : List.copyOf(joined.keySet())) {
      List<Occupant> kept = new ArrayList<>();
      for (Occupant one : joined.get(name).occupants()) {
        if (one.id().number() <= wanted) {
          kept.add(one);
          numbers.add(one.id().number());
        }
      }
      joined.put(name, joined.get(name).holding(kept));
    }
    unplaced = 0;
    for (int number = 1; number <= wanted; number++) {
      if (!numbers.contains(number)) {
        Request request = new Request(id(number), 1, SHOP);
        if (Placement.choose(request, List.copyOf(joined.values()))
            instanceof Choice.Placed placed) {
          joined.computeIfPresent(placed.node(), (_, node) -> node.with(request.occupant()));
        } else {
          unplaced++;
        }
      }
    }
  }

  private boolean isPreparing(NodeName name) {
    for (PoolMemory.Node node : memory.nodes()) {
      if (node.name().equals(name)) {
        return node.phase() != PoolMemory.Phase.ACTIVE
            && node.phase() != PoolMemory.Phase.DRAINING
            && (node.phase() != PoolMemory.Phase.LAUNCHING || spec.hooks().ready().isPresent());
      }
    }
    return spec.hooks().ready().isPresent();
  }

  private void act(PoolAction action) {
    NodeName node = action.node();
    done.add(action.getClass().getSimpleName() + " " + node);
    switch (action) {
      case PoolAction.Create _ -> {
        made.put(node, 0);
        tell(node, PoolFacts.Step.CREATE, !createFails);
      }
      case PoolAction.RunReadyHook _ -> tell(node, PoolFacts.Step.READY_HOOK, !hookFails);
      case PoolAction.RunDrainedHook _ -> tell(node, PoolFacts.Step.DRAINED_HOOK, !hookFails);
      case PoolAction.Drain _ -> draining.add(node);
      case PoolAction.Release _ -> draining.remove(node);
      case PoolAction.Destroy _ -> {
        if (joined.containsKey(node) && !joined.get(node).occupants().isEmpty()) {
          throw new IllegalStateException(node + " is not empty");
        }
        if (!destroyFails) {
          made.remove(node);
          if (sessionOutlives > 0 && joined.containsKey(node)) {
            ghosts.put(node, sessionOutlives);
          } else {
            joined.remove(node);
          }
        }
        tell(node, PoolFacts.Step.DESTROY, !destroyFails);
      }
      case PoolAction.Forget _ -> {
        if (!ghosts.containsKey(node)) {
          draining.remove(node);
          joined.remove(node);
        }
      }
    }
  }

  private void tell(NodeName node, PoolFacts.Step step, boolean done) {
    late.add(new PoolFacts.Outcome(node, step, done, done ? "fine" : "exit 1"));
  }

  private static InstanceId id(int number) {
    return new InstanceId(new ServiceName("shop"), number);
  }
}
