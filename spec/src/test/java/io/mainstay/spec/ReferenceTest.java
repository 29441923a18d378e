package io.mainstay.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.Disconnect;
import io.mainstay.model.spec.Place;
import io.mainstay.model.spec.PoolSpec;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.SpecProblem;
import io.mainstay.ports.SpecReader.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reference file shows every key; its values are the defaults, or examples. */
class ReferenceTest {
  private static final String LATER = " +(sticky|idle: 10m).*";

  private final YamlSpecReader reader = new YamlSpecReader();

  /** {@code scale} stands in it beside {@code replicas: 3}, which only its comment resolves. */
  static String reference() throws IOException {
    return Files.readString(Path.of("../docs/reference.yaml"))
        .replace("replicas: 3  ", "replicas: {min: 2, max: 10}  ");
  }

  static String withoutLater() throws IOException {
    return reference()
        .lines()
        .filter(line -> !line.matches(LATER))
        .collect(Collectors.joining("\n"));
  }

  @Test
  void refusesExactlyWhatComesLater() throws IOException {
    Outcome outcome = reader.read(reference(), "reference.yaml", Path.of("/srv"));
    assertThat(outcome).isInstanceOf(Outcome.Invalid.class);
    assertThat(((Outcome.Invalid) outcome).problems())
        .allMatch(problem -> problem.expected().equals("not supported yet"))
        .extracting(SpecProblem::key)
        .containsExactly("services.shop.sticky", "services.shop.scale.idle");
  }

  @Test
  void readsAllTheRest() throws IOException {
    Deployment deployment = deployment(withoutLater());
    assertThat(deployment.services())
        .extracting(service -> service.name().value())
        .containsExactly("shop", "shop-lite", "orders");
    assertThat(deployment.listeners())
        .extracting(listener -> listener.name() + " " + listener.bind())
        .containsExactly("shop 0.0.0.0:8080", "public 0.0.0.0:8443", "queue 127.0.0.1:5672");
  }

  @Test
  void hasTheDefaults() throws IOException {
    ServiceSpec shown = service(deployment(withoutLater()), "shop");
    ServiceSpec bare = service(deployment("services: {shop: {run: x}}"), "shop");
    assertThat(bare.port()).isEqualTo(shown.port());
    assertThat(bare.protocol()).isEqualTo(shown.protocol());
    assertThat(bare.readyAfter()).isEqualTo(shown.readyAfter());
    assertThat(bare.restart()).isEqualTo(shown.restart());
    assertThat(bare.stop()).isEqualTo(shown.stop());
    assertThat(bare.budget()).isEqualTo(shown.budget());
    assertThat(bare.update()).isEqualTo(shown.update());
    assertThat(bare.standby().mode()).isEqualTo(shown.standby().mode());
    assertThat(bare.standby().rehearse()).isEqualTo(shown.standby().rehearse());
    assertThat(bare.traffic())
        .usingRecursiveComparison()
        .ignoringFields("weights")
        .isEqualTo(shown.traffic());
    assertThat(bare.checks().ready().orElseThrow())
        .usingRecursiveComparison()
        .ignoringFields("probe")
        .isEqualTo(shown.checks().ready().orElseThrow());
    assertThat(bare.business().whenFailing()).isEqualTo(shown.business().whenFailing());
    assertThat(bare.business().restore()).isEqualTo(shown.business().restore());
    assertThat(bare.disconnect()).isEqualTo(shown.disconnect()).isEqualTo(Disconnect.DEFAULT);
    assertThat(bare.place()).isEqualTo(Place.ANYWHERE);
    assertThat(shown.place().require()).containsExactly(Map.entry("zone", "a"));
    assertThat(bare.replicas()).isEqualTo(new ServiceSpec.Replicas(1, 1));
    assertThat(bare.standby().count()).isZero();
  }

  @Test
  void hasTheDefaultsOfChecksAndScale() throws IOException {
    ServiceSpec shown = service(deployment(withoutLater()), "shop");
    ServiceSpec bare =
        service(
            deployment(
                """
                services:
                  shop:
                    run: x
                    replicas: {min: 2, max: 10}
                    hooks: {setup: {run: x}, start: x}
                    checks: {startup: {http: {}}, live: {run: x}}
                """),
            "shop");
    assertThat(bare.checks().startup().orElseThrow())
        .usingRecursiveComparison()
        .ignoringFields("probe")
        .isEqualTo(shown.checks().startup().orElseThrow());
    assertThat(bare.checks().live().orElseThrow())
        .usingRecursiveComparison()
        .ignoringFields("probe")
        .isEqualTo(shown.checks().live().orElseThrow());
    assertThat(bare.scale().orElseThrow())
        .usingRecursiveComparison()
        .ignoringFields("concurrency", "rps", "cpu")
        .isEqualTo(shown.scale().orElseThrow());
    assertThat(bare.hooks().setup().orElseThrow().timeout()).hasSeconds(30);
    assertThat(bare.hooks().start().orElseThrow().timeout()).hasSeconds(30);
  }

  @Test
  void hasTheDefaultsOfListeners() throws IOException {
    Deployment shown = deployment(withoutLater());
    Deployment bare =
        deployment(
            """
            services: {shop: {run: x}}
            listeners: {web: {bind: 8080, routes: [{service: shop}]}}
            """);
    assertThat(bare.listeners().getFirst().limits()).isEqualTo(shown.listeners().get(1).limits());
    assertThat(bare.listeners().getFirst().protocol())
        .isEqualTo(shown.listeners().get(1).protocol());
    assertThat(shown.listeners().getFirst().limits()).isEqualTo(shown.listeners().get(1).limits());
  }

  @Test
  void hasTheDefaultsOfPools() throws IOException {
    PoolSpec shown = deployment(withoutLater()).pools().getFirst();
    PoolSpec bare =
        deployment(
                """
                services: {shop: {run: x}}
                pools: {workers: {max: 5, provider: {script: {create: x, destroy: x, list: x}}}}
                """)
            .pools()
            .getFirst();
    assertThat(bare)
        .usingRecursiveComparison()
        .ignoringFields("provider", "labels", "hooks")
        .isEqualTo(shown);
    assertThat(((PoolSpec.Provider.Script) bare.provider()).timeout())
        .isEqualTo(((PoolSpec.Provider.Script) shown.provider()).timeout());
    assertThat(shown.hooks().ready().orElseThrow().timeout()).hasSeconds(30);
  }

  private Deployment deployment(String text) {
    Outcome outcome = reader.read(text, "reference.yaml", Path.of("/srv"));
    assertThat(outcome).isInstanceOf(Outcome.Valid.class);
    return ((Outcome.Valid) outcome).deployment();
  }

  private static ServiceSpec service(Deployment deployment, String name) {
    return deployment.service(new ServiceName(name)).orElseThrow();
  }
}
