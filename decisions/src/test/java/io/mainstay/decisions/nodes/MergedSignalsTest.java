package io.mainstay.decisions.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.ServiceSignals;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MergedSignalsTest {
  private static final ServiceName SHOP = new ServiceName("shop");

  private static InstanceSignals seen(
      long generation, int inFlight, double rate, int millis, String ejected, boolean routed) {
    return new InstanceSignals(
        new InstanceId(SHOP, 1),
        generation,
        inFlight,
        rate,
        0,
        Duration.ofMillis(millis),
        10,
        Optional.ofNullable(ejected),
        routed);
  }

  private static List<ServiceSignals> gateway(int queued, InstanceSignals... instances) {
    return List.of(new ServiceSignals(SHOP, 5, 2, queued, 0.5, List.of(instances)));
  }

  private static ServiceSignals merged(List<ServiceSignals> one, List<ServiceSignals> other) {
    List<ServiceSignals> all = MergedSignals.of(List.of(one, other));
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  @Test
  void sumsWhatAllGatewaysCarry() {
    ServiceSignals shop =
        merged(
            gateway(3, seen(1, 1, 10, 20, null, true)), gateway(4, seen(1, 2, 30, 40, null, true)));
    assertThat(shop.requestsPerSecond()).isEqualTo(10);
    assertThat(shop.queued()).isEqualTo(7);
    assertThat(shop.inFlight()).isEqualTo(4);
    InstanceSignals instance = shop.instances().getFirst();
    assertThat(instance.inFlight()).isEqualTo(3);
    assertThat(instance.requestsPerSecond()).isEqualTo(40);
    assertThat(instance.latency()).isEqualTo(Duration.ofMillis(35));
    assertThat(instance.concurrencyLimit()).isEqualTo(20);
  }

  @Test
  void oneGatewaysEjectionCondemnsNobodyForAll() {
    ServiceSignals shop =
        merged(
            gateway(0, seen(1, 0, 0, 0, "resets", false)),
            gateway(0, seen(1, 1, 9, 5, null, true)));
    assertThat(shop.instances().getFirst().ejected()).isEmpty();
    assertThat(shop.instances().getFirst().routed()).isTrue();
  }

  @Test
  void whatAllEjectedIsEjected() {
    ServiceSignals shop =
        merged(
            gateway(0, seen(1, 0, 0, 0, "resets", false)),
            gateway(0, seen(1, 0, 0, 0, "stalls", false)));
    assertThat(shop.instances().getFirst().ejected()).contains("stalls");
  }

  @Test
  void whatWasSeenOfAnOlderRunSaysNothing() {
    ServiceSignals shop =
        merged(
            gateway(0, seen(1, 7, 9, 5, "resets", false)),
            gateway(0, seen(2, 1, 1, 5, null, true)));
    InstanceSignals instance = shop.instances().getFirst();
    assertThat(instance.generation()).isEqualTo(2);
    assertThat(instance.inFlight()).isEqualTo(1);
    assertThat(instance.ejected()).isEmpty();
  }

  @Test
  void oneGatewayAloneIsPassedOn() {
    List<ServiceSignals> only = gateway(1, seen(1, 1, 1, 1, null, true));
    assertThat(MergedSignals.of(List.of(only))).isEqualTo(only);
  }
}
