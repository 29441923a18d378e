package io.mainstay.decisions.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.Business;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.Disconnect;
import io.mainstay.model.spec.DrillSpec;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.FlowSpec;
import io.mainstay.model.spec.GroupStrategy;
import io.mainstay.model.spec.Place;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.Remedy;
import io.mainstay.model.spec.RestorePolicy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.DrillReport;
import io.mainstay.testkit.ServiceFixture;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecDifferenceTest {
  private static final ServiceSpec SHOP = ServiceFixture.service("shop").build();

  /** Every component of a spec, each with another value; the test fails for one without. */
  private static final SequencedMap<String, Object> OTHER = others();

  @ParameterizedTest
  @CsvSource({
    "workload, run, true",
    "port, port, true",
    "protocol, protocol, true",
    "replicas, replicas, false",
    "standby, standby, false",
    "readyAfter, ready-after, false",
    "dependsOn, depends-on, false",
    "checks, checks, false",
    "restart, restart, false",
    "stop, stop, false",
    "scale, scale, false",
    "budget, budget, false",
    "update, update, false",
    "place, place, false",
    "disconnect, disconnect, false",
    "group, group, false",
    "drills, drills, false"
  })
  void knowsWhatAComponentCosts(String component, String key, boolean replaces)
      throws ReflectiveOperationException {
    SpecDifference difference = SpecDifference.between(SHOP, with(component));
    assertThat(replaces ? difference.replacing() : difference.live()).containsExactly(key);
    assertThat(replaces ? difference.live() : difference.replacing()).isEmpty();
  }

  @Test
  void knowsEveryComponentOfAServiceSpec() throws ReflectiveOperationException {
    for (RecordComponent component : ServiceSpec.class.getRecordComponents()) {
      if (!component.getName().equals("name")) {
        assertThat(SpecDifference.between(SHOP, with(component.getName())).isEmpty())
            .as(component.getName())
            .isFalse();
      }
    }
  }

  @Test
  void tellsTheHooksApart() {
    ServiceSpec before = ServiceFixture.service("shop").hooks("a", "b", "c", "d", "e").build();
    SpecDifference difference =
        SpecDifference.between(
            before, ServiceFixture.service("shop").hooks("v", "w", "x", "y", "z").build());
    assertThat(difference.replacing()).containsExactly("hooks.setup", "hooks.start");
    assertThat(difference.live()).containsExactly("hooks.ready", "hooks.drain", "hooks.stop");
  }

  @Test
  void namesTheKeysOfAWorkload() {
    SequencedMap<String, Workload.EnvironmentValue> environment = new LinkedHashMap<>();
    environment.put("MODE", new Workload.EnvironmentValue.Text("prod"));
    Workload other =
        new Workload.Run(
            List.of("other"),
            Path.of("/elsewhere"),
            environment,
            Optional.of("shop"),
            new Workload.Limits(OptionalLong.of(1), OptionalDouble.empty(), OptionalLong.empty()));
    assertThat(SpecDifference.between(SHOP, withWorkload(other)).replacing())
        .containsExactly("run", "dir", "env", "user", "limits");
  }

  @Test
  void namesTheKeysOfATrafficPolicy() throws ReflectiveOperationException {
    assertThat(SpecDifference.between(SHOP, with("traffic")).live())
        .containsExactly(
            "balance", "weights", "timeouts", "retries", "outliers", "concurrency", "slow-start");
  }

  @Test
  void namesTheKeysOfTheBusiness() throws ReflectiveOperationException {
    assertThat(SpecDifference.between(SHOP, with("business")).live())
        .containsExactly("flows", "when-failing", "fallback", "restore");
  }

  @Test
  void replacesOnlyTheUpstreamsWhoseAddressDiffers() {
    ServiceSpec before =
        ServiceFixture.service("shop").upstreams(new Address("a", 1), new Address("b", 1)).build();
    ServiceSpec after =
        ServiceFixture.service("shop")
            .upstreams(new Address("a", 1), new Address("c", 1), new Address("d", 1))
            .build();
    ServiceName name = new ServiceName("shop");
    assertThat(SpecDifference.between(before, after).replacing()).containsExactly("upstreams");
    assertThat(SpecDifference.replaces(new InstanceId(name, 1), before, after)).isFalse();
    assertThat(SpecDifference.replaces(new InstanceId(name, 2), before, after)).isTrue();
  }

  @Test
  void seesNoDifferenceBetweenEquals() {
    assertThat(SpecDifference.between(SHOP, ServiceFixture.service("shop").build()).isEmpty())
        .isTrue();
  }

  private static ServiceSpec with(String component) throws ReflectiveOperationException {
    RecordComponent[] components = ServiceSpec.class.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] = components[i].getAccessor().invoke(SHOP);
      if (components[i].getName().equals(component)) {
        assertThat(OTHER).as("another value for a new component").containsKey(component);
        values[i] = OTHER.get(component);
      }
    }
    Constructor<ServiceSpec> constructor =
        ServiceSpec.class.getDeclaredConstructor(
            Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
    return constructor.newInstance(values);
  }

  private static ServiceSpec withWorkload(Workload workload) {
    OTHER.put("workload", workload);
    try {
      return with("workload");
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    } finally {
      OTHER.put("workload", others().get("workload"));
    }
  }

  private static SequencedMap<String, Object> others() {
    SequencedMap<String, Object> others = new LinkedHashMap<>();
    others.put("workload", ServiceFixture.service("shop").run("other").build().workload());
    others.put("port", new PortPolicy.Fixed(8080));
    others.put("protocol", ServiceSpec.Protocol.TCP);
    others.put("replicas", new ServiceSpec.Replicas(7, 7));
    others.put(
        "standby", new ServiceSpec.Standby(2, ServiceSpec.StandbyMode.WARM, Duration.ofMinutes(1)));
    others.put(
        "place",
        new Place(
            "zone",
            new LinkedHashMap<>(),
            new LinkedHashMap<>(),
            true,
            OptionalInt.empty(),
            List.of()));
    others.put(
        "business",
        new Business(
            Optional.of(new Fallback.ToService(new ServiceName("lite"))),
            List.of(),
            List.of(flow()),
            List.of(Remedy.NOTIFY),
            new RestorePolicy(RestorePolicy.Mode.MANUAL, 1, List.of(1.0), Duration.ofSeconds(1))));
    others.put("disconnect", new Disconnect(Duration.ofMinutes(1), false));
    others.put("group", GroupStrategy.ONE_FOR_ALL);
    others.put(
        "drills",
        List.of(
            new DrillSpec(
                "kill-one",
                DrillReport.Kind.KILL,
                List.of(),
                List.of(),
                Optional.empty(),
                50,
                Duration.ofSeconds(30),
                Duration.ofMinutes(1),
                0.01,
                Optional.empty(),
                Optional.empty(),
                100,
                false)));
    others.put("readyAfter", Duration.ofSeconds(9));
    others.put("dependsOn", List.of(new ServiceName("orders")));
    others.put(
        "hooks", ServiceFixture.service("shop").hooks("a", "b", "c", "d", "e").build().hooks());
    others.put("checks", new Checks(Optional.empty(), Optional.empty(), Optional.empty()));
    others.put(
        "restart",
        new ServiceSpec.RestartPolicy(
            ServiceSpec.RestartOn.NEVER,
            Duration.ZERO,
            1,
            Duration.ZERO,
            Duration.ZERO,
            1,
            Duration.ZERO));
    others.put("stop", new ServiceSpec.StopPolicy(Duration.ZERO, "INT", Duration.ZERO));
    others.put("traffic", traffic());
    others.put(
        "scale",
        Optional.of(
            new ServiceSpec.ScalePolicy(
                Optional.empty(),
                Optional.of(5.0),
                Optional.empty(),
                Duration.ofSeconds(6),
                Duration.ofSeconds(60),
                new Amount.Share(1),
                1,
                Duration.ZERO)));
    others.put("budget", new ServiceSpec.DisruptionBudget(new Amount.Count(5), 0));
    others.put("update", new ServiceSpec.UpdatePolicy(new Amount.Count(5), Duration.ZERO));
    return others;
  }

  private static FlowSpec flow() {
    FlowSpec.Key key = new FlowSpec.Key.Header("X-Order-Id");
    ServiceName shop = new ServiceName("shop");
    return new FlowSpec(
        "ship",
        new FlowSpec.Requests(shop, "POST", "/orders", List.of(), key),
        new FlowSpec.Requests(shop, "POST", "/shipments", List.of(), key),
        Duration.ofSeconds(5),
        0.99,
        20);
  }

  private static TrafficPolicy traffic() {
    SequencedMap<String, Double> weights = new LinkedHashMap<>();
    weights.put("shop-1", 2.0);
    return new TrafficPolicy(
        TrafficPolicy.Balance.FIRST,
        weights,
        new TrafficPolicy.Timeouts(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO),
        new TrafficPolicy.Retries(1, 0, List.of(), List.of(), List.of()),
        new TrafficPolicy.Outliers(
            1, 1, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, 1),
        new TrafficPolicy.Concurrency(OptionalInt.of(1), 1, Duration.ZERO, Duration.ZERO),
        Duration.ZERO);
  }
}
