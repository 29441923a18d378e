package io.mainstay.controller;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.Business;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.FlowSpec;
import io.mainstay.model.spec.GroupStrategy;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.Remedy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.TransactionSpec;
import io.mainstay.testkit.ServiceFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Service specs with named options; everything else as the file would have it. */
final class Specs {
  private final String name;
  private String command = "serve";
  private int min = 1;
  private int max = 1;
  private int standbys;
  private Optional<Fallback> fallback = Optional.empty();
  private Optional<TransactionSpec> transaction = Optional.empty();
  private GroupStrategy group = GroupStrategy.ONE_FOR_ONE;
  private Optional<String> dependsOn = Optional.empty();
  private Optional<FlowSpec> flow = Optional.empty();
  private List<Remedy> remedies = Business.DEFAULT_REMEDIES;
  private ServiceSpec.StandbyMode mode = ServiceSpec.StandbyMode.HOT;
  private PortPolicy port = new PortPolicy.Auto();
  private int floor = 1;
  private Amount maxUnavailable = new Amount.Count(1);
  private Duration readyWithin = Duration.ofMinutes(2);
  private Duration downDelay = Duration.ofMinutes(5);

  private Specs(String name) {
    this.name = name;
  }

  static Specs of(String name) {
    return new Specs(name);
  }

  Specs run(String words) {
    command = words;
    return this;
  }

  Specs replicas(int count) {
    return replicas(count, count);
  }

  Specs replicas(int lowest, int highest) {
    min = lowest;
    max = highest;
    return this;
  }

  Specs standby(int count) {
    standbys = count;
    return this;
  }

  Specs mode(ServiceSpec.StandbyMode wanted) {
    mode = wanted;
    return this;
  }

  Specs port(int fixed) {
    port = new PortPolicy.Fixed(fixed);
    return this;
  }

  Specs floor(int lowest) {
    floor = lowest;
    return this;
  }

  Specs maxUnavailable(int count) {
    maxUnavailable = new Amount.Count(count);
    return this;
  }

  Specs readyWithin(Duration limit) {
    readyWithin = limit;
    return this;
  }

  Specs downDelay(Duration delay) {
    downDelay = delay;
    return this;
  }

  Specs fallback(String service) {
    fallback = Optional.of(new Fallback.ToService(new ServiceName(service)));
    return this;
  }

  /** Every five seconds; two failures in a row count. */
  Specs transaction(String name) {
    transaction =
        Optional.of(
            new TransactionSpec(
                name,
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                2,
                List.of(
                    new TransactionSpec.Step(
                        "POST /buy",
                        new TransactionSpec.Action.Wait(Duration.ZERO),
                        Optional.empty())),
                List.of()));
    return this;
  }

  Specs group(GroupStrategy strategy) {
    group = strategy;
    return this;
  }

  Specs dependsOn(String service) {
    dependsOn = Optional.of(service);
    return this;
  }

  /** Orders of this service that must be shipped by that one within five seconds. */
  Specs flow(String flowName, String shipping) {
    FlowSpec.Key key = new FlowSpec.Key.Header("X-Order-Id");
    List<Checks.StatusRange> good = List.of(new Checks.StatusRange(200, 299));
    flow =
        Optional.of(
            new FlowSpec(
                flowName,
                new FlowSpec.Requests(new ServiceName(name), "POST", "/orders", good, key),
                new FlowSpec.Requests(new ServiceName(shipping), "POST", "/shipments", good, key),
                Duration.ofSeconds(5),
                0.99,
                20));
    return this;
  }

  /** Orders of this service that a database must know within five seconds. */
  Specs flowBySql(String flowName) {
    flow(flowName, "unused");
    FlowSpec requests = flow.orElseThrow();
    flow =
        Optional.of(
            new FlowSpec(
                flowName,
                requests.when(),
                new FlowSpec.Sql("jdbc:x", "select id", Duration.ofSeconds(3)),
                requests.within(),
                requests.atLeast(),
                requests.minSamples()));
    return this;
  }

  Specs flowByCounter(String flowName) {
    flowBySql(flowName);
    FlowSpec sql = flow.orElseThrow();
    flow =
        Optional.of(
            new FlowSpec(
                flowName,
                sql.when(),
                new FlowSpec.Promql("http://127.0.0.1:9090", "shipped", Duration.ofSeconds(3)),
                Duration.ofSeconds(20),
                sql.atLeast(),
                sql.minSamples()));
    return this;
  }

  Specs whenFailing(Remedy... wanted) {
    remedies = List.of(wanted);
    return this;
  }

  ServiceSpec build() {
    ServiceFixture fixture =
        ServiceFixture.service(name)
            .run(command.split(" "))
            .port(port)
            .replicas(min, max)
            .standby(standbys, mode)
            .budget(maxUnavailable, floor)
            .update(new Amount.Count(1), readyWithin);
    fallback.ifPresent(fixture::fallback);
    transaction.ifPresent(fixture::transaction);
    flow.ifPresent(fixture::flow);
    fixture.whenFailing(remedies).group(group);
    dependsOn.ifPresent(fixture::dependsOn);
    return max > min ? fixture.scale(scale()).build() : fixture.build();
  }

  private ServiceSpec.ScalePolicy scale() {
    return new ServiceSpec.ScalePolicy(
        Optional.of(new Amount.Share(0.7)),
        Optional.empty(),
        Optional.empty(),
        Duration.ofSeconds(6),
        Duration.ofSeconds(60),
        new Amount.Share(1),
        1,
        downDelay);
  }

  static Deployment deployment(Specs... specs) {
    return new Deployment(
        Path.of("/srv"), List.of(specs).stream().map(Specs::build).toList(), List.of());
  }
}
