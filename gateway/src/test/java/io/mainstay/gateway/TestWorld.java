package io.mainstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.gateway.transport.Transport;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.Role;
import io.mainstay.ports.Time;
import io.mainstay.ports.TrafficObserver;
import io.mainstay.testkit.SeededRandomness;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A gateway with one service {@code shop}, its instances, and what it told. */
final class TestWorld implements AutoCloseable {
  static final ServiceName SHOP = new ServiceName("shop");
  static final NodeName NODE = new NodeName("n1");

  final Gateway gateway;
  final List<String> told = new CopyOnWriteArrayList<>();
  private final List<Endpoint> endpoints = new ArrayList<>();
  private final List<TestBackend> backends = new ArrayList<>();

  TestWorld(Transport.Preference transport) {
    this(transport, 2);
  }

  TestWorld(Transport.Preference transport, int loops) {
    this(GatewayOptions.defaults().withLoops(loops).withTransport(transport));
  }

  TestWorld(GatewayOptions options) {
    GatewayOptions quick = options.withLookAgain(Duration.ofMillis(50));
    gateway = new Gateway(quick, new Recorder(), new RealTime(), new SeededRandomness(7));
  }

  static TestWorld nio() {
    return new TestWorld(Transport.Preference.NIO);
  }

  /** Deploys with a policy; an HTTP listener {@code public} on a free port. */
  TestWorld deploy(TrafficPolicy policy) {
    return deploy(policy, listener(ListenerSpec.Protocol.HTTP, Optional.empty(), limits()));
  }

  TestWorld deploy(TrafficPolicy policy, ListenerSpec... listeners) {
    gateway.configure(
        new Deployment(Path.of("/"), List.of(service(SHOP, policy)), List.of(listeners)));
    await(() -> gateway.listenerAddress(listeners[0].name()).isPresent());
    return this;
  }

  static ListenerSpec.Limits limits() {
    return new ListenerSpec.Limits(
        16 * 1024, 4096, Duration.ofSeconds(5), Duration.ofSeconds(60), 1000);
  }

  static ListenerSpec listener(
      ListenerSpec.Protocol protocol, Optional<ListenerSpec.Tls> tls, ListenerSpec.Limits limits) {
    return new ListenerSpec(
        "public", new Address("127.0.0.1", 0), protocol, tls, limits, List.of(route(SHOP)));
  }

  static ListenerSpec.Route route(ServiceName service) {
    return new ListenerSpec.Route(
        Optional.empty(),
        Optional.empty(),
        List.of(),
        new LinkedHashMap<>(),
        service,
        Optional.empty());
  }

  static ServiceSpec service(ServiceName name, TrafficPolicy policy) {
    return new ServiceSpec(
        name,
        new Workload.Upstreams(List.of(new Address("127.0.0.1", 1))),
        new PortPolicy.None(),
        ServiceSpec.Protocol.AUTO,
        new ServiceSpec.Replicas(1, 1),
        new ServiceSpec.Standby(0, ServiceSpec.StandbyMode.HOT, Duration.ofMinutes(5)),
        Duration.ofSeconds(1),
        List.of(),
        ServiceSpec.Hooks.NONE,
        new Checks(Optional.empty(), Optional.empty(), Optional.empty()),
        new ServiceSpec.RestartPolicy(
            ServiceSpec.RestartOn.ALWAYS,
            Duration.ofMillis(100),
            2,
            Duration.ofSeconds(30),
            Duration.ofSeconds(90),
            5,
            Duration.ofMinutes(1)),
        new ServiceSpec.StopPolicy(Duration.ofSeconds(30), "TERM", Duration.ofSeconds(10)),
        policy,
        Optional.empty(),
        new ServiceSpec.DisruptionBudget(new Amount.Count(1), 1),
        new ServiceSpec.UpdatePolicy(new Amount.Count(1), Duration.ofMinutes(2)));
  }

  /** The defaults of reference.yaml without slow start, which would blur counts. */
  static TrafficPolicy policy() {
    return new TrafficPolicy(
        TrafficPolicy.Balance.P2C,
        new LinkedHashMap<>(),
        new TrafficPolicy.Timeouts(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60)),
        new TrafficPolicy.Retries(
            2,
            0.2,
            List.of(TrafficPolicy.Failure.values()),
            List.of(503),
            List.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE")),
        new TrafficPolicy.Outliers(
            5,
            0.5,
            Duration.ofSeconds(10),
            Duration.ofMillis(500),
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            0.5),
        new TrafficPolicy.Concurrency(
            OptionalInt.empty(), 1024, Duration.ofSeconds(5), Duration.ofSeconds(60)),
        Duration.ZERO);
  }

  static TrafficPolicy policy(UnaryOperator<Draft> change) {
    return change.apply(new Draft(policy())).policy;
  }

  /** A policy that is being changed. */
  record Draft(TrafficPolicy policy) {
    Draft timeouts(Duration connect, Duration attempt, Duration response, Duration idle) {
      return with(
          new TrafficPolicy.Timeouts(connect, attempt, response, idle),
          policy.retries(),
          policy.outliers(),
          policy.concurrency());
    }

    Draft concurrency(int perInstance, int queue, Duration wait) {
      return with(
          policy.timeouts(),
          policy.retries(),
          policy.outliers(),
          new TrafficPolicy.Concurrency(OptionalInt.of(perInstance), queue, wait, wait));
    }

    Draft eject(Duration eject) {
      TrafficPolicy.Outliers old = policy.outliers();
      return with(
          policy.timeouts(),
          policy.retries(),
          new TrafficPolicy.Outliers(
              old.failures(),
              old.errorRate(),
              old.window(),
              old.stall(),
              eject,
              old.maxEject(),
              old.maxEjected()),
          policy.concurrency());
    }

    Draft attempts(int attempts) {
      TrafficPolicy.Retries old = policy.retries();
      return with(
          policy.timeouts(),
          new TrafficPolicy.Retries(
              attempts, old.budget(), old.on(), old.statuses(), old.methods()),
          policy.outliers(),
          policy.concurrency());
    }

    private Draft with(
        TrafficPolicy.Timeouts timeouts,
        TrafficPolicy.Retries retries,
        TrafficPolicy.Outliers outliers,
        TrafficPolicy.Concurrency concurrency) {
      return new Draft(
          new TrafficPolicy(
              policy.balance(),
              policy.weights(),
              timeouts,
              retries,
              outliers,
              concurrency,
              policy.slowStart()));
    }

    Draft balance(TrafficPolicy.Balance balance, SequencedMap<String, Double> weights) {
      return new Draft(
          new TrafficPolicy(
              balance,
              weights,
              policy.timeouts(),
              policy.retries(),
              policy.outliers(),
              policy.concurrency(),
              policy.slowStart()));
    }
  }

  static InstanceId id(int number) {
    return new InstanceId(SHOP, number);
  }

  /** Adds a ready, serving instance and publishes it. */
  TestWorld serve(TestBackend... more) {
    for (TestBackend backend : more) {
      add(backend, Role.SERVING, Readiness.READY);
    }
    return publish();
  }

  TestWorld standBy(TestBackend backend) {
    add(backend, Role.STANDBY, Readiness.READY);
    return publish();
  }

  void add(TestBackend backend, Role role, Readiness readiness) {
    backends.add(backend);
    endpoints.add(
        new Endpoint(
            id(endpoints.size() + 1),
            NODE,
            1,
            role,
            readiness,
            Optional.of(new Address("127.0.0.1", backend.port()))));
  }

  void addAddress(int port) {
    endpoints.add(
        new Endpoint(
            id(endpoints.size() + 1),
            NODE,
            1,
            Role.SERVING,
            Readiness.READY,
            Optional.of(new Address("127.0.0.1", port))));
  }

  void set(int number, long generation, Readiness readiness) {
    Endpoint old = endpoints.get(number - 1);
    endpoints.set(
        number - 1, new Endpoint(old.id(), NODE, generation, old.role(), readiness, old.address()));
    publish();
  }

  void starting() {
    endpoints.add(
        new Endpoint(
            id(endpoints.size() + 1), NODE, 1, Role.SERVING, Readiness.STARTING, Optional.empty()));
    publish();
  }

  TestWorld publish() {
    gateway.publish(NODE, List.copyOf(endpoints));
    return this;
  }

  int port() {
    return gateway.listenerAddress("public").orElseThrow().port();
  }

  RawClient client() throws IOException {
    return new RawClient(port());
  }

  /** Waits for a condition; fails after ten seconds. */
  static void await(BooleanSupplier condition) {
    await(condition, Duration.ofSeconds(10));
  }

  static void await(BooleanSupplier condition, Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for %s", atMost).isLessThan(end);
      LockSupport.parkNanos(2_000_000);
    }
  }

  @Override
  public void close() {
    gateway.close();
    backends.forEach(TestBackend::close);
  }

  private static final class RealTime implements Time {
    @Override
    public MonotonicTime now() {
      return new MonotonicTime(System.nanoTime());
    }

    @Override
    public Instant wallClock() {
      return Instant.now();
    }
  }

  private final class Recorder implements TrafficObserver {
    @Override
    public void standbyPromoted(InstanceId standby, InstanceId inPlaceOf, String reason) {
      told.add("promoted " + standby + " for " + inPlaceOf);
    }

    @Override
    public void standbyWanted(ServiceName service, String reason) {
      told.add("wanted " + service);
    }

    @Override
    public void ejected(
        InstanceId instance,
        long generation,
        Duration duration,
        String reason,
        SequencedMap<String, String> evidence) {
      told.add("ejected " + instance + ": " + reason);
    }

    @Override
    public void restored(InstanceId instance, long generation, String reason) {
      told.add("restored " + instance);
    }

    @Override
    public void nodeSilent(NodeName node, String reason) {
      told.add("silent " + node);
    }

    @Override
    public void nodeHeard(NodeName node, String reason) {
      told.add("heard " + node);
    }

    @Override
    public void listenerOpened(String listener, String address) {
      told.add("opened " + listener);
    }

    @Override
    public void listenerFailed(String listener, String address, String reason) {
      told.add("failed " + listener + ": " + reason);
    }

    @Override
    public void certificatesReloaded(String listener) {
      told.add("certificates reloaded");
    }

    @Override
    public void certificatesFailed(String listener, String reason) {
      told.add("certificates failed: " + reason);
    }

    @Override
    public void listenerClosed(String listener, String reason) {
      told.add("closed " + listener + ": " + reason);
    }
  }
}
