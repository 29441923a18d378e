package io.mainstay.simulator;

import io.mainstay.decisions.balancing.Tier;
import io.mainstay.decisions.business.DiversionRule;
import io.mainstay.decisions.failover.Directory;
import io.mainstay.decisions.failover.ServingSet;
import io.mainstay.decisions.outliers.Change;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.model.state.Topology;
import io.mainstay.ports.SignalSource;
import io.mainstay.ports.TrafficControl;
import io.mainstay.ports.TrafficObserver;
import io.mainstay.testkit.SeededRandomness;
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

  private final NodeName node;
  private final NodeClock clock;
  private final NodeMailbox box;
  private final Reach reach;
  private final SeededRandomness random;
  private final Trace trace;
  private final Sometimes sometimes;
  private final TrafficWitness witness;
  private final String who;
  private final Directory directory = new Directory();
  private final PeerWatch peers;
  private final TreeMap<ServiceName, SimulatedTraffic> services = new TreeMap<>();
  private final SimulatedDetours detours;
  private final List<Drain> drains = new ArrayList<>();
  private final List<TrafficObserver> observers = new ArrayList<>();
  private Optional<Topology> topology = Optional.empty();
  private long ticks;
  private long changes;

  private record Drain(InstanceId instance, long generation, Consumer<Integer> drained) {}

  SimulatedGateway(World world, SimulatedNode of, NodeMailbox box, SeededRandomness random) {
    this.node = of.name();
    this.clock = of.clock();
    this.box = box;
    this.reach = world.reachOf(of);
    this.random = random;
    this.trace = world.trace();
    this.sometimes = world.sometimes();
    this.witness = world.notes();
    this.detours = new SimulatedDetours(clock, random, service -> !traffic(service).isEmpty());
    this.who = node + " gateway";
    this.peers = new PeerWatch(node, reach, random.split(), box, this::silent);
    box.after(TICK, this::tick);
  }

  void observe(TrafficObserver observer) {
    observers.add(observer);
  }

  @Override
  public void configure(Deployment deployment) {
    detours.configure(deployment);
    services.keySet().removeIf(name -> deployment.service(name).isEmpty());
    for (ServiceSpec spec : deployment.services()) {
      SimulatedTraffic known = services.get(spec.name());
      if (known != null) {
        known.configure(spec);
      } else {
        services.put(spec.name(), new SimulatedTraffic(spec, this, random, sometimes, witness));
        update(spec.name());
      }
    }
  }

  @Override
  public void publish(NodeName from, List<Endpoint> published) {
    directory.publish(from, published).forEach(this::update);
    finished();
  }

  @Override
  public void beginAnew(NodeName of) {
    directory.beginAnew(of);
  }

  @Override
  public void topology(Topology newTopology) {
    if (!topology.equals(Optional.of(newTopology))) {
      topology = Optional.of(newTopology);
      directory.self(newTopology.self());
      services.keySet().forEach(this::update);
    }
  }

  @Override
  public void divert(List<Overrides.Diversion> diversions) {
    trace.add(who, "divert " + diversions.size());
    detours.told(diversions);
    for (DiversionRule.InForce one : detours.ruling().inForce()) {
      SimulatedTraffic traffic = services.get(one.diversion().service());
      if (one.isWhole() && traffic != null) {
        List<SimulatedRequest> waiting = List.copyOf(traffic.queue());
        traffic.queue().clear();
        waiting.forEach(request -> go(one.diversion().service(), request));
      }
    }
  }

  @Override
  public void withdraw(InstanceId instance, long generation, String reason) {
    trace.add(who, "withdraw " + instance + "/" + generation);
    directory.withdraw(instance, generation, reason);
    update(instance.service());
  }

  @Override
  public void drain(InstanceId instance, long generation, Duration limit, Consumer<Integer> done) {
    trace.add(who, "drain " + instance + "/" + generation);
    directory.drain(instance, generation);
    update(instance.service());
    Drain drain = new Drain(instance, generation, done);
    drains.add(drain);
    box.after(
        limit,
        () -> {
          if (drains.remove(drain)) {
            done.accept(inFlight(drain));
          }
        });
    finished();
  }

  @Override
  public List<ServiceSignals> signals() {
    return services.values().stream().map(SimulatedTraffic::signals).toList();
  }

  /** A client sends a request, and is told how it ended; of an unknown service it is refused. */
  void arrive(ServiceName service, String method, Consumer<SimulatedRequest.Answer> answered) {
    SimulatedTraffic traffic = services.get(service);
    if (traffic == null) {
      answered.accept(SimulatedRequest.Answer.REFUSED);
      return;
    }
    long now = now();
    long deadline = now + traffic.policy().timeouts().response().toNanos();
    SimulatedRequest request = new SimulatedRequest(method, now, deadline, answered);
    go(service, request).ifPresent(goesTo -> witness.arrived(node, service, goesTo));
  }

  /** Sends a request where it belongs, and says where. */
  private Optional<ServiceName> go(ServiceName service, SimulatedRequest request) {
    Optional<ServiceName> goesTo = detours.follow(service, request);
    Optional<SimulatedTraffic> traffic = goesTo.map(services::get);
    if (traffic.isPresent()) {
      traffic.get().arrive(request);
    } else {
      // The answer of a file in place of a service.
      request.answered.accept(SimulatedRequest.Answer.REFUSED);
    }
    return goesTo;
  }

  /** Where a request of a service would go; empty: it would get an answer in its place. */
  Optional<ServiceName> goesTo(ServiceName service) {
    SimulatedRequest nobody = new SimulatedRequest("GET", now(), now(), _ -> {});
    Optional<ServiceName> goesTo = detours.follow(service, nobody);
    if (goesTo.isPresent()
        && traffic(goesTo.get()).isEmpty()
        && fallback(goesTo.get()).orElse(null) instanceof Fallback.ToService other
        && nobody.leaves(goesTo.get(), other.service())) {
      return Optional.of(other.service());
    }
    return goesTo;
  }

  /** Who answers in place of a service that cannot. */
  Optional<Fallback> fallback(ServiceName service) {
    return detours.fallback(service);
  }

  @Override
  public boolean hasFallback(ServiceName service) {
    return fallback(service).isPresent();
  }

  @Override
  public boolean instead(ServiceName service, SimulatedRequest request) {
    if (detours.fallback(service).orElse(null) instanceof Fallback.ToService other
        && services.containsKey(other.service())
        && request.leaves(service, other.service())) {
      go(other.service(), request);
      return true;
    }
    return false;
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

  /** How it sees a service, for a person. */
  String describe(ServiceName service) {
    StringBuilder text = new StringBuilder(node + " sees " + service + ":");
    for (Endpoint endpoint : directory.of(service)) {
      text.append(' ')
          .append(endpoint.id())
          .append('/')
          .append(endpoint.generation())
          .append(" on ")
          .append(endpoint.node())
          .append(' ')
          .append(endpoint.readiness())
          .append(directory.isRemoved(endpoint) ? " removed" : "")
          .append(isSilent(endpoint.node()) ? " silent" : "")
          .append(traffic(service).contains(endpoint) ? " serves," : ",");
    }
    return text.toString();
  }

  /** Grows whenever who takes requests may have changed. */
  long changes() {
    return changes;
  }

  @Override
  public NodeName node() {
    return node;
  }

  @Override
  public long now() {
    return clock.now().nanos();
  }

  @Override
  public NodeMailbox box() {
    return box;
  }

  @Override
  public Reach reach() {
    return reach;
  }

  @Override
  public Tier tier(NodeName of) {
    return topology.map(known -> Tier.of(known, of)).orElse(Tier.OTHERS);
  }

  @Override
  public boolean isSilent(NodeName of) {
    return peers.isSilent(of);
  }

  private void silent(NodeName of, boolean now) {
    trace.add(who, now ? of + " is silent" : of + " answers");
    sometimes.saw(now ? Sometimes.State.NODE_SILENT : Sometimes.State.NODE_HEARD);
    changes++;
    services.values().forEach(SimulatedTraffic::choose);
    observers.forEach(observer -> {
      if (now) {
        observer.nodeSilent(of, "no byte came");
      } else {
        observer.nodeHeard(of, "it answered");
      }
    });
  }

  @Override
  public void changed(Change change) {
    changes++;
    switch (change) {
      case Change.Ejected ejected -> {
        trace.add(who, "eject " + ejected.id() + ": " + ejected.reason());
        observers.forEach(observer ->
            observer.ejected(
                ejected.id(),
                ejected.generation(),
                Duration.ofNanos(ejected.nanos()),
                ejected.reason(),
                new LinkedHashMap<>(ejected.evidence())));
      }
      case Change.Restored restored -> {
        trace.add(who, "restore " + restored.id());
        observers.forEach(
            observer -> observer.restored(restored.id(), restored.generation(), restored.reason()));
      }
    }
  }

  @Override
  public void promoted(ServingSet.Promotion promotion) {
    trace.add(who, "promote " + promotion.standby() + " for " + promotion.inPlaceOf());
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
      traffic.update(directory.of(service), directory::isRemoved);
    }
  }

  private void tick() {
    services.values().forEach(SimulatedTraffic::tick);
    if (++ticks % TICKS_A_SECOND == 0) {
      services.values().forEach(SimulatedTraffic::roll);
    }
    if (topology.isPresent()) {
      List<SimulatedRun> runs = new ArrayList<>();
      services.values().forEach(traffic -> runs.addAll(traffic.runs()));
      peers.look(runs, now());
    }
    box.after(TICK, this::tick);
  }
}
