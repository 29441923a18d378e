package io.mainstay.controller;

import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.SignalSource;
import io.mainstay.ports.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An agent and a gateway in one: brings up what is assigned, after a second, and counts traffic.
 */
final class FakeFleet implements SignalSource {
  private static final Duration START = Duration.ofSeconds(1);
  private static final Duration DRAIN = Duration.ofMillis(100);

  final TreeMap<InstanceId, ObservedInstance> instances = new TreeMap<>();
  final TreeMap<InstanceId, Assignment> wanted = new TreeMap<>();

  /** Revisions that never become ready. */
  final TreeSet<Integer> broken = new TreeSet<>();

  /** Load of each service: requests in flight and queued in all. */
  final TreeMap<ServiceName, Integer> load = new TreeMap<>();

  /** Services of which users get bad answers only. */
  final TreeSet<ServiceName> failing = new TreeSet<>();

  final TreeMap<InstanceId, String> ejected = new TreeMap<>();
  int limit = 20;
  int fewestReady = Integer.MAX_VALUE;
  boolean silent;
  private final NodeName node;
  private final Coordinator coordinator;
  private final Mailbox mailbox;
  private final Time time;
  private Assignments last;

  FakeFleet(NodeName node, Coordinator coordinator, Mailbox mailbox, Time time) {
    this.node = node;
    this.coordinator = coordinator;
    this.mailbox = mailbox;
    this.time = time;
    last = new Assignments(node, 0, List.of(), List.of());
  }

  void start() {
    coordinator.subscribe(
        mailbox,
        new Coordinator.Listener() {
          @Override
          public void changed(Coordinator.State state) {
            state.assignments().stream()
                .filter(mine -> mine.node().equals(node) && mine.version() > last.version())
                .forEach(FakeFleet.this::take);
          }

          @Override
          public void connection(boolean connected, String reason) {}
        });
  }

  private void take(Assignments assignments) {
    last = assignments;
    wanted.clear();
    for (Assignment assignment : assignments.instances()) {
      wanted.put(assignment.id(), assignment);
      follow(assignment);
    }
    instances.keySet().retainAll(wanted.keySet());
    report();
  }

  private void follow(Assignment assignment) {
    InstanceId id = assignment.id();
    ObservedInstance now = instances.get(id);
    if (assignment.directive() == Directive.REMOVE) {
      if (now != null && now.phase() != Phase.STOPPING) {
        set(id, Phase.STOPPING, "stops");
        mailbox.after(DRAIN, () -> forget(id));
      }
    } else if (now != null && now.phase() == Phase.PREPARED && !cold(assignment)) {
      begin(id, now.generation());
    } else if (now == null || now.generation() < assignment.minGeneration()) {
      begin(id, Math.max(now == null ? 1 : now.generation() + 1, assignment.minGeneration()));
    } else if (assignment.directive() != Directive.RUN && now.phase() == Phase.READY) {
      set(id, Phase.HELD, "held");
    } else if (assignment.directive() == Directive.RUN && now.phase() == Phase.HELD) {
      set(id, Phase.READY, "released");
    } else {
      set(id, now.phase(), now.reason());
    }
  }

  private void begin(InstanceId id, long generation) {
    Assignment assignment = wanted.get(id);
    ObservedInstance before = instances.get(id);
    instances.put(
        id,
        new ObservedInstance(
            id,
            node,
            generation,
            assignment.revision(),
            assignment.role(),
            cold(assignment) ? Phase.PREPARED : Phase.STARTING,
            false,
            OptionalLong.of(100 + id.number()),
            Optional.of(new Address("127.0.0.1", 20000 + id.number())),
            time.wallClock(),
            (int) generation - 1,
            before == null ? Optional.empty() : before.lastExit(),
            "starts"));
    mailbox.after(
        START,
        () -> {
          ObservedInstance now = instances.get(id);
          if (now != null
              && now.generation() == generation
              && now.phase() == Phase.STARTING
              && !broken.contains(now.revision())) {
            set(id, Phase.READY, "ready check passed");
            report();
          }
        });
  }

  private boolean cold(Assignment assignment) {
    return assignment.role() == Role.STANDBY
        && last.service(assignment)
            .filter(service -> service.spec().standby().mode() == StandbyMode.COLD)
            .isPresent();
  }

  private void forget(InstanceId id) {
    instances.remove(id);
    report();
  }

  /** A process ends and comes back after a while. */
  void crash(InstanceId id, Duration backoff) {
    ObservedInstance old = instances.get(id);
    put(
        new ObservedInstance(
            id,
            node,
            old.generation(),
            old.revision(),
            old.role(),
            Phase.BACKING_OFF,
            false,
            OptionalLong.empty(),
            Optional.empty(),
            time.wallClock(),
            old.restarts(),
            Optional.of(
                new Exit(
                    OptionalInt.empty(),
                    Optional.of("KILL"),
                    false,
                    false,
                    time.wallClock(),
                    List.of())),
            "killed by SIGKILL"));
    mailbox.after(
        backoff,
        () -> {
          if (instances.containsKey(id) && instances.get(id).phase() == Phase.BACKING_OFF) {
            begin(id, instances.get(id).generation() + 1);
            report();
          }
        });
    report();
  }

  void phase(InstanceId id, Phase phase, String reason) {
    set(id, phase, reason);
    report();
  }

  void liveFails(InstanceId id) {
    ObservedInstance old = instances.get(id);
    put(
        new ObservedInstance(
            id,
            node,
            old.generation(),
            old.revision(),
            old.role(),
            old.phase(),
            true,
            old.pid(),
            old.address(),
            old.since(),
            old.restarts(),
            old.lastExit(),
            "live check failed 3 times"));
    report();
  }

  private void set(InstanceId id, Phase phase, String reason) {
    ObservedInstance old = instances.get(id);
    Assignment assignment = wanted.get(id);
    put(
        new ObservedInstance(
            id,
            node,
            old.generation(),
            assignment == null ? old.revision() : assignment.revision(),
            assignment == null ? old.role() : assignment.role(),
            phase,
            old.liveFailing(),
            old.pid(),
            old.address(),
            phase == old.phase() ? old.since() : time.wallClock(),
            old.restarts(),
            old.lastExit(),
            reason));
  }

  private void put(ObservedInstance instance) {
    instances.put(instance.id(), instance);
  }

  void report() {
    fewestReady =
        Math.min(
            fewestReady,
            (int) instances.values().stream().filter(one -> one.phase() == Phase.READY).count());
    coordinator.writeObserved(
        new Observed(node, last.version(), List.copyOf(instances.values())), mailbox, _ -> {});
  }

  private boolean takes(ObservedInstance instance) {
    return instance.phase() == Phase.READY && !ejected.containsKey(instance.id());
  }

  @Override
  public List<ServiceSignals> signals() {
    if (silent) {
      return List.of();
    }
    TreeMap<ServiceName, List<ObservedInstance>> byService = new TreeMap<>();
    instances
        .values()
        .forEach(
            one -> byService.computeIfAbsent(one.id().service(), _ -> new ArrayList<>()).add(one));
    List<ServiceSignals> all = new ArrayList<>();
    byService.forEach((name, members) -> {
      long serving = members.stream().filter(one -> one.role() == Role.SERVING).count();
      List<InstanceId> routed = new ArrayList<>();
      members.stream()
          .filter(one -> takes(one) && one.role() == Role.SERVING)
          .forEach(one -> routed.add(one.id()));
      members.stream()
          .filter(one -> takes(one) && one.role() == Role.STANDBY)
          .limit(Math.max(0, serving - routed.size()))
          .forEach(one -> routed.add(one.id()));
      int total = load.getOrDefault(name, 0);
      int each = routed.isEmpty() ? 0 : Math.min(limit, total / routed.size());
      List<InstanceSignals> signals = new ArrayList<>();
      for (ObservedInstance one : members) {
        boolean goes = routed.contains(one.id());
        signals.add(
            new InstanceSignals(
                one.id(),
                one.generation(),
                goes ? each : 0,
                goes ? each * 10.0 : 0,
                goes && failing.contains(name) ? each * 10.0 : 0,
                Duration.ofMillis(100),
                limit,
                Optional.ofNullable(ejected.get(one.id())),
                goes));
      }
      int inFlight = each * routed.size();
      all.add(new ServiceSignals(name, total * 10.0, inFlight, total - inFlight, 0, signals));
    });
    return all;
  }
}
