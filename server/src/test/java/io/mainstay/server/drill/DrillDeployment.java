package io.mainstay.server.drill;

import io.mainstay.model.Address;
import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.Business;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.Disconnect;
import io.mainstay.model.spec.DrillSpec;
import io.mainstay.model.spec.GroupStrategy;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.Place;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.DrillReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What is applied in tests of drills. */
final class DrillDeployment {
  private static final List<DrillSpec> DRILLS =
      List.of(
          new DrillSpec(
              "lose-orders",
              DrillReport.Kind.BUSINESS,
              List.of("break-it"),
              List.of("mend-it"),
              Optional.empty(),
              50,
              Duration.ofSeconds(2),
              Duration.ofSeconds(20),
              0.01,
              Optional.of(Duration.ofDays(7)),
              Optional.empty(),
              100,
              false));

  private DrillDeployment() {}

  /** With a listener on that port. */
  static Deployment of(int listenerPort) {
    Checks.Check ready =
        new Checks.Check(
            new Checks.Probe.Http(
                "/healthz", "GET", List.of(), Optional.empty(), new LinkedHashMap<>()),
            Duration.ofSeconds(2),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            3,
            2,
            Optional.empty());
    ServiceSpec shop =
        new ServiceSpec(
            DrillFixture.SHOP,
            new Workload.Upstreams(List.of()),
            new PortPolicy.Auto(),
            ServiceSpec.Protocol.AUTO,
            new ServiceSpec.Replicas(3, 3),
            new ServiceSpec.Standby(1, ServiceSpec.StandbyMode.HOT, Duration.ofMinutes(5)),
            Duration.ofSeconds(1),
            List.of(),
            ServiceSpec.Hooks.NONE,
            new Checks(Optional.empty(), Optional.of(ready), Optional.empty()),
            new ServiceSpec.RestartPolicy(
                ServiceSpec.RestartOn.ALWAYS,
                Duration.ofMillis(100),
                2,
                Duration.ofSeconds(30),
                Duration.ofSeconds(90),
                5,
                Duration.ofMinutes(1)),
            new ServiceSpec.StopPolicy(Duration.ofSeconds(30), "TERM", Duration.ofSeconds(10)),
            traffic(),
            Optional.empty(),
            new ServiceSpec.DisruptionBudget(new Amount.Count(1), 1),
            new ServiceSpec.UpdatePolicy(new Amount.Count(1), Duration.ofMinutes(2)),
            Place.ANYWHERE,
            Disconnect.DEFAULT,
            Business.NONE,
            GroupStrategy.ONE_FOR_ONE,
            DRILLS);
    ListenerSpec.Route route =
        new ListenerSpec.Route(
            Optional.empty(),
            Optional.empty(),
            List.of(),
            new LinkedHashMap<>(),
            DrillFixture.SHOP,
            Optional.empty());
    ListenerSpec listener =
        new ListenerSpec(
            "shop",
            new Address("0.0.0.0", listenerPort),
            ListenerSpec.Protocol.HTTP,
            Optional.empty(),
            new ListenerSpec.Limits(
                65536, 16384, Duration.ofSeconds(10), Duration.ofSeconds(60), 10000),
            List.of(route));
    return new Deployment(Path.of("/"), List.of(shop), List.of(listener));
  }

  private static TrafficPolicy traffic() {
    Duration second = Duration.ofSeconds(1);
    return new TrafficPolicy(
        TrafficPolicy.Balance.P2C,
        new LinkedHashMap<>(),
        new TrafficPolicy.Timeouts(second, second, second, second),
        new TrafficPolicy.Retries(2, 0.2, List.of(), List.of(), List.of()),
        new TrafficPolicy.Outliers(5, 0.5, second, second, second, second, 0.5),
        new TrafficPolicy.Concurrency(OptionalInt.empty(), 10, second, second),
        second);
  }
}
