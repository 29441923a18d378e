package io.mainstay.decisions.signals;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.ServiceSignals;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SignalMergeTest {
  private static final ServiceName SHOP = new ServiceName("shop");
  private final SequencedMap<NodeName, List<ServiceSignals>> gateways = new TreeMap<>();

  @Test
  void addsUpWhatEachGatewayHas() {
    says("n1", 10, instance(1, 4, 30, 10, 20, null, true));
    says("n2", 5, instance(1, 2, 10, 30, 12, null, false), instance(2, 0, 0, 0, 40, null, true));
    ServiceSignals merged = SignalMerge.merge(gateways).getFirst();
    assertThat(merged.requestsPerSecond()).isEqualTo(15);
    assertThat(merged.inFlight()).isEqualTo(6);
    assertThat(merged.queued()).isEqualTo(2);
    InstanceSignals first = merged.instances().getFirst();
    assertThat(first.inFlight()).isEqualTo(6);
    assertThat(first.requestsPerSecond()).isEqualTo(40);
    assertThat(first.latency()).isEqualTo(Duration.ofMillis(15));
    assertThat(first.concurrencyLimit()).isEqualTo(32);
    assertThat(first.routed()).isTrue();
    assertThat(merged.instances().get(1).concurrencyLimit()).isEqualTo(40);
  }

  @Test
  void isEjectedIfAGatewayEjectedItAndNoneRoutesToItAndSaysWhich() {
    says("n1", 0, instance(1, 0, 0, 0, 20, null, false));
    says("n2", 0, instance(1, 0, 0, 0, 20, "5 failures in a row", false));
    InstanceSignals merged = SignalMerge.merge(gateways).getFirst().instances().getFirst();
    assertThat(merged.ejected()).contains("by n2: 5 failures in a row");
    assertThat(merged.routed()).isFalse();
  }

  @Test
  void oneGatewaysEjectionCondemnsNobodyForAll() {
    says("n1", 0, instance(1, 0, 0, 0, 20, null, true));
    says("n2", 0, instance(1, 0, 0, 0, 20, "5 failures in a row", false));
    InstanceSignals merged = SignalMerge.merge(gateways).getFirst().instances().getFirst();
    assertThat(merged.ejected()).isEmpty();
    assertThat(merged.routed()).isTrue();
  }

  @Test
  void countsTheNewestRunOnly() {
    InstanceSignals old = instance(1, 7, 0, 0, 20, "old", false);
    InstanceSignals current =
        new InstanceSignals(old.id(), 2, 1, 0, 0, Duration.ZERO, 20, Optional.empty(), true);
    says("n1", 0, current);
    says("n2", 0, old);
    InstanceSignals merged = SignalMerge.merge(gateways).getFirst().instances().getFirst();
    assertThat(merged).isEqualTo(current);
  }

  @Test
  void leavesASingleGatewaysWordsAlone() {
    says("n1", 3, instance(1, 7, 0, 0, 20, "why", false));
    assertThat(SignalMerge.merge(gateways)).isSameAs(gateways.get(new NodeName("n1")));
    gateways.clear();
    assertThat(SignalMerge.merge(gateways)).isEmpty();
  }

  private void says(String gateway, double rate, InstanceSignals... instances) {
    int inFlight = List.of(instances).stream().mapToInt(InstanceSignals::inFlight).sum();
    gateways.put(
        new NodeName(gateway),
        List.of(new ServiceSignals(SHOP, rate, inFlight, 1, 0, List.of(instances))));
  }

  private static InstanceSignals instance(
      int number,
      int inFlight,
      double rate,
      int millis,
      int limit,
      String ejected,
      boolean routed) {
    return new InstanceSignals(
        new InstanceId(SHOP, number),
        1,
        inFlight,
        rate,
        0,
        Duration.ofMillis(millis),
        limit,
        Optional.ofNullable(ejected),
        routed);
  }
}
