package io.mainstay.controller;

import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.decisions.fleet.Fact;
import io.mainstay.decisions.fleet.Member;
import io.mainstay.decisions.fleet.Note;
import io.mainstay.decisions.fleet.ServiceMemory;
import io.mainstay.decisions.fleet.ServiceOutcome;
import io.mainstay.decisions.fleet.ServicePass;
import io.mainstay.decisions.fleet.ServiceView;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.decisions.placement.Unplaced;
import io.mainstay.decisions.status.StatusAssembly;
import io.mainstay.decisions.status.Verdicts;
import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.Verdict;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.Explanation.Finding;
import io.mainstay.model.state.Role;
import io.mainstay.ports.Coordinator.State;
import io.mainstay.ports.Time;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One pass over all services: each is decided by itself, then what came of it is told, remembered
 * and handed to the writer.
 */
final class DecisionPass {
  private final EventWriter events;
  private final Findings findings;
  private Map<ServiceName, ServiceMemory> memories = new LinkedHashMap<>();
  private Map<ServiceName, Verdict> verdicts = new LinkedHashMap<>();
  private List<Unplaced> unplaced = new ArrayList<>();

  DecisionPass(EventWriter events, Findings findings) {
    this.events = events;
    this.findings = findings;
  }

  /** Starts anew: what another leader decided meanwhile is not known. */
  void forget() {
    memories = new LinkedHashMap<>();
    verdicts = new LinkedHashMap<>();
  }

  void decide(List<ServiceView> views, List<NodeView> nodes, AssignmentWriter writer, Time time) {
    MonotonicTime now = time.now();
    Instant wallClock = time.wallClock();
    Map<ServiceName, ServiceMemory> next = new LinkedHashMap<>();
    Map<ServiceName, Verdict> ruled = new LinkedHashMap<>();
    Sheets sheets = new Sheets(nodes);
    List<NodeView> placed = views.isEmpty() ? nodes : views.getFirst().nodes();
    unplaced = new ArrayList<>();
    for (ServiceView view : views) {
      ServiceMemory memory = memories.getOrDefault(view.name(), ServiceMemory.EMPTY);
      ServiceOutcome outcome = ServicePass.decide(view.on(placed), memory, now);
      placed = outcome.nodes();
      unplaced.addAll(outcome.unplaced());
      next.put(view.name(), outcome.memory());
      List<String> cursors = tell(view.name(), outcome.facts());
      for (ServiceOutcome.Entry entry : outcome.entries()) {
        sheets.add(
            entry.node(),
            entry.fact() < 0
                ? entry.assignment()
                : causedBy(entry.assignment(), cursors.get(entry.fact())),
            outcome.revisions());
      }
      outcome.notes().forEach(note -> note(view.name(), note, wallClock));
      verdict(view, outcome.memory(), ruled);
    }
    memories = next;
    verdicts = ruled;
    sheets.write(writer);
    trim(views, nodes);
  }

  /** Writes the facts of a pass in their order; answers their cursors. */
  private List<String> tell(ServiceName service, List<Fact> facts) {
    List<String> cursors = new ArrayList<>(facts.size());
    for (Fact fact : facts) {
      Optional<String> cause =
          fact.causeFact() >= 0 ? Optional.of(cursors.get(fact.causeFact())) : fact.cause();
      cursors.add(
          events.write(
              fact.kind(),
              Optional.of(service),
              fact.instance(),
              fact.actor(),
              cause,
              fact.reason(),
              fact.evidence()));
    }
    return cursors;
  }

  private void note(ServiceName service, Note note, Instant wallClock) {
    Finding finding =
        new Finding(wallClock, note.decider(), note.decision(), note.reason(), note.evidence());
    if (note.instance().isPresent()) {
      String instance = note.instance().get().toString();
      findings.add(instance, finding);
      findings.add(
          service.value(),
          new Finding(
              wallClock,
              note.decider(),
              note.decision() + " " + instance,
              note.reason(),
              note.evidence()));
    } else {
      findings.add(service.value(), finding);
    }
  }

  /** Tells when the verdict changes; the first one of a leader is no change. */
  private void verdict(ServiceView view, ServiceMemory memory, Map<ServiceName, Verdict> ruled) {
    if (view.wanted().isEmpty()) {
      return;
    }
    Verdicts.Ruled now = StatusAssembly.verdict(view, memory);
    Verdict before = verdicts.get(view.name());
    if (before == Verdict.UNKNOWN && now.verdict() == Verdict.DEGRADED && isStarting(view)) {
      // The first of several serves: the others are on their way, and nothing has failed.
      ruled.put(view.name(), before);
      return;
    }
    ruled.put(view.name(), now.verdict());
    if (before != null && before != now.verdict()) {
      events.write(
          EventKind.VERDICT_CHANGED,
          Optional.of(view.name()),
          Optional.empty(),
          Actor.SYSTEM,
          Optional.empty(),
          now.verdict().label() + ": " + now.reason(),
          Evidence.of("from", before.label()).and("to", now.verdict().label()).map());
    }
  }

  private static boolean isStarting(ServiceView view) {
    return view.members().stream().anyMatch(Member::isOnItsWay)
        && view.members().stream().noneMatch(Member::hasFailed);
  }

  private void trim(List<ServiceView> views, List<NodeView> nodes) {
    int members = nodes.size();
    for (ServiceView view : views) {
      members += 1 + view.members().size();
    }
    if (findings.subjects() > 2 * members + 100) {
      LinkedHashSet<String> live = new LinkedHashSet<>();
      nodes.forEach(node -> live.add(node.name().value()));
      for (ServiceView view : views) {
        live.add(view.name().value());
        view.members().forEach(member -> live.add(member.id().toString()));
      }
      findings.retain(live);
    }
  }

  /** What fits on no node, by the last pass. */
  List<Unplaced> unplaced() {
    return unplaced;
  }

  /** What readers see from now on. */
  Published publish(List<ServiceView> views, List<NodeView> nodes, World world) {
    LinkedHashMap<ServiceName, Published.ServiceState> services = new LinkedHashMap<>();
    for (ServiceView view : views) {
      services.put(
          view.name(),
          new Published.ServiceState(
              view, memories.getOrDefault(view.name(), ServiceMemory.EMPTY)));
    }
    return new Published(
        world.leader,
        services,
        world.desired().map(Desired::generation).orElse(0L),
        views.isEmpty() ? nodes : views.getFirst().nodes(),
        world.state().map(State::nodes).orElse(List.of()),
        world.lostSince);
  }

  /** Has two instances change roles by an operator's word. */
  void swap(Edit.Swap swap, Actor actor, AssignmentWriter writer) {
    LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
    swap.out().ifPresent(out -> evidence.put("in-place-of", out.toString()));
    InstanceId standby = swap.standby();
    String cursor =
        events.write(
            EventKind.STANDBY_PROMOTED,
            Optional.of(standby.service()),
            Optional.of(standby),
            actor,
            Optional.empty(),
            swap.reason(),
            evidence);
    for (Assignments sheet : List.copyOf(writer.all())) {
      List<Assignment> instances = new ArrayList<>();
      for (Assignment entry : sheet.instances()) {
        if (entry.id().equals(standby)) {
          instances.add(causedBy(role(entry, Role.SERVING, swap.reason(), actor), cursor));
        } else if (swap.out().filter(entry.id()::equals).isPresent()) {
          String reason = standby + " was " + swap.reason();
          instances.add(causedBy(role(entry, Role.STANDBY, reason, actor), cursor));
        } else {
          instances.add(entry);
        }
      }
      writer.replace(sheet.node(), sheet.services(), instances);
    }
  }

  private static Assignment role(Assignment old, Role role, String reason, Actor actor) {
    return new Assignment(
        old.id(),
        old.revision(),
        role,
        old.directive(),
        old.minGeneration(),
        reason,
        actor,
        old.cause());
  }

  private static Assignment causedBy(Assignment entry, String cursor) {
    return new Assignment(
        entry.id(),
        entry.revision(),
        entry.role(),
        entry.directive(),
        entry.minGeneration(),
        entry.reason(),
        entry.actor(),
        Optional.of(cursor));
  }
}
