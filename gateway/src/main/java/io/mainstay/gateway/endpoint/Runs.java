package io.mainstay.gateway.endpoint;

import io.mainstay.decisions.balancing.Candidate;
import io.mainstay.gateway.loop.TrafficLoop;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
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
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The runs of instances that are published or have something in flight. Reading: any thread;
 * changing: guarded by the {@link Director}.
 */
final class Runs {
  private final List<TrafficLoop> loops;
  private final Consumer<ServiceName> addressKnown;
  private final CopyOnWriteArrayList<Backend> runs = new CopyOnWriteArrayList<>();

  /**
   * No runs.
   *
   * @param addressKnown called on a thread of its own when a host name was resolved
   */
  Runs(List<TrafficLoop> loops, Consumer<ServiceName> addressKnown) {
    this.loops = loops;
    this.addressKnown = addressKnown;
  }

  @Nullable Backend find(InstanceId id, long generation) {
    for (Backend backend : runs) {
      if (backend.generation() == generation && backend.id().equals(id)) {
        return backend;
      }
    }
    return null;
  }

  List<Backend> of(ServiceName service) {
    List<Backend> found = new ArrayList<>();
    for (Backend backend : runs) {
      if (backend.id().service().equals(service)) {
        found.add(backend);
      }
    }
    return found;
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
      double weight = policy.weights().getOrDefault(endpoint.id().toString(), 1.0);
      Backend backend = find(endpoint.id(), endpoint.generation());
      if (backend == null) {
        backend = create(endpoint, weight);
        runs.add(backend);
      }
      present.add(backend);
      weigh(backend, weight);
      endpoint.address().ifPresent(address -> resolve(backendOf(endpoint), address));
      if (removed.test(endpoint)) {
        backend.close(false);
      } else if (endpoint.readiness() == Readiness.READY) {
        backend.reopen();
        if (backend.firstReady()) {
          slowStart(backend, policy.slowStart());
        }
      }
    }
    for (Backend backend : of(service)) {
      if (!present.contains(backend)) {
        retire(backend);
      }
    }
    return present;
  }

  private Backend backendOf(Endpoint endpoint) {
    Backend backend = find(endpoint.id(), endpoint.generation());
    if (backend == null) {
      throw new IllegalStateException("no run of " + endpoint);
    }
    return backend;
  }

  private Backend create(Endpoint endpoint, double weight) {
    LoopBackend[] states = new LoopBackend[loops.size()];
    for (int i = 0; i < states.length; i++) {
      Candidate candidate = new Candidate(endpoint.id(), endpoint.generation(), weight);
      states[i] = new LoopBackend(loops.get(i), candidate);
    }
    Backend backend = new Backend(endpoint.id(), endpoint.generation(), states);
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

  private void retire(Backend backend) {
    backend.close(false);
    closeIdle(backend);
    if (backend.inFlight() == 0) {
      runs.remove(backend);
    }
  }

  /** Forgets the runs of a service that is no longer deployed. */
  void closeAll(ServiceName service) {
    Iterator<Backend> all = of(service).iterator();
    while (all.hasNext()) {
      retire(all.next());
    }
  }

  private static void closeIdle(Backend backend) {
    for (int i = 0; i < backend.loops(); i++) {
      LoopBackend state = backend.loop(i);
      state.loop().execute(state::closeIdle);
    }
  }

  private void resolve(Backend backend, Address address) {
    // A run may be published before its port is chosen, with the port of the run before it.
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(address.host());
    if (literal != null) {
      try {
        backend.address(new InetSocketAddress(InetAddress.getByAddress(literal), address.port()));
      } catch (UnknownHostException e) {
        throw new IllegalStateException("not an address: " + address, e);
      }
      return;
    }
    InetSocketAddress known = backend.address();
    if (known != null && known.getPort() == address.port()) {
      return;
    }
    if (!backend.beginToResolve()) {
      return;
    }
    Thread.ofVirtual()
        .name("resolve " + address.host())
        .start(() -> {
          InetSocketAddress found = new InetSocketAddress(address.host(), address.port());
          backend.resolved(found.isUnresolved() ? null : found);
          if (!found.isUnresolved()) {
            addressKnown.accept(backend.id().service());
          }
        });
  }
}
