package io.mainstay.controller;

import io.mainstay.controller.Edit.Told;
import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.decisions.fleet.Member;
import io.mainstay.decisions.nodes.EvacuationRule;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.NodePresence;
import io.mainstay.model.state.NodeState;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Overrides.NodeHold;
import io.mainstay.model.state.ServiceSignals;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What commands about nodes and zones come to; nothing is done here. */
final class NodeCommands {
  private static final String ZONE = "zone";

  private final Published now;
  private final Overrides overrides;
  private final Actor actor;
  private final Instant wallClock;

  NodeCommands(Published now, Overrides overrides, Actor actor, Instant wallClock) {
    this.now = now;
    this.overrides = overrides;
    this.actor = actor;
    this.wallClock = wallClock;
  }

  Edit drain(Command.DrainNode command) {
    NodeName node = command.node();
    if (now.node(node).isEmpty()) {
      return notFound("node " + node);
    }
    boolean others =
        now.nodes().stream()
            .anyMatch(other -> !other.name().equals(node) && other.standing().closed().isEmpty());
    if (!others) {
      return new Edit.Answer(
          new CommandResult.Invalid("there is no other node that takes what is on " + node));
    }
    List<NodeHold> holds = without(node);
    holds.add(
        new NodeHold(
            node,
            NodeHold.Kind.DRAIN,
            command.duration().map(wallClock::plus),
            command.reason(),
            actor));
    // The rule of the nodes tells of it as soon as it holds.
    return write(overrides.withNodes(holds), "drain " + node, Goal.emptied(node), List.of());
  }

  Edit release(Command.ReleaseNode command) {
    NodeName node = command.node();
    List<NodeHold> holds = without(node);
    if (holds.size() == overrides.nodes().size()) {
      return now.node(node).isEmpty()
          ? notFound("node " + node)
          : new Edit.Answer(new CommandResult.Invalid(node + " is not held"));
    }
    Goal goal = Goal.done(node + " takes instances again");
    return write(overrides.withNodes(holds), "release " + node, goal, List.of());
  }

  Edit remove(Command.RemoveNode command) {
    NodeName node = command.node();
    Optional<NodePresence> known =
        now.records().stream().filter(one -> one.record().name().equals(node)).findFirst();
    if (known.isEmpty()) {
      return notFound("node " + node);
    }
    if (known.get().present() && !command.force()) {
      Evidence evidence =
          Evidence.of("node", node)
              .and(
                  "state",
                  now.node(node).map(NodeView::standing).map(one -> one.state().label()).orElse(""))
              .and("instances", now.node(node).map(view -> view.occupants().size()).orElse(0));
      return new Edit.Answer(
          new CommandResult.Refused(
              node + " is still there: drain it and stop its server first, or force it",
              evidence.map()));
    }
    return new Edit.Forget(node, overrides.withNodes(without(node)));
  }

  Edit evacuate(Command.Evacuate command) {
    String zone = command.zone();
    if (now.nodes().stream().noneMatch(node -> node.label(ZONE).equals(zone)) || zone.isEmpty()) {
      return notFound("zone " + zone);
    }
    Optional<EvacuationRule.Refusal> refusal = EvacuationRule.check(zone, shares(zone));
    if (refusal.isPresent() && !command.force()) {
      return new Edit.Answer(
          new CommandResult.Refused(refusal.get().reason(), refusal.get().evidence()));
    }
    Overrides.Evacuation evacuation =
        new Overrides.Evacuation(
            zone, command.duration().map(wallClock::plus), command.reason(), actor);
    List<Overrides.Evacuation> next = withoutZone(zone);
    next.add(evacuation);
    Evidence evidence = Evidence.of(ZONE, zone);
    evacuation.until().ifPresent(until -> evidence.and("until", until));
    refusal.ifPresent(against -> against.evidence().forEach(evidence::and));
    String reason =
        "traffic is kept away from zone "
            + zone
            + (command.reason().isEmpty() ? "" : ": " + command.reason())
            + refusal.map(against -> " (forced: " + against.reason() + ")").orElse("");
    return write(
        overrides.withEvacuations(next),
        "evacuate " + zone,
        Goal.done("traffic is kept away from zone " + zone),
        List.of(told(EventKind.EVACUATION_STARTED, reason, evidence)));
  }

  Edit endEvacuation(Command.EndEvacuation command) {
    String zone = command.zone();
    List<Overrides.Evacuation> next = withoutZone(zone);
    if (next.size() == overrides.evacuations().size()) {
      return new Edit.Answer(new CommandResult.Invalid("zone " + zone + " is not evacuated"));
    }
    String reason =
        "zone "
            + zone
            + " takes traffic again"
            + (command.reason().isEmpty() ? "" : ": " + command.reason());
    return write(
        overrides.withEvacuations(next),
        "end evacuation of " + zone,
        Goal.done("zone " + zone + " takes traffic again"),
        List.of(told(EventKind.EVACUATION_ENDED, reason, Evidence.of(ZONE, zone))));
  }

  /** How each service lies in the zones. */
  private List<EvacuationRule.Share> shares(String zone) {
    List<EvacuationRule.Share> shares = new ArrayList<>();
    for (Published.ServiceState state : now.services().values()) {
      int inside = 0;
      int outside = 0;
      int room = 0;
      for (Member member : state.view().members()) {
        if (!member.inTraffic()) {
          continue;
        }
        Optional<NodeView> node = now.node(member.node());
        boolean in = node.filter(one -> one.label(ZONE).equals(zone)).isPresent();
        boolean counts = node.filter(one -> one.standing().state() == NodeState.READY).isPresent();
        inside += in ? 1 : 0;
        outside += !in && counts ? 1 : 0;
        room +=
            !in && counts ? member.signals().map(InstanceSignals::concurrencyLimit).orElse(0) : 0;
      }
      Optional<ServiceSignals> signals = state.view().signals();
      int load = signals.map(one -> one.inFlight() + one.queued()).orElse(0);
      int floor = state.view().wanted().map(one -> one.spec().budget().floor()).orElse(0);
      shares.add(new EvacuationRule.Share(state.view().name(), inside, outside, load, room, floor));
    }
    return shares;
  }

  private List<NodeHold> without(NodeName node) {
    List<NodeHold> holds = new ArrayList<>(overrides.nodes());
    holds.removeIf(hold -> hold.node().equals(node));
    return holds;
  }

  private List<Overrides.Evacuation> withoutZone(String zone) {
    List<Overrides.Evacuation> evacuations = new ArrayList<>(overrides.evacuations());
    evacuations.removeIf(evacuation -> evacuation.zone().equals(zone));
    return evacuations;
  }

  private static Told told(EventKind kind, String reason, Evidence evidence) {
    return new Told(kind, Optional.empty(), Optional.empty(), reason, evidence);
  }

  private static Edit notFound(String what) {
    return new Edit.Answer(new CommandResult.NotFound(what));
  }

  private static Edit write(Overrides next, String what, Goal goal, List<Told> events) {
    return new Edit.Write(Optional.empty(), next, what, goal, events);
  }
}
