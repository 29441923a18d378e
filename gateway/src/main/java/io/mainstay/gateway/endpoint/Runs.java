package io.mainstay.gateway.endpoint;

import io.mainstay.decisions.balancing.Candidate;
import io.mainstay.gateway.loop.TrafficLoop;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The runs of instances that are published or have something in flight. Reading: any thread;
 * changing: guarded by the {@link Director}.
 */
final class Runs {
  private static final int REFRESH_MILLIS = 30_000;
  private static final int RETRY_MILLIS = 2_000;

  private final List<TrafficLoop> loops;
  private final Consumer<ServiceName> addressKnown;
  private final Function<NodeName, Peer> peers;
  private final ConcurrentMap<ServiceName, ConcurrentNavigableMap<Run, Backend>> runs =
      new ConcurrentHashMap<>();

  /** One run of an instance of a service. */
  private record Run(int number, long generation) implements Comparable<Run> {
    private static final Comparator<Run> ORDER =
        Comparator.comparingInt(Run::number).thenComparingLong(Run::generation);

    static Run of(InstanceId id, long generation) {
      return new Run(id.number(), generation);
    }

    @Override
    public int compareTo(Run other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * No runs.
   *
   * @param addressKnown called on a thread of its own when a host name was resolved
   * @param peers the node of that name
   */
  Runs(
      List<TrafficLoop> loops, Consumer<ServiceName> addressKnown, Function<NodeName, Peer> peers) {
    this.loops = loops;
    this.peers = peers;
    this.addressKnown = addressKnown;
  }

  @Nullable Backend find(InstanceId id, long generation) {
    ConcurrentNavigableMap<Run, Backend> known = runs.get(id.service());
    return known == null ? null : known.get(Run.of(id, generation));
  }

  /** Sorted by instance and generation. */
  List<Backend> of(ServiceName service) {
    ConcurrentNavigableMap<Run, Backend> known = runs.get(service);
    return known == null ? List.of() : List.copyOf(known.values());
  }

  /** The runs of all services. */
  List<Backend> all() {
    List<Backend> all = new ArrayList<>();
    runs.values().forEach(some -> all.addAll(some.values()));
    return all;
  }

  /** Forgets runs that are no longer published once nothing is in flight on them. */
  void sweep() {
    runs.values()
        .forEach(some -> some.values().removeIf(run -> run.isRetired() && run.inFlight() == 0));
  }

  /** Whether the gateway knows where it listens. */
  boolean isReachable(Endpoint endpoint) {
    Backend backend = find(endpoint.id(), endpoint.generation());
    return endpoint.readiness() != Readiness.READY
        || (backend != null && backend.address() != null);
  }

  /** Takes in the endpoints of a service; answers their runs. */
  List<Backend> update(
      ServiceName service,
      List<Endpoint> endpoints,
      Predicate<Endpoint> removed,
      TrafficPolicy policy) {
    List<Backend> present = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      double weight =
          policy.weights().getOrDefault(endpoint.id().toString(), 1.0) * endpoint.share();
      Backend backend = find(endpoint.id(), endpoint.generation());
      if (backend != null && !backend.node().equals(endpoint.node())) {
        retire(backend);
        backend = null;
      }
      if (backend == null) {
        backend = create(endpoint, weight);
        runs.computeIfAbsent(service, name -> new ConcurrentSkipListMap<>())
            .put(Run.of(endpoint.id(), endpoint.generation()), backend);
      }
      Backend run = backend;
      present.add(run);
      backend.published();
      if (backend.weightChanges(weight)) {
        weigh(backend, weight);
      }
      endpoint.address().ifPresent(address -> resolve(run, address));
      if (removed.test(endpoint)) {
        backend.close(false);
      } else if (endpoint.readiness() == Readiness.READY) {
        backend.reopen();
        if (backend.firstReady()) {
          slowStart(backend, policy.slowStart());
        }
      }
    }
    Set<Backend> stay = new HashSet<>(present);
    for (Backend backend : of(service)) {
      if (!stay.contains(backend)) {
        retire(backend);
      }
    }
    return present;
  }

  private Backend create(Endpoint endpoint, double weight) {
    LoopBackend[] states = new LoopBackend[loops.size()];
    for (int i = 0; i < states.length; i++) {
      Candidate candidate = new Candidate(endpoint.id(), endpoint.generation(), weight);
      candidate.node(endpoint.node());
      states[i] = new LoopBackend(loops.get(i), candidate);
    }
    Backend backend =
        new Backend(endpoint.id(), endpoint.generation(), peers.apply(endpoint.node()), states);
    for (LoopBackend state : states) {
      state.belongsTo(backend);
    }
    return backend;
  }

  private static void weigh(Backend backend, double weight) {
    for (int i = 0; i < backend.loops(); i++) {
      LoopBackend state = backend.loop(i);
      state.loop().execute(() -> state.candidate().weight(weight));
    }
  }

  /** Begins a slow start. */
  void slowStart(InstanceId id, long generation, Duration duration) {
    Backend backend = find(id, generation);
    if (backend != null) {
      slowStart(backend, duration);
    }
  }

  private static void slowStart(Backend backend, Duration duration) {
    for (int i = 0; i < backend.loops(); i++) {
      LoopBackend state = backend.loop(i);
      state
          .loop()
          .execute(() -> state.candidate().slowStart(state.loop().readClock(), duration.toNanos()));
    }
  }

  private static void retire(Backend backend) {
    backend.retire();
    closeIdle(backend);
  }

  /** Forgets the runs of a service that is no longer deployed. */
  void closeAll(ServiceName service) {
    of(service).forEach(Runs::retire);
  }

  private static void closeIdle(Backend backend) {
    for (int i = 0; i < backend.loops(); i++) {
      LoopBackend state = backend.loop(i);
      state.loop().execute(state::closeIdle);
    }
  }

  private void resolve(Backend backend, Address address) {
    // A run may be published before its port is chosen, with the port of the run before it.
    boolean wasElsewhere = backend.isToldSomewhere();
    if (!backend.movedTo(address)) {
      return;
    }
    if (wasElsewhere) {
      closeIdle(backend);
    }
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(address.host());
    if (literal != null) {
      try {
        backend.address(new InetSocketAddress(InetAddress.getByAddress(literal), address.port()));
      } catch (UnknownHostException e) {
        throw new IllegalStateException("not an address: " + address, e);
      }
      return;
    }
    lookUp(backend, address);
  }

  /** Asks for the address of a name, on a thread that may wait, and again from time to time. */
  private void lookUp(Backend backend, Address address) {
    Thread.ofVirtual()
        .name("resolve " + address.host())
        .start(() -> {
          InetSocketAddress found = new InetSocketAddress(address.host(), address.port());
          boolean known = !found.isUnresolved();
          if (known && !found.equals(backend.address())) {
            backend.address(found);
            addressKnown.accept(backend.id().service());
          }
          loops
              .getFirst()
              .after(known ? REFRESH_MILLIS : RETRY_MILLIS, () -> lookUpAgain(backend, address));
        });
  }

  private void lookUpAgain(Backend backend, Address address) {
    if (!backend.isRetired() && backend.isToldToBeAt(address)) {
      lookUp(backend, address);
    }
  }
}
