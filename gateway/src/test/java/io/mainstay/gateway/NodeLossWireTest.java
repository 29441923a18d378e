package io.mainstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.gateway.transport.Transport;
import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Several nodes on loopback. Time-outs are longer than what clients wait, so that a test fails if
 * anything but the silence of the node moves a request.
 */
@ParameterizedClass
@MethodSource("io.mainstay.gateway.ForwardingWireTest#transports")
class NodeLossWireTest {
  private static final NodeName SELF = new NodeName("n1");
  private static final NodeName NEAR = new NodeName("n2");
  private static final NodeName FAR = new NodeName("n3");

  private final Transport.Preference transport;

  NodeLossWireTest(Transport.Preference transport) {
    this.transport = transport;
  }

  private static TrafficPolicy patient() {
    Duration longer = Duration.ofSeconds(30);
    return TestWorld.policy(
        draft -> draft.timeouts(longer, longer, longer, longer).eject(Duration.ofMillis(200)));
  }

  private static Topology topology(String... evacuated) {
    SequencedMap<NodeName, String> zones = new LinkedHashMap<>();
    zones.put(SELF, "a");
    zones.put(NEAR, "a");
    zones.put(FAR, "b");
    return new Topology(SELF, zones, List.of(evacuated));
  }

  private static void publish(TestWorld world, NodeName node, int first, int... ports) {
    publish(world, node, first, Role.SERVING, ports);
  }

  private static void publish(TestWorld world, NodeName node, int first, Role role, int... ports) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int i = 0; i < ports.length; i++) {
      endpoints.add(
          new Endpoint(
              TestWorld.id(first + i),
              node,
              1,
              role,
              Readiness.READY,
              Optional.of(new Address("127.0.0.1", ports[i]))));
    }
    world.gateway.publish(node, endpoints);
  }

  @Test
  void requestsStayNearAndFollowWhoeverIsLeft() throws IOException {
    try (TestWorld world = new TestWorld(transport).deploy(patient());
        TestBackend own = TestBackend.answering("own");
        TestBackend near = TestBackend.answering("near");
        TestBackend far = TestBackend.answering("far");
        RawClient client = world.client()) {
      world.gateway.topology(topology());
      publish(world, SELF, 1, own.port());
      publish(world, NEAR, 2, near.port());
      publish(world, FAR, 3, far.port());
      assertThat(answers(client)).containsOnly("own");

      world.gateway.withdraw(TestWorld.id(1), 1, "it exited");
      assertThat(answers(client)).containsOnly("near");

      world.gateway.topology(topology("a"));
      assertThat(answers(client)).as("zone a is evacuated").containsOnly("far");

      // A withdrawal concerns the own node only; the others publish what they have left.
      publish(world, FAR, 3);
      assertThat(answers(client)).as("nobody else is left").containsOnly("near");
    }
  }

  private static List<String> answers(RawClient client) throws IOException {
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      answers.add(client.get("/").text());
    }
    return answers;
  }

  @Test
  void losesNoGetWhenANodeDiesAndUsesItAgainWhenItIsBack() throws Exception {
    try (TestWorld world = new TestWorld(transport).deploy(patient());
        TestBackend alive = TestBackend.answering("ok");
        MortalNode mortal = new MortalNode()) {
      world.gateway.topology(topology());
      publish(world, NEAR, 1, alive.port());
      publish(world, SELF, 9);
      publishMortal(world, mortal);
      AtomicBoolean stop = new AtomicBoolean();
      int failed = 0;
      try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          all.add(clients.submit(() -> load(world, stop)));
        }
        TestWorld.await(() -> mortal.answered() > 100 && !alive.requests.isEmpty());
        mortal.die();
        TestWorld.await(() -> world.told.contains("silent n9"));
        int before = alive.requests.size();
        TestWorld.await(() -> alive.requests.size() > before + 100);
        int served = mortal.answered();
        mortal.revive();
        TestWorld.await(() -> world.told.contains("heard n9"));
        TestWorld.await(() -> mortal.answered() > served + 100);
        stop.set(true);
        for (Future<Integer> one : all) {
          failed += one.get();
        }
      }
      assertThat(failed).as("failed GETs").isZero();
    }
  }

  private static void publishMortal(TestWorld world, MortalNode mortal) {
    // In the same zone as the other one, so that both get requests.
    SequencedMap<NodeName, String> zones = new LinkedHashMap<>(topology().zones());
    zones.put(new NodeName("n9"), "a");
    world.gateway.topology(new Topology(SELF, zones, List.of()));
    publish(world, new NodeName("n9"), 2, mortal.port(), mortal.port(), mortal.port());
  }

  private static int load(TestWorld world, AtomicBoolean stop) throws IOException {
    int failed = 0;
    try (RawClient client = world.client()) {
      while (!stop.get()) {
        failed += client.get("/").status() == 200 ? 0 : 1;
      }
    }
    return failed;
  }

  @Test
  void aStandbyOnAnotherNodeServesWhenANodeIsSilent() throws Exception {
    try (TestWorld world = new TestWorld(transport).deploy(patient());
        TestBackend standby = TestBackend.answering("standby");
        MortalNode mortal = new MortalNode();
        RawClient client = world.client()) {
      world.gateway.topology(topology());
      publishMortal(world, mortal);
      publish(world, FAR, 7, Role.STANDBY, standby.port());
      assertThat(client.get("/").text()).isEqualTo("mortal");

      mortal.die();

      assertThat(client.get("/").text()).isEqualTo("standby");
      assertThat(world.told).contains("silent n9", "promoted shop-7 for shop-2");
    }
  }

  @Test
  void movesAGetOnFromEachNodeThatFallsSilent() throws Exception {
    try (TestWorld world = new TestWorld(transport).deploy(patient());
        TestBackend far = TestBackend.answering("far");
        MortalNode one = new MortalNode();
        MortalNode other = new MortalNode();
        RawClient client = world.client()) {
      SequencedMap<NodeName, String> zones = new LinkedHashMap<>(topology().zones());
      zones.put(new NodeName("n9"), "a");
      world.gateway.topology(new Topology(SELF, zones, List.of()));
      publish(world, NEAR, 1, one.port());
      publish(world, new NodeName("n9"), 2, other.port());
      assertThat(answers(client)).containsOnly("mortal");
      publish(world, FAR, 3, far.port());
      one.die();
      other.die();

      // By the policy a request is tried twice.
      assertThat(client.get("/").text()).isEqualTo("far");
      TestWorld.await(() -> world.told.containsAll(List.of("silent n2", "silent n9")));
    }
  }

  @Test
  void aSlowInstanceDoesNotMakeItsNodeSilent() throws Exception {
    try (TestWorld world = new TestWorld(transport).deploy(patient());
        TestBackend slow =
            new TestBackend((request, socket, out) -> {
              sleep();
              return TestBackend.text("slow").answer(request, socket, out);
            });
        RawClient client = world.client()) {
      world.gateway.topology(topology());
      publish(world, FAR, 1, slow.port());

      assertThat(client.get("/").text()).isEqualTo("slow");

      assertThat(slow.accepted.get()).as("the node was asked").isGreaterThan(1);
      assertThat(world.told).doesNotContain("silent n3");
    }
  }

  private static void sleep() {
    long end = System.nanoTime() + 900_000_000L;
    while (System.nanoTime() - end < 0) {
      java.util.concurrent.locks.LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  @Test
  void newTcpConnectionsLeaveASilentNode() throws Exception {
    ListenerSpec listener =
        TestWorld.listener(ListenerSpec.Protocol.TCP, Optional.empty(), TestWorld.limits());
    try (TestWorld world = new TestWorld(transport).deploy(patient(), listener);
        TestBackend far = TestBackend.answering("far");
        MortalNode mortal = new MortalNode()) {
      world.gateway.topology(topology());
      publishMortal(world, mortal);
      publish(world, FAR, 7, far.port());
      mortal.die();

      // Which instance a connection meets is a matter of chance; some meet the dead node.
      List<RawClient> clients = new ArrayList<>();
      try {
        TestWorld.await(() -> {
          clients.add(connected(world));
          return world.told.contains("silent n9");
        });
        try (RawClient second = world.client()) {
          assertThat(second.get("/").text()).isEqualTo("far");
        }
        assertThat(clients).noneMatch(client -> client.socket.isClosed());
      } finally {
        for (RawClient client : clients) {
          client.close();
        }
      }
    }
  }

  private static RawClient connected(TestWorld world) {
    try {
      return world.client();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
