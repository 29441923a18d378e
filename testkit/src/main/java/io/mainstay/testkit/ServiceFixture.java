package io.mainstay.testkit;

import io.mainstay.model.Address;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.Business;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.Disconnect;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.FlowSpec;
import io.mainstay.model.spec.GroupStrategy;
import io.mainstay.model.spec.Place;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.Remedy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.ServiceSpec.DisruptionBudget;
import io.mainstay.model.spec.ServiceSpec.Hook;
import io.mainstay.model.spec.ServiceSpec.Hooks;
import io.mainstay.model.spec.ServiceSpec.Protocol;
import io.mainstay.model.spec.ServiceSpec.Replicas;
import io.mainstay.model.spec.ServiceSpec.RestartOn;
import io.mainstay.model.spec.ServiceSpec.RestartPolicy;
import io.mainstay.model.spec.ServiceSpec.ScalePolicy;
import io.mainstay.model.spec.ServiceSpec.Standby;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.spec.ServiceSpec.StopPolicy;
import io.mainstay.model.spec.ServiceSpec.UpdatePolicy;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.spec.TransactionSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.spec.Workload.EnvironmentValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * Makes service specs for tests: the defaults of {@code reference.yaml}, and a method for each
 * option that a test cares about.
 */
public final class ServiceFixture {
  private final ServiceName name;
  private final SequencedMap<String, EnvironmentValue> environment = new LinkedHashMap<>();
  private List<String> command = List.of("serve", "--port", "${PORT}");
  private Optional<Workload> workload = Optional.empty();
  private PortPolicy port = new PortPolicy.Auto();
  private Replicas replicas = new Replicas(1, 1);
  private Standby standby = new Standby(0, StandbyMode.HOT, Duration.ofMinutes(5));
  private List<ServiceName> dependsOn = List.of();
  private Hooks hooks = Hooks.NONE;
  private Optional<Checks.Check> startup = Optional.empty();
  private Optional<Checks.Check> ready =
      Optional.of(
          check(
              new Checks.Probe.Tcp(Optional.empty(), Optional.empty()),
              Duration.ofSeconds(2),
              Optional.empty()));
  private Optional<Checks.Check> live = Optional.empty();
  private RestartPolicy restart =
      new RestartPolicy(
          RestartOn.ALWAYS,
          Duration.ofMillis(100),
          2,
          Duration.ofSeconds(30),
          Duration.ofSeconds(90),
          5,
          Duration.ofMinutes(1));
  private StopPolicy stop = new StopPolicy(Duration.ofSeconds(30), "TERM", Duration.ofSeconds(10));
  private Optional<ScalePolicy> scale = Optional.empty();
  private DisruptionBudget budget = new DisruptionBudget(new Amount.Count(1), 1);
  private UpdatePolicy update = new UpdatePolicy(new Amount.Count(1), Duration.ofMinutes(2));
  private Place place = Place.ANYWHERE;
  private Disconnect disconnect = Disconnect.DEFAULT;
  private Workload.Limits limits = Workload.Limits.NONE;
  private Business business = Business.NONE;
  private GroupStrategy group = GroupStrategy.ONE_FOR_ONE;

  private ServiceFixture(String name) {
    this.name = new ServiceName(name);
  }

  /** A service with one instance, a port of its own, and a TCP check. */
  public static ServiceFixture service(String name) {
    return new ServiceFixture(name);
  }

  /** A check with the usual fall and rise. */
  public static Checks.Check check(Checks.Probe probe, Duration every, Optional<Duration> within) {
    return new Checks.Check(
        probe, every, Duration.ofMillis(500), Duration.ofSeconds(1), 3, 2, within);
  }

  /** What is started. */
  public ServiceFixture run(String... words) {
    command = List.of(words);
    return this;
  }

  /** Addresses that somebody else runs. */
  public ServiceFixture upstreams(Address... addresses) {
    workload = Optional.of(new Workload.Upstreams(List.of(addresses)));
    port = new PortPolicy.None();
    return this;
  }

  /** A variable of {@code env}. */
  public ServiceFixture env(String key, EnvironmentValue value) {
    environment.put(key, value);
    return this;
  }

  /** How it gets its port. */
  public ServiceFixture port(PortPolicy newPort) {
    port = newPort;
    return this;
  }

  /** How many serve. */
  public ServiceFixture replicas(int min, int max) {
    replicas = new Replicas(min, max);
    return this;
  }

  /** What stands by. */
  public ServiceFixture standby(int count, StandbyMode mode) {
    standby = new Standby(count, mode, Duration.ofMinutes(5));
    return this;
  }

  /** How often a frozen standby is checked. */
  public ServiceFixture rehearse(Duration every) {
    standby = new Standby(standby.count(), standby.mode(), every);
    return this;
  }

  /** What must serve before it is started. */
  public ServiceFixture dependsOn(String... services) {
    dependsOn = List.of(services).stream().map(ServiceName::new).toList();
    return this;
  }

  /** The commands at turning points; an empty word leaves one out. */
  public ServiceFixture hooks(
      String setup, String start, String readyHook, String drain, String stopHook) {
    hooks = new Hooks(hook(setup), hook(start), hook(readyHook), hook(drain), hook(stopHook));
    return this;
  }

  /** The startup check. */
  public ServiceFixture startup(Checks.Check check) {
    startup = Optional.of(check);
    return this;
  }

  /** The ready check; empty: none. */
  public ServiceFixture ready(Optional<Checks.Check> check) {
    ready = check;
    return this;
  }

  /** The live check. */
  public ServiceFixture live(Checks.Check check) {
    live = Optional.of(check);
    return this;
  }

  /** What follows an exit. */
  public ServiceFixture restart(RestartPolicy policy) {
    restart = policy;
    return this;
  }

  /** Which exits lead to a restart. */
  public ServiceFixture restartOn(RestartOn on) {
    restart =
        new RestartPolicy(
            on,
            restart.backoff(),
            restart.factor(),
            restart.max(),
            restart.resetAfter(),
            restart.loopCount(),
            restart.loopWithin());
    return this;
  }

  /** How it ends. */
  public ServiceFixture stop(Duration drain, Duration grace) {
    stop = new StopPolicy(drain, "TERM", grace);
    return this;
  }

  /** How it is scaled. */
  public ServiceFixture scale(ScalePolicy policy) {
    scale = Optional.of(policy);
    return this;
  }

  /** What the governor allows. */
  public ServiceFixture budget(Amount maxUnavailable, int floor) {
    budget = new DisruptionBudget(maxUnavailable, floor);
    return this;
  }

  /** How an apply replaces instances. */
  public ServiceFixture update(Amount surge, Duration readyWithin) {
    update = new UpdatePolicy(surge, readyWithin);
    return this;
  }

  /** On which nodes. */
  public ServiceFixture place(Place value) {
    place = value;
    return this;
  }

  /** What is done about lost nodes. */
  public ServiceFixture disconnect(Disconnect value) {
    disconnect = value;
    return this;
  }

  /** What an instance may use. */
  public ServiceFixture limits(Workload.Limits value) {
    limits = value;
    return this;
  }

  /** Who answers in its place. */
  public ServiceFixture fallback(Fallback value) {
    business = new Business(Optional.of(value));
    return this;
  }

  /** What proves its business. */
  public ServiceFixture whenFailing(List<Remedy> remedies) {
    business =
        new Business(
            business.fallback(),
            business.transactions(),
            business.flows(),
            remedies,
            business.restore());
    return this;
  }

  /** One transaction that proves its business. */
  public ServiceFixture transaction(TransactionSpec transaction) {
    business =
        new Business(
            business.fallback(),
            List.of(transaction),
            business.flows(),
            business.whenFailing(),
            business.restore());
    return this;
  }

  /** One flow of real traffic that proves its business. */
  public ServiceFixture flow(FlowSpec flow) {
    business =
        new Business(
            business.fallback(),
            business.transactions(),
            List.of(flow),
            business.whenFailing(),
            business.restore());
    return this;
  }

  /** What else is run anew when one of its instances failed. */
  public ServiceFixture group(GroupStrategy strategy) {
    group = strategy;
    return this;
  }

  /** The spec. */
  public ServiceSpec build() {
    return new ServiceSpec(
        name,
        workload.orElseGet(() ->
            new Workload.Run(command, Path.of("/srv"), environment, Optional.empty(), limits)),
        port,
        Protocol.AUTO,
        replicas,
        standby,
        Duration.ofSeconds(1),
        dependsOn,
        hooks,
        new Checks(startup, ready, live),
        restart,
        stop,
        traffic(),
        scale,
        budget,
        update,
        place,
        disconnect,
        business,
        group,
        List.of());
  }

  private static Optional<Hook> hook(String word) {
    return word.isEmpty()
        ? Optional.empty()
        : Optional.of(new Hook(List.of(word), Duration.ofSeconds(30)));
  }

  private static TrafficPolicy traffic() {
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
        Duration.ofSeconds(10));
  }
}
