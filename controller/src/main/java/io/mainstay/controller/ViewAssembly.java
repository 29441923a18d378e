package io.mainstay.controller;

import io.mainstay.decisions.fleet.Member;
import io.mainstay.decisions.fleet.ServiceOverrides;
import io.mainstay.decisions.fleet.ServiceView;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.InstanceSignals;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Brings what is wanted, observed and signalled together, one view a service, in one pass. */
final class ViewAssembly {
  private final NodeName node;
  private final Map<ServiceName, Draft> drafts = new LinkedHashMap<>();
  private final Map<InstanceId, ObservedInstance> observed = new HashMap<>();
  private final Map<InstanceId, InstanceSignals> signals = new HashMap<>();
  private final Map<InstanceId, Double> cores = new HashMap<>();

  private ViewAssembly(NodeName node) {
    this.node = node;
  }

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
    private boolean paused;
  }

  /** The services of the file in its order, then removed ones whose instances still end. */
  static List<ServiceView> assemble(
      NodeName node,
      World world,
      AssignmentWriter assignments,
      List<ServiceSignals> signals,
      List<Usage> usage,
      Instant wallClock) {
    ViewAssembly assembly = new ViewAssembly(node);
    world.wanted().keySet().forEach(assembly::draft);
    assembly.index(world, signals, usage);
    assembly.members(assignments);
    assembly.unassigned(world);
    assembly.overrides(world, wallClock);
    return assembly.views(world, assignments);
  }

  private Draft draft(ServiceName name) {
    return drafts.computeIfAbsent(name, _ -> new Draft());
  }

  private void index(World world, List<ServiceSignals> all, List<Usage> usage) {
    for (Observed one : observedOf(world)) {
      one.instances().forEach(instance -> observed.put(instance.id(), instance));
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

  /** One machine: what other nodes once ran is left alone. */
  private List<Observed> observedOf(World world) {
    return world.state().map(State::observed).orElse(List.of()).stream()
        .filter(one -> one.node().equals(node))
        .toList();
  }

  private void members(AssignmentWriter assignments) {
    Optional<Assignments> mine = assignments.of(node);
    if (mine.isEmpty()) {
      return;
    }
    mine.get().services().forEach(known -> draft(known.spec().name()).known.add(known));
    for (Assignment assignment : mine.get().instances()) {
      InstanceId id = assignment.id();
      Double used = cores.get(id);
      draft(id.service())
          .members
          .add(
              new Member(
                  node,
                  assignment,
                  Optional.ofNullable(observed.get(id)),
                  Optional.ofNullable(signals.get(id)),
                  used == null ? OptionalDouble.empty() : OptionalDouble.of(used)));
      observed.remove(id);
    }
  }

  /** What is left of the observed ones: nothing is assigned, but their numbers are taken. */
  private void unassigned(World world) {
    for (Observed one : observedOf(world)) {
      for (ObservedInstance instance : one.instances()) {
        Draft draft = drafts.get(instance.id().service());
        if (draft != null && observed.containsKey(instance.id())) {
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
    for (Overrides.Halt halt : overrides.halts()) {
      of(halt.service()).ifPresent(draft -> draft.halt = Optional.of(halt));
    }
    for (World.Promoted promoted : world.promotions) {
      of(promoted.standby().service())
          .ifPresent(draft ->
              draft.promotions.add(
                  new ServiceView.Promotion(
                      promoted.standby(), promoted.inPlaceOf(), promoted.cursor())));
    }
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
                  draft.scale, draft.paused, draft.holds, draft.restarts, draft.halt),
              List.of(NodeView.alone(node)),
              caughtUp,
              draft.promotions));
    });
    return views;
  }
}
