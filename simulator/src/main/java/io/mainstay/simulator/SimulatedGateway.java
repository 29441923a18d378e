package io.mainstay.simulator;

import io.mainstay.decisions.failover.ServingSet;
import io.mainstay.decisions.outliers.Change;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.ports.SignalSource;
import io.mainstay.ports.TrafficControl;
import io.mainstay.ports.TrafficObserver;
import io.mainstay.testkit.SeededRandomness;
import io.mainstay.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The gateway of one server: the table of endpoints around {@link SimulatedTraffic}. */
final class SimulatedGateway implements TrafficControl, SignalSource, SimulatedTraffic.Gateway {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final int TICKS_A_SECOND = 10;

  private final Machine machine;
  private final VirtualTime time;
  private final SeededRandomness random;
  private final Trace trace;
  private final Sometimes sometimes;
  private final TrafficWitness witness;
  private final TreeMap<ServiceName, SimulatedTraffic> services = new TreeMap<>();
  private final TreeMap<InstanceId, Endpoint> endpoints = new TreeMap<>();
  private final TreeMap<InstanceId, Long> newest = new TreeMap<>();
  private final TreeMap<InstanceId, Long> withdrawn = new TreeMap<>();
  private final TreeMap<InstanceId, Long> drained = new TreeMap<>();
  private final List<Drain> drains = new ArrayList<>();
  private final List<TrafficObserver> observers = new ArrayList<>();
  private long ticks;
  private long changes;
  private boolean closed;

  private record Drain(InstanceId instance, long generation, Consumer<Integer> drained) {}

  SimulatedGateway(
      Machine machine,
      VirtualTime time,
      SeededRandomness random,
      Trace trace,
      Sometimes sometimes,
      TrafficWitness witness) {
    this.machine = machine;
    this.time = time;
    this.random = random;
    this.trace = trace;
    this.sometimes = sometimes;
    this.witness = witness;
    time.schedule(TICK, this::tick);
  }

  void observe(TrafficObserver observer) {
    observers.add(observer);
  }

  void close() {
    closed = true;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void configure(Deployment deployment) {
    services.keySet().removeIf(name -> deployment.service(name).isEmpty());
    for (ServiceSpec spec : deployment.services()) {
      SimulatedTraffic known = services.get(spec.name());
      if (known != null) {
        known.configure(spec);
      } else {
        services.put(
            spec.name(),
            new SimulatedTraffic(spec, this, machine, time, random, sometimes, witness));
        update(spec.name());
      }
    }
  }

  @Override
  public void publish(NodeName node, List<Endpoint> published) {
    endpoints.keySet().removeIf(id -> published.stream().noneMatch(one -> one.id().equals(id)));
    for (Endpoint endpoint : published) {
      if (endpoint.generation() >= newest.getOrDefault(endpoint.id(), 0L)) {
        newest.put(endpoint.id(), endpoint.generation());
        Endpoint before = endpoints.put(endpoint.id(), endpoint);
        if (endpoint.readiness() == Endpoint.Readiness.READY
            && (before == null || before.readiness() != Endpoint.Readiness.READY)
            && drained.getOrDefault(endpoint.id(), -1L) == endpoint.generation()) {
          drained.remove(endpoint.id());
        }
      }
    }
    services.keySet().forEach(this::update);
    finished();
  }

  @Override
  public void withdraw(InstanceId instance, long generation, String reason) {
    trace.add("gateway", "withdraw " + instance + "/" + generation);
    withdrawn.merge(instance, generation, Math::max);
    update(instance.service());
  }

  @Override
  public void drain(InstanceId instance, long generation, Duration limit, Consumer<Integer> done) {
    trace.add("gateway", "drain " + instance + "/" + generation);
    drained.put(instance, generation);
    update(instance.service());
    Drain drain = new Drain(instance, generation, done);
    drains.add(drain);
    time.schedule(
        limit,
        () -> {
          if (!closed && drains.remove(drain)) {
            done.accept(inFlight(drain));
          }
        });
    finished();
  }

  @Override
  public List<ServiceSignals> signals() {
    return services.values().stream().map(SimulatedTraffic::signals).toList();
  }

  /** A client sends a request. */
  void arrive(ServiceName service, String method) {
    Optional.ofNullable(services.get(service)).ifPresent(traffic -> traffic.arrive(method));
  }

  /** Who takes the requests of a service. */
  List<Endpoint> traffic(ServiceName service) {
    SimulatedTraffic traffic = services.get(service);
    return traffic == null ? List.of() : traffic.traffic();
  }

  /** Who of a service could take requests now, standbys included. */
  List<Endpoint> usable(ServiceName service) {
    SimulatedTraffic traffic = services.get(service);
    return traffic == null ? List.of() : traffic.usable();
  }

  /** Grows whenever who takes requests may have changed. */
  long changes() {
    return changes;
  }

  private boolean isWithdrawn(Endpoint endpoint) {
    return withdrawn.getOrDefault(endpoint.id(), -1L) >= endpoint.generation()
        || drained.getOrDefault(endpoint.id(), -1L) >= endpoint.generation();
  }

  @Override
  public void changed(Change change) {
    changes++;
    switch (change) {
      case Change.Ejected ejected -> {
        trace.add("gateway", "eject " + ejected.id() + ": " + ejected.reason());
        observers.forEach(observer ->
            observer.ejected(
                ejected.id(),
                ejected.generation(),
                Duration.ofNanos(ejected.nanos()),
                ejected.reason(),
                new LinkedHashMap<>(ejected.evidence())));
      }
      case Change.Restored restored -> {
        trace.add("gateway", "restore " + restored.id());
        observers.forEach(
            observer -> observer.restored(restored.id(), restored.generation(), restored.reason()));
      }
    }
  }

  @Override
  public void promoted(ServingSet.Promotion promotion) {
    trace.add("gateway", "promote " + promotion.standby() + " for " + promotion.inPlaceOf());
    observers.forEach(observer ->
        observer.standbyPromoted(
            promotion.standby(), promotion.inPlaceOf(), "it does not take traffic"));
  }

  @Override
  public void standbyWanted(ServiceName service) {
    observers.forEach(observer -> observer.standbyWanted(service, "fewer serve than should"));
  }

  @Override
  public void finished() {
    for (Drain drain : List.copyOf(drains)) {
      if (inFlight(drain) == 0 && drains.remove(drain)) {
        drain.drained().accept(0);
      }
    }
  }

  private int inFlight(Drain drain) {
    SimulatedTraffic traffic = services.get(drain.instance().service());
    return traffic == null ? 0 : traffic.inFlight(drain.instance(), drain.generation());
  }

  private void update(ServiceName service) {
    changes++;
    SimulatedTraffic traffic = services.get(service);
    if (traffic != null) {
      traffic.update(
          endpoints.values().stream().filter(one -> one.id().service().equals(service)).toList(),
          this::isWithdrawn);
    }
  }

  private void tick() {
    if (closed) {
      return;
    }
    services.values().forEach(SimulatedTraffic::tick);
    if (++ticks % TICKS_A_SECOND == 0) {
      services.values().forEach(SimulatedTraffic::roll);
    }
    time.schedule(TICK, this::tick);
  }
}
