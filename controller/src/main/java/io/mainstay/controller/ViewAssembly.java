package io.mainstay.controller;

import io.mainstay.decisions.business.DiversionRule;
import io.mainstay.decisions.business.Diverted;
import io.mainstay.decisions.fleet.Member;
import io.mainstay.decisions.fleet.ServiceOverrides;
import io.mainstay.decisions.fleet.ServiceView;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.decisions.placement.Occupant;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.NodeState;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.ServiceRevision;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.ports.Coordinator.State;
import io.mainstay.ports.UsageSource.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Brings what is wanted, observed and signalled together, one view a service, in one pass. */
final class ViewAssembly {
  private final List<NodeView> nodes;
  private final Map<ServiceName, Draft> drafts = new LinkedHashMap<>();
  private final Map<At, ObservedInstance> observed = new HashMap<>();
  private final Map<InstanceId, InstanceSignals> signals = new HashMap<>();
  private final Map<InstanceId, Double> cores = new HashMap<>();
  private final Map<NodeName, List<Occupant>> occupants = new HashMap<>();
  private final Set<InstanceId> placed = new HashSet<>();

  private ViewAssembly(List<NodeView> nodes) {
    this.nodes = nodes;
  }

  /** An instance as one node knows it. */
  private record At(NodeName node, InstanceId id) {}

  /** One service while it is put together. */
  private static final class Draft {
    private final List<Member> members = new ArrayList<>();
    private final List<ServiceRevision> known = new ArrayList<>();
    private final List<InstanceId> unassigned = new ArrayList<>();
    private final List<Overrides.Hold> holds = new ArrayList<>();
    private final List<Overrides.Restart> restarts = new ArrayList<>();
    private final List<ServiceView.Promotion> promotions = new ArrayList<>();
    private Optional<ServiceSignals> signals = Optional.empty();
    private Optional<Overrides.Scale> scale = Optional.empty();
    private Optional<Overrides.Halt> halt = Optional.empty();
    private Optional<Diverted> diverted = Optional.empty();
    private final List<Overrides.Replacement> replacements = new ArrayList<>();
    private Optional<Overrides.Stop> stop = Optional.empty();
    private boolean paused;
  }

  /**
   * The services of the file in its order, then removed ones whose instances still end.
   *
   * @param nodes that belong to the cluster, sorted; what others once ran is left alone
   */
  static List<ServiceView> assemble(
      List<NodeView> nodes,
      World world,
      AssignmentWriter assignments,
      List<ServiceSignals> signals,
      List<Usage> usage,
      Instant wallClock) {
    ViewAssembly assembly = new ViewAssembly(nodes);
    world.wanted().keySet().forEach(assembly::draft);
    assembly.index(world, signals, usage);
    // Where two nodes have the same entry, the one that is there has it.
    for (boolean lost : new boolean[] {false, true}) {
      for (NodeView node : nodes) {
        if ((node.standing().state() == NodeState.LOST) == lost) {
          assignments.of(node.name()).ifPresent(assembly::members);
        }
      }
    }
    assembly.unassigned(world);
    assembly.overrides(world, wallClock);
    return assembly.views(world, assignments);
  }

  private Draft draft(ServiceName name) {
    return drafts.computeIfAbsent(name, _ -> new Draft());
  }

  private void index(World world, List<ServiceSignals> all, List<Usage> usage) {
    for (Observed one : observedOf(world)) {
      for (ObservedInstance instance : one.instances()) {
        observed.put(new At(one.node(), instance.id()), instance);
      }
    }
    for (ServiceSignals service : all) {
      Draft draft = drafts.get(service.service());
      if (draft != null) {
        draft.signals = Optional.of(service);
      }
      service.instances().forEach(instance -> signals.put(instance.id(), instance));
    }
    usage.forEach(one -> cores.put(one.instance(), one.cpuCores()));
  }

  private List<Observed> observedOf(World world) {
    Set<NodeName> known = new HashSet<>();
    nodes.forEach(node -> known.add(node.name()));
    return world.state().map(State::observed).orElse(List.of()).stream()
        .filter(one -> known.contains(one.node()))
        .toList();
  }

  private void members(Assignments assigned) {
    NodeName node = assigned.node();
    for (ServiceRevision known : assigned.services()) {
      Draft draft = draft(known.spec().name());
      if (!draft.known.contains(known)) {
        draft.known.add(known);
      }
    }
    for (Assignment assignment : assigned.instances()) {
      InstanceId id = assignment.id();
      if (!placed.add(id)) {
        continue;
      }
      Double used = cores.get(id);
      Member member =
          new Member(
              node,
              assignment,
              Optional.ofNullable(observed.remove(new At(node, id))),
              Optional.ofNullable(signals.get(id)),
              used == null ? OptionalDouble.empty() : OptionalDouble.of(used));
      draft(id.service()).members.add(member);
      assigned
          .service(assignment)
          .ifPresent(of ->
              occupants
                  .computeIfAbsent(node, _ -> new ArrayList<>())
                  .add(Occupant.of(id, of.revision(), !member.isWanted(), of.spec())));
    }
  }

  /** What is left of the observed ones: nothing is assigned, but their numbers are taken. */
  private void unassigned(World world) {
    for (Observed one : observedOf(world)) {
      for (ObservedInstance instance : one.instances()) {
        Draft draft = drafts.get(instance.id().service());
        if (draft != null && observed.containsKey(new At(one.node(), instance.id()))) {
          draft.unassigned.add(instance.id());
        }
      }
    }
  }

  private void overrides(World world, Instant wallClock) {
    Overrides overrides = world.overrides();
    for (Overrides.Pause pause : overrides.pauses()) {
      if (isInForce(pause.until(), wallClock)) {
        if (pause.service().isEmpty()) {
          drafts.values().forEach(draft -> draft.paused = true);
        } else {
          of(pause.service().get()).ifPresent(draft -> draft.paused = true);
        }
      }
    }
    for (Overrides.Scale scale : overrides.scales()) {
      if (isInForce(scale.until(), wallClock)) {
        of(scale.service()).ifPresent(draft -> draft.scale = Optional.of(scale));
      }
    }
    for (Overrides.Hold hold : overrides.holds()) {
      if (isInForce(hold.until(), wallClock)) {
        of(hold.instance().service()).ifPresent(draft -> draft.holds.add(hold));
      }
    }
    for (Overrides.Restart restart : overrides.restarts()) {
      of(restart.instance().service()).ifPresent(draft -> draft.restarts.add(restart));
    }
    for (Overrides.Replacement one : overrides.replacements()) {
      if (isInForce(Optional.of(one.until()), wallClock)) {
        of(one.instance().service()).ifPresent(draft -> draft.replacements.add(one));
      }
    }
    for (Overrides.Stop stop : overrides.stops()) {
      of(stop.service()).ifPresent(draft -> draft.stop = Optional.of(stop));
    }
    for (Overrides.Halt halt : overrides.halts()) {
      of(halt.service()).ifPresent(draft -> draft.halt = Optional.of(halt));
    }
    DiversionRule.Ruling ruling =
        DiversionRule.rule(
            world.wanted().values().stream().map(ServiceRevision::spec).toList(),
            overrides.diversions(),
            wallClock);
    for (DiversionRule.InForce one : ruling.inForce()) {
      of(one.diversion().service())
          .ifPresent(draft -> draft.diverted = Optional.of(new Diverted(one, answers(one.to()))));
    }
    for (World.Promoted promoted : world.promotions) {
      of(promoted.standby().service())
          .ifPresent(draft ->
              draft.promotions.add(
                  new ServiceView.Promotion(
                      promoted.standby(), promoted.inPlaceOf(), promoted.cursor())));
    }
  }

  private boolean answers(Fallback to) {
    return switch (to) {
      case Fallback.Answer _ -> true;
      case Fallback.ToService other ->
          of(other.service())
              .filter(draft -> draft.members.stream().anyMatch(Member::inTraffic))
              .isPresent();
    };
  }

  private Optional<Draft> of(ServiceName name) {
    return Optional.ofNullable(drafts.get(name));
  }

  /** Whether an entry has not expired. */
  static boolean isInForce(Optional<Instant> until, Instant wallClock) {
    return until.isEmpty() || wallClock.isBefore(until.get());
  }

  private List<ServiceView> views(World world, AssignmentWriter assignments) {
    long generation = world.desired().map(Desired::generation).orElse(0L);
    Map<ServiceName, ServiceRevision> wanted = world.wanted();
    List<NodeName> caughtUp = new ArrayList<>();
    for (Observed one : observedOf(world)) {
      if (assignments.isNewest(one.node(), one.assignmentsVersion())) {
        caughtUp.add(one.node());
      }
    }
    List<NodeView> filled =
        nodes.stream()
            .map(node -> node.holding(occupants.getOrDefault(node.name(), List.of())))
            .toList();
    List<ServiceView> views = new ArrayList<>(drafts.size());
    drafts.forEach((name, draft) -> {
      draft.members.sort(Comparator.comparing(Member::id));
      views.add(
          new ServiceView(
                  name,
                  Optional.ofNullable(wanted.get(name)),
                  generation,
                  Optional.ofNullable(world.commands.get(name)),
                  draft.members,
                  draft.known,
                  draft.unassigned,
                  draft.signals,
                  new ServiceOverrides(
                      draft.scale,
                      draft.paused,
                      draft.holds,
                      draft.restarts,
                      draft.halt,
                      draft.diverted,
                      draft.stop,
                      draft.replacements),
                  filled,
                  caughtUp,
                  draft.promotions)
              .byReach());
    });
    return views;
  }
}
