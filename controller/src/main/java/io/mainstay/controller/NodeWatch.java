package io.mainstay.controller;

import io.mainstay.decisions.nodes.NodeFacts;
import io.mainstay.decisions.nodes.NodeNews;
import io.mainstay.decisions.nodes.NodePolicy;
import io.mainstay.decisions.nodes.NodeRule;
import io.mainstay.decisions.nodes.NodesDecision;
import io.mainstay.decisions.nodes.NodesMemory;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Disconnect;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.Explanation.Finding;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.NodePresence;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.NodeState;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Overrides.NodeHold;
import io.mainstay.model.state.ServiceRevision;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.ports.Coordinator.State;
import io.mainstay.ports.SignalSource;
import io.mainstay.ports.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * How the nodes stand: the leader decides and tells, others show whose session lives. Memory only,
 * so that a new leader counts anew.
 */
final class NodeWatch {
  private final NodeName self;
  private final EventWriter events;
  private final Findings findings;
  private NodesMemory memory = NodesMemory.EMPTY;

  NodeWatch(NodeName self, EventWriter events, Findings findings) {
    this.self = self;
    this.events = events;
    this.findings = findings;
  }

  /**
   * What the second witness says.
   *
   * @param instances that answered requests within the last second
   * @param nodes without session that answered a trial
   * @param silence how long all that are there have asked a node in vain
   */
  private record Answers(
      Set<InstanceId> instances, List<NodeName> nodes, Function<NodeName, Duration> silence) {
    static final Answers NONE = new Answers(Set.of(), List.of(), _ -> Duration.ZERO);
  }

  /** Whether some node is about to be given up, so that the next look should come soon. */
  boolean isWaiting() {
    return memory.nodes().stream().anyMatch(node -> node.state() == NodeState.SUSPECT);
  }

  /** Starts every timer anew. */
  void forget() {
    memory = NodesMemory.EMPTY;
  }

  /**
   * The nodes of the cluster, sorted, without what is on them.
   *
   * @param signals who answers; asked only while the session of some node is gone
   * @param closed nodes that take nothing yet, or not any more, by their pool
   */
  List<NodeView> look(
      World world,
      AssignmentWriter assignments,
      SignalSource signals,
      Predicate<NodeRecord> closed,
      Time time) {
    TreeMap<NodeName, Optional<NodePresence>> known = new TreeMap<>();
    known.put(self, Optional.empty());
    for (NodePresence node : world.state().map(State::nodes).orElse(List.of())) {
      known.put(node.record().name(), Optional.of(node));
    }
    boolean counts = known.size() > 1 || hasPools(world);
    if (known.size() == 1 && known.get(self).isEmpty()) {
      return List.of(NodeView.alone(self));
    }
    Instant wallClock = time.wallClock();
    boolean allThere =
        known.values().stream().flatMap(Optional::stream).allMatch(NodePresence::present);
    Answers answers =
        allThere
            ? Answers.NONE
            : new Answers(
                answering(signals.fresh()),
                signals.answering(),
                name -> signals.silence(name, there(known, name)));
    List<NodeFacts> facts = new ArrayList<>(known.size());
    known.forEach((name, node) ->
        facts.add(facts(name, node, world.overrides(), assignments, answers, closed, wallClock)));
    NodesDecision decision = decide(facts, world, time.now(), wallClock);
    List<NodeView> views = new ArrayList<>(known.size());
    known.forEach((name, node) ->
        views.add(
            NodeView.of(
                name,
                node.map(present -> present.record().labels()).orElseGet(LinkedHashMap::new),
                node.map(NodePresence::record).map(NodeRecord::capacity).filter(_ -> counts),
                decision.of(name))));
    return views;
  }

  /** Who could ask: the others whose sessions live. */
  private List<NodeName> there(Map<NodeName, Optional<NodePresence>> known, NodeName asked) {
    return known.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(asked))
        .filter(entry ->
            entry.getKey().equals(self)
                || entry.getValue().map(NodePresence::present).orElse(false))
        .map(Map.Entry::getKey)
        .toList();
  }

  private NodesDecision decide(
      List<NodeFacts> facts, World world, MonotonicTime now, Instant wallClock) {
    NodePolicy policy = NodePolicy.of(lostAfter(world));
    if (!world.leads()) {
      return NodeRule.decide(facts, NodesMemory.EMPTY, policy, now);
    }
    NodesDecision decision = NodeRule.decide(facts, memory, policy, now);
    memory = decision.memory();
    for (NodeNews news : decision.news()) {
      events.write(
          news.kind(),
          Optional.empty(),
          Optional.empty(),
          Actor.SYSTEM,
          Optional.empty(),
          news.reason(),
          news.evidence());
      news.node()
          .ifPresent(node ->
              findings.add(
                  node.value(),
                  new Finding(
                      wallClock, "nodes", news.kind().label(), news.reason(), news.evidence())));
    }
    return decision;
  }

  private NodeFacts facts(
      NodeName name,
      Optional<NodePresence> node,
      Overrides overrides,
      AssignmentWriter assignments,
      Answers answers,
      Predicate<NodeRecord> closed,
      Instant wallClock) {
    Optional<String> drained = Optional.empty();
    Optional<String> paused = Optional.empty();
    for (NodeHold hold : overrides.nodes()) {
      if (hold.node().equals(name) && ViewAssembly.isInForce(hold.until(), wallClock)) {
        Optional<String> why =
            Optional.of(
                (hold.actor().equals(Actor.SYSTEM) ? "not needed" : "by " + hold.actor())
                    + (hold.reason().isEmpty() ? "" : ", " + hold.reason()));
        switch (hold.kind()) {
          case DRAIN -> drained = why;
          case PAUSE -> paused = why;
        }
      }
    }
    String zone = node.map(present -> present.record().zone()).orElse("");
    for (Overrides.Evacuation evacuation : overrides.evacuations()) {
      if (!zone.isEmpty()
          && evacuation.zone().equals(zone)
          && ViewAssembly.isInForce(evacuation.until(), wallClock)) {
        paused = paused.or(() -> Optional.of("zone " + zone + " is evacuated"));
      }
    }
    Optional<Assignments> assigned = assignments.of(name);
    return new NodeFacts(
        name,
        name.equals(self) || node.map(NodePresence::present).orElse(true),
        answers.nodes().contains(name)
            || assigned.filter(all -> answers(all, answers.instances())).isPresent(),
        answers.silence().apply(name),
        node.map(NodePresence::record).filter(closed).isPresent(),
        drained,
        paused,
        assigned.map(all -> all.instances().size()).orElse(0));
  }

  /** Upstreams answer from elsewhere, and say nothing of the node that watches them. */
  private static boolean answers(Assignments assigned, Set<InstanceId> answering) {
    for (Assignment assignment : assigned.instances()) {
      if (answering.contains(assignment.id())
          && assigned
              .service(assignment)
              .map(ServiceRevision::spec)
              .filter(spec -> spec.workload() instanceof Workload.Run)
              .isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** Those of which any gateway has had a good answer within the last second. */
  private static Set<InstanceId> answering(List<ServiceSignals> signals) {
    Set<InstanceId> answering = new HashSet<>();
    for (ServiceSignals service : signals) {
      for (InstanceSignals instance : service.instances()) {
        if (instance.requestsPerSecond() > instance.failuresPerSecond()) {
          answering.add(instance.id());
        }
      }
    }
    return answering;
  }

  private static boolean hasPools(World world) {
    return world.desired().map(desired -> !desired.deployment().pools().isEmpty()).orElse(false);
  }

  /** The shortest of all services; each of them waits longer on its own if it wants to. */
  private static Duration lostAfter(World world) {
    return world.desired().map(Desired::deployment).stream()
        .flatMap(deployment -> deployment.services().stream())
        .map(spec -> spec.disconnect().lostAfter())
        .min(Duration::compareTo)
        .orElse(Disconnect.DEFAULT.lostAfter());
  }
}
