package io.mainstay.gateway.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.gateway.TestPolicies;
import io.mainstay.gateway.loop.TrafficLoop;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.Topology;
import io.mainstay.ports.Time;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a large cluster publishes, on one thread. */
@Tag("deep")
class ManyNodesTest {
  private static final int NODES = 500;
  private static final int INSTANCES = 10;

  private static final class Still implements Time {
    @Override
    public MonotonicTime now() {
      return new MonotonicTime(1_000_000_000L);
    }

    @Override
    public Instant wallClock() {
      return Instant.EPOCH;
    }
  }

  private static NodeName node(int number) {
    return new NodeName("node-%03d".formatted(number));
  }

  private static List<Endpoint> endpoints(int node, long generation) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int i = 1; i <= INSTANCES; i++) {
      endpoints.add(
          new Endpoint(
              new InstanceId(TestPolicies.SHOP, node * INSTANCES + i),
              node(node),
              generation,
              Role.SERVING,
              Readiness.READY,
              Optional.of(new Address("10.0." + node / 256 + "." + node % 256, 20000 + i))));
    }
    return endpoints;
  }

  /** With a cost that grows by the square of the instances this takes minutes. */
  @Test
  @Timeout(60)
  void oneNodeOfFiveHundredChangesAndTheOthersKeepWhatTheyHaveInFlight() {
    EmbeddedChannel channel = new EmbeddedChannel();
    TrafficLoop loop = new TrafficLoop(0, channel.eventLoop(), new Still(), 5);
    Director director =
        new Director(List.of(loop), TestPolicies.silent(), (address, timeout, answered) -> {});
    director.configure(
        new Deployment(
            Path.of("/"),
            List.of(TestPolicies.service(TestPolicies.SHOP, TestPolicies.policy())),
            List.of(TestPolicies.listener())));
    director.topology(Topology.of(node(0)));
    for (int i = 0; i < NODES; i++) {
      director.publish(node(i), endpoints(i, 1));
      channel.runPendingTasks();
    }
    TrafficService service = director.service(TestPolicies.SHOP);
    assertThat(service).isNotNull();
    Backend other = service.table().traffic().getFirst();
    assertThat(other.enter()).isTrue();

    for (long generation = 2; generation < 100; generation++) {
      director.publish(node(250), endpoints(250, generation));
      channel.runPendingTasks();
    }

    assertThat(service.table().traffic()).hasSize(NODES * INSTANCES);
    assertThat(service.table().traffic().getFirst()).isSameAs(other);
    assertThat(other.inFlight()).isEqualTo(1);
    assertThat(service.table().views().getFirst().tiers())
        .extracting(group -> group.tier() + " " + group.candidates().length)
        .containsExactly("NODE 10", "OTHERS 4990");
    channel.close();
  }
}
