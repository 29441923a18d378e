package io.mainstay.simulator;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.Disconnect;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.ServiceSpec.ScalePolicy;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.spec.Workload.EnvironmentValue;
import io.mainstay.testkit.SeededRandomness;
import io.mainstay.testkit.ServiceFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** What one world is about, drawn from its seed: services, their policies, and their load. */
final class Scenario {
  private static final List<StandbyMode> MODES =
      List.of(StandbyMode.HOT, StandbyMode.WARM, StandbyMode.COLD);
  private static final List<String> NAMES = List.of("front", "orders", "payments");

  private static final Disconnect LOST_AFTER = new Disconnect(Duration.ofSeconds(10), true);
  private static final Disconnect NOT_REPLACED = new Disconnect(Duration.ofSeconds(10), false);

  private final Optional<Deployment> given;
  private final List<Shape> shapes = new ArrayList<>();
  private final SequencedMap<ServiceName, Integer> rates = new LinkedHashMap<>();

  /** How one service is drawn; {@code version} is part of its environment. */
  private record Shape(
      String name,
      int min,
      int max,
      int standbys,
      StandbyMode mode,
      boolean live,
      boolean startup,
      boolean hooks,
      boolean dependsOnNext,
      Disconnect disconnect,
      int version) {
    Shape newer() {
      return new Shape(
          name,
          min,
          max,
          standbys,
          mode,
          live,
          startup,
          hooks,
          dependsOnNext,
          disconnect,
          version + 1);
    }

    Shape replicas(int newMin, int newMax) {
      return new Shape(
          name,
          newMin,
          newMax,
          standbys,
          mode,
          live,
          startup,
          hooks,
          dependsOnNext,
          disconnect,
          version);
    }
  }

  /**
   * Draws one.
   *
   * @param size how many machines there are
   */
  Scenario(SeededRandomness random, int size) {
    given = Optional.empty();
    int count = random.nextInt(1, 3);
    for (int i = 0; i < count; i++) {
      int min = random.nextInt(1, 4);
      shapes.add(
          new Shape(
              NAMES.get(i),
              min,
              random.chance(0.4) ? min + random.nextInt(1, 3) : min,
              random.chance(0.6) ? 1 : 0,
              MODES.get(random.nextInt(0, MODES.size())),
              random.chance(0.6),
              random.chance(0.25),
              random.chance(0.15),
              i + 1 < count && random.chance(0.3),
              size > 1 && random.chance(0.2) ? NOT_REPLACED : LOST_AFTER,
              1));
      rates.put(new ServiceName(NAMES.get(i)), random.nextInt(1, 8));
    }
  }

  /** One that is given, without load. */
  Scenario(Deployment deployment) {
    given = Optional.of(deployment);
  }

  /** What the file says now. */
  Deployment deployment() {
    return given.orElseGet(this::drawn);
  }

  private Deployment drawn() {
    return new Deployment(Path.of("/srv"), shapes.stream().map(Scenario::spec).toList(), List.of());
  }

  /** Requests a second of each service, apart from bursts. */
  SequencedMap<ServiceName, Integer> rates() {
    return rates;
  }

  List<ServiceName> services() {
    return List.copyOf(rates.keySet());
  }

  /** Services whose hung instances nobody but their live check would notice. */
  List<ServiceName> withLiveCheck() {
    return shapes.stream().filter(Shape::live).map(shape -> new ServiceName(shape.name())).toList();
  }

  /** Changes the environment of a service: its instances are replaced. */
  void newVersion(int service) {
    shapes.set(service, shapes.get(service).newer());
  }

  /** Changes the numbers of a service. */
  void replicas(int service, int min, int max) {
    shapes.set(service, shapes.get(service).replicas(min, max));
  }

  private static ServiceSpec spec(Shape shape) {
    ServiceFixture fixture =
        ServiceFixture.service(shape.name())
            .replicas(shape.min(), shape.max())
            .standby(shape.standbys(), shape.mode())
            .env("VERSION", new EnvironmentValue.Text(Integer.toString(shape.version())))
            .stop(Duration.ofSeconds(5), Duration.ofSeconds(3))
            .budget(new Amount.Count(1), 1)
            .disconnect(shape.disconnect());
    Checks.Probe probe =
        new Checks.Probe.Http(
            "/healthz",
            "GET",
            List.of(new Checks.StatusRange(200, 299)),
            Optional.empty(),
            new LinkedHashMap<>());
    fixture.ready(
        Optional.of(ServiceFixture.check(probe, Duration.ofSeconds(2), Optional.empty())));
    if (shape.live()) {
      fixture.live(ServiceFixture.check(probe, Duration.ofSeconds(5), Optional.empty()));
    }
    if (shape.startup()) {
      fixture.startup(
          ServiceFixture.check(probe, Duration.ofMillis(500), Optional.of(Duration.ofSeconds(60))));
    }
    if (shape.hooks()) {
      fixture.hooks("setup", "", "", "drain", "stop");
    }
    if (shape.dependsOnNext()) {
      fixture.dependsOn(NAMES.get(NAMES.indexOf(shape.name()) + 1));
    }
    if (shape.max() > shape.min()) {
      fixture.scale(
          new ScalePolicy(
              Optional.empty(),
              Optional.of(6.0),
              Optional.empty(),
              Duration.ofSeconds(6),
              Duration.ofSeconds(60),
              new Amount.Share(1),
              1,
              Duration.ofSeconds(20)));
    }
    return fixture.build();
  }
}
