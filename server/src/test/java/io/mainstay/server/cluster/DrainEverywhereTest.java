package io.mainstay.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Endpoint;
import io.mainstay.ports.ClusterControl.Use;
import io.mainstay.ports.TrafficControl;
import io.mainstay.testkit.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DrainEverywhereTest {
  private static final InstanceId INSTANCE = new InstanceId(States.SHOP, 1);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final VirtualTime time = new VirtualTime();
  private final TreeMap<Address, Use> uses = new TreeMap<>(Comparator.comparing(Address::host));
  private final List<Integer> drained = new ArrayList<>();
  private final KnownNodes nodes = new KnownNodes();
  private final DrainEverywhere drains =
      new DrainEverywhere(States.node(1), new IdleGateway(), nodes, time.mailbox("server"), time);

  /** A gateway that is always through at once, and had to cut two. */
  private static final class IdleGateway implements TrafficControl {
    @Override
    public void configure(Deployment deployment) {}

    @Override
    public void publish(NodeName node, List<Endpoint> endpoints) {}

    @Override
    public void withdraw(InstanceId instance, long generation, String reason) {}

    @Override
    public void drain(InstanceId instance, long generation, Duration limit, Consumer<Integer> cut) {
      cut.accept(2);
    }
  }

  private void threeNodes() {
    nodes.changed(
        States.state(
            List.of(States.presence(1, true), States.presence(2, true), States.presence(3, true)),
            List.of()));
    drains.askBy((node, instance, generation) -> {
      assertThat(instance).isEqualTo(INSTANCE);
      assertThat(generation).isEqualTo(7);
      Use use = uses.get(node);
      return use == null
          ? CompletableFuture.failedFuture(new IOException("no route"))
          : CompletableFuture.completedFuture(use);
    });
    uses.put(States.api(2), Use.NONE);
    uses.put(States.api(3), Use.NONE);
  }

  private void drain() {
    drains.drain(INSTANCE, 7, LIMIT, drained::add);
  }

  private void runFor(int millis) {
    time.runFor(Duration.ofMillis(millis));
  }

  @Test
  void isThroughWithTheOwnGatewayWhereThereIsNoOther() {
    drain();
    runFor(1);
    assertThat(drained).containsExactly(2);
  }

  @Test
  void waitsForRequestsThatOtherGatewaysHaveInFlight() {
    threeNodes();
    uses.put(States.api(3), Use.ROUTED);
    drain();
    runFor(200);
    uses.put(States.api(3), Use.IN_FLIGHT);
    runFor(20_000);
    assertThat(drained).isEmpty();
    uses.put(States.api(3), Use.NONE);
    runFor(200);
    assertThat(drained).containsExactly(2);
  }

  @Test
  void waitsNoLongerThanTheLimit() {
    threeNodes();
    uses.put(States.api(2), Use.IN_FLIGHT);
    drain();
    runFor(29_000);
    assertThat(drained).isEmpty();
    runFor(1_200);
    assertThat(drained).containsExactly(2);
  }

  @Test
  void waitsNotLongForANodeThatDoesNotHearOfIt() {
    threeNodes();
    uses.put(States.api(2), Use.ROUTED);
    drain();
    runFor(4_500);
    assertThat(drained).isEmpty();
    runFor(1_000);
    assertThat(drained).containsExactly(2);
  }

  @Test
  void doesNotWaitForANodeThatDoesNotAnswer() {
    threeNodes();
    uses.remove(States.api(2));
    drain();
    runFor(300);
    assertThat(drained).containsExactly(2);
  }

  @Test
  void doesNotAskNodesWhoseSessionIsGone() {
    threeNodes();
    nodes.changed(
        States.state(List.of(States.presence(1, true), States.presence(2, false)), List.of()));
    uses.put(States.api(2), Use.IN_FLIGHT);
    drain();
    runFor(1);
    assertThat(drained).containsExactly(2);
  }
}
