package io.mainstay.gateway.endpoint;

import io.mainstay.decisions.balancing.Tier;
import io.mainstay.decisions.failover.Directory;
import io.mainstay.decisions.failover.ServingSet;
import io.mainstay.decisions.outliers.Change;
import io.mainstay.gateway.flow.Tap;
import io.mainstay.gateway.loop.TrafficLoop;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Topology;
import io.mainstay.ports.TrafficObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Turns what is published, withdrawn and ejected into the tables that requests are routed by. Any
 * thread: one lock, taken on changes only; a change is in force when the call returns. The observer
 * is told on the first event loop, never under the lock.
 */
public final class Director {
  private static final int TICK_MILLIS = 50;
  private static final int QUIET_TICK_MILLIS = 250;
  private static final int IDLE_CHECK_MILLIS = 5000;

  /** Idle connections to instances are closed after that long. */
  private static final long IDLE_NANOS = 60_000_000_000L;

  private final List<TrafficLoop> loops;
  private final TrafficObserver observer;
  private final Directory directory = new Directory();
  private final Runs runs;
  private final TreeMap<ServiceName, TrafficService> services = new TreeMap<>();
  private final TreeMap<ServiceName, Shown> shown = new TreeMap<>();
  private final NodeWatch nodes;
  private volatile Optional<Topology> topology = Optional.empty();
  private final Detours detours;
  private boolean looksClosely;

  /** What the observer knows of one service. */
  private record Shown(List<InstanceId> promoted, List<InstanceId> thawWanted) {
    static final Shown NOTHING = new Shown(List.of(), List.of());
  }

  /** A director of nothing. */
  public Director(List<TrafficLoop> loops, TrafficObserver observer, NodeTrial trial) {
    this.loops = List.copyOf(loops);
    this.observer = observer;
    this.nodes = new NodeWatch(trial, loops.getFirst(), new NodeChanges());
    this.detours = new Detours(loops.getFirst().time());
    this.runs = new Runs(this.loops, this::addressKnown, nodes::peer);
  }

  /** Takes a node that is silent out of the traffic, all at once, and in again. */
  private final class NodeChanges implements NodeWatch.Changes {
    @Override
    public void silent(NodeName node, List<Backend> some) {
      refreshAll(some);
      for (Backend backend : some) {
        onEachLoop(backend, LoopBackend::moveAway);
        onEachLoop(backend, LoopBackend::closeIdle);
      }
      tell(o ->
          o.nodeSilent(
              node, "no byte came from its instances, and it took no connection in 250 ms"));
    }

    @Override
    public void heard(NodeName node) {
      refreshAll(runs.all().stream().filter(run -> run.node().equals(node)).toList());
      tell(o -> o.nodeHeard(node, "it answered"));
    }

    private void refreshAll(List<Backend> some) {
      synchronized (Director.this) {
        some.stream().map(run -> run.id().service()).distinct().forEach(Director.this::refresh);
      }
    }
  }

  /** Begins to look for stalls and ends of ejections. */
  public void start() {
    loops.getFirst().every(QUIET_TICK_MILLIS, this::tick);
    loops.getFirst().every(IDLE_CHECK_MILLIS, this::closeLongIdle);
  }

  /** Takes services and policies, whole. */
  public synchronized void configure(Deployment deployment) {
    services.keySet().removeIf(name -> deployment.service(name).isEmpty());
    shown.keySet().retainAll(services.keySet());
    for (ServiceSpec spec : deployment.services()) {
      TrafficPolicy policy = spec.traffic();
      services
          .computeIfAbsent(spec.name(), name -> new TrafficService(name, policy, loops))
          .taps(Tap.on(spec.name(), deployment));
    }
    // All of them are known by now: one may lead to another.
    detours.configure(deployment.services());
    for (ServiceSpec spec : deployment.services()) {
      refresh(spec.name(), spec.traffic());
    }
  }

  /** The service of that name; null if it is not deployed. */
  public synchronized @Nullable TrafficService service(ServiceName name) {
    return services.get(name);
  }

  /** All services, sorted by name. */
  public synchronized List<TrafficService> services() {
    return List.copyOf(services.values());
  }

  /** All runs of a service that are published or have something in flight. */
  public Collection<Backend> runs(ServiceName service) {
    return runs.of(service);
  }

  /** See {@code TrafficControl}. */
  public synchronized void publish(NodeName node, List<Endpoint> endpoints) {
    for (ServiceName concerned : directory.publish(node, endpoints)) {
      refresh(concerned);
    }
  }

  /** See {@code TrafficControl}. */
  public synchronized void beginAnew(NodeName node) {
    directory.beginAnew(node);
  }

  /** See {@code TrafficControl}. */
  public synchronized void topology(Topology newTopology) {
    if (!topology.equals(Optional.of(newTopology))) {
      topology = Optional.of(newTopology);
      directory.self(newTopology.self());
      services.keySet().forEach(this::refresh);
    }
  }

  /** See {@code TrafficControl}. */
  public synchronized void divert(List<Overrides.Diversion> diversions) {
    detours.told(diversions).forEach(this::refresh);
  }

  private Tier tier(Backend backend) {
    return topology.map(known -> Tier.of(known, backend.node())).orElse(Tier.OTHERS);
  }

  /** See {@code TrafficControl}. */
  public void withdraw(InstanceId instance, long generation, String reason) {
    Backend backend = runs.find(instance, generation);
    if (backend != null) {
      // Before the lock: no loop may choose it from now on.
      backend.close(true);
    }
    synchronized (this) {
      if (directory.withdraw(instance, generation, reason)) {
        refresh(instance.service());
      }
    }
    if (backend != null) {
      onEachLoop(backend, LoopBackend::closeIdle);
    }
  }

  /** See {@code TrafficControl}. */
  public void drain(
      InstanceId instance, long generation, Duration limit, Consumer<Integer> drained) {
    Backend backend = runs.find(instance, generation);
    if (backend != null) {
      backend.close(false);
    }
    synchronized (this) {
      if (directory.drain(instance, generation)) {
        refresh(instance.service());
      }
    }
    if (backend == null) {
      loops.getFirst().eventLoop().execute(() -> drained.accept(0));
      return;
    }
    onEachLoop(backend, LoopBackend::closeIdle);
    new Drain(backend, loops.getFirst().eventLoop(), drained).begin(limit);
  }

  private static void onEachLoop(Backend backend, Consumer<LoopBackend> task) {
    for (int i = 0; i < backend.loops(); i++) {
      LoopBackend loop = backend.loop(i);
      loop.loop().execute(() -> task.accept(loop));
    }
  }

  /** Passive evidence changed where an instance stands. Any thread; not under the watch's lock. */
  public void apply(Change change) {
    switch (change) {
      case Change.Ejected ejected -> {
        String reason = ejected.reason();
        synchronized (this) {
          refresh(ejected.id().service());
        }
        Backend backend = runs.find(ejected.id(), ejected.generation());
        if (backend != null) {
          onEachLoop(backend, LoopBackend::moveAway);
        }
        tell(o ->
            o.ejected(
                ejected.id(),
                ejected.generation(),
                Duration.ofNanos(ejected.nanos()),
                reason,
                ejected.evidence()));
      }
      case Change.Restored restored -> {
        synchronized (this) {
          runs.slowStart(restored.id(), restored.generation(), slowStart(restored.id().service()));
          refresh(restored.id().service());
        }
        tell(o -> o.restored(restored.id(), restored.generation(), restored.reason()));
      }
    }
  }

  private Duration slowStart(ServiceName name) {
    TrafficService service = services.get(name);
    return service == null ? Duration.ZERO : service.table().policy().slowStart();
  }

  private void closeLongIdle() {
    for (TrafficService service : services()) {
      for (Backend backend : runs.of(service.name())) {
        onEachLoop(backend, loop -> loop.closeIdle(loop.loop().readClock(), IDLE_NANOS));
      }
    }
  }

  /** Every quarter of a second; what is under way is looked at more often. */
  private void tick() {
    look(loops.getFirst().readClock());
    if (!looksClosely && isBusy()) {
      looksClosely = true;
      loops.getFirst().after(TICK_MILLIS, this::closeTick);
    }
  }

  private void closeTick() {
    try {
      look(loops.getFirst().readClock());
    } finally {
      looksClosely = isBusy();
      if (looksClosely) {
        loops.getFirst().after(TICK_MILLIS, this::closeTick);
      }
    }
  }

  private void look(long now) {
    synchronized (this) {
      runs.sweep();
      detours.look().forEach(this::refresh);
    }
    List<Change> changes = new ArrayList<>();
    for (TrafficService service : services()) {
      service.watch().tick(now, changes::add);
    }
    changes.forEach(this::apply);
    topology.ifPresent(known -> nodes.look(known.self(), runs.all(), now));
  }

  private boolean isBusy() {
    if (nodes.isOpen()) {
      return true;
    }
    for (TrafficService service : services()) {
      if (service.queued() > 0 || service.watch().mayWantTrial()) {
        return true;
      }
      for (Backend backend : runs.of(service.name())) {
        if (backend.inFlight() > 0) {
          return true;
        }
      }
    }
    return false;
  }

  private synchronized void addressKnown(ServiceName service) {
    refresh(service);
  }

  private void refresh(ServiceName name) {
    TrafficService service = services.get(name);
    if (service == null) {
      // Endpoints may be published before the service is configured: they are kept for it.
      runs.closeAll(name);
    } else {
      refresh(name, service.table().policy());
    }
  }

  private void refresh(ServiceName name, TrafficPolicy policy) {
    TrafficService service = services.get(name);
    if (service == null) {
      return;
    }
    List<Endpoint> endpoints = directory.of(name);
    Predicate<Endpoint> removed = directory::isRemoved;
    Predicate<Endpoint> silent = endpoint -> nodes.isSilent(endpoint.node());
    List<Backend> known = runs.update(name, endpoints, removed, policy);
    service.watch().update(endpoints, removed.or(silent), known);
    // What a silent node said of a start is not worth waiting for.
    Predicate<Endpoint> lost =
        silent.and(endpoint -> endpoint.readiness() != Endpoint.Readiness.READY);
    ServingSet set =
        ServingSet.of(
            endpoints,
            removed.or(lost).or(endpoint -> !runs.isReachable(endpoint)),
            silent.or(endpoint -> service.watch().isOut(endpoint.id(), endpoint.generation())));
    List<Backend> traffic = new ArrayList<>();
    for (Endpoint endpoint : set.traffic()) {
      Backend backend = runs.find(endpoint.id(), endpoint.generation());
      if (backend != null) {
        traffic.add(backend);
      }
    }
    long now = loops.getFirst().time().nanos();
    ServiceTable before = service.table();
    service.show(
        ServiceTable.of(policy, traffic, set, loops.size(), this::tier)
            .since(before.traffic().isEmpty() ? before.emptySince() : now)
            .with(detours.of(name, services::get)));
    tellWhatChanged(name, set);
  }

  private void tellWhatChanged(ServiceName name, ServingSet set) {
    Shown before = shown.getOrDefault(name, Shown.NOTHING);
    List<InstanceId> promoted = new ArrayList<>();
    for (ServingSet.Promotion promotion : set.promotions()) {
      promoted.add(promotion.standby());
      if (!before.promoted().contains(promotion.standby())) {
        String reason = promotion.inPlaceOf() + ": " + whyMissing(name, promotion.inPlaceOf());
        tell(o -> o.standbyPromoted(promotion.standby(), promotion.inPlaceOf(), reason));
      }
    }
    // Asked again once one of them was thawed and that was not enough.
    List<InstanceId> wanted = set.frozen().stream().map(Endpoint::id).toList();
    if (!wanted.isEmpty() && !wanted.equals(before.thawWanted())) {
      String reason = set.missing() + " more should serve than do";
      tell(o -> o.standbyWanted(name, reason));
    }
    shown.put(name, new Shown(List.copyOf(promoted), wanted));
  }

  private String whyMissing(ServiceName name, InstanceId instance) {
    TrafficService service = services.get(name);
    for (Endpoint endpoint : directory.of(name)) {
      if (endpoint.id().equals(instance) && nodes.isSilent(endpoint.node())) {
        return "its node is silent";
      }
      if (endpoint.id().equals(instance)
          && service != null
          && service.watch().isOut(instance, endpoint.generation())) {
        return "ejected";
      }
    }
    return directory.whyMissing(instance);
  }

  private void tell(Consumer<TrafficObserver> what) {
    loops.getFirst().eventLoop().execute(() -> what.accept(observer));
  }
}
