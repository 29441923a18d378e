package io.mainstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mainstay.gateway.transport.Transport;
import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Business;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.Overrides.Diversion;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.ServiceTraffic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Diversions and fallbacks, on every transport that works here. */
@ParameterizedClass
@MethodSource("transports")
class DetourWireTest {
  private static final ServiceName LITE = new ServiceName("lite");
  private static final ServiceName LAST = new ServiceName("last");
  private static final Duration SHORT = Duration.ofMillis(300);

  private final Transport.Preference transport;

  DetourWireTest(Transport.Preference transport) {
    this.transport = transport;
  }

  static Stream<Transport.Preference> transports() {
    return ForwardingWireTest.transports();
  }

  @Test
  void sendsWhatArrivesElsewhereAndBackAgain() throws Exception {
    try (TestWorld world = world(Optional.empty());
        TestBackend lite = TestBackend.answering("lite")) {
      world.serve(TestBackend.answering("shop"));
      publish(world, LITE, lite);
      try (RawClient client = world.client()) {
        assertThat(client.get("/").text()).isEqualTo("shop");
        world.gateway.divert(List.of(diversion("lite", 1)));
        for (int i = 0; i < 20; i++) {
          assertThat(client.get("/").text()).isEqualTo("lite");
        }
        assertThat(traffic(world, TestWorld.SHOP).diverted()).isEqualTo(20);
        assertThat(traffic(world, TestWorld.SHOP).arrived()).isEqualTo(21);
        assertThat(traffic(world, LITE).arrived()).isEqualTo(20);
        world.gateway.divert(List.of());
        assertThat(client.get("/").text()).isEqualTo("shop");
      }
    }
  }

  @Test
  void divertsAShare() throws Exception {
    try (TestWorld world = world(Optional.empty());
        TestBackend lite = TestBackend.answering("lite")) {
      world.serve(TestBackend.answering("shop"));
      publish(world, LITE, lite);
      world.gateway.divert(List.of(diversion("lite", 0.25)));
      try (RawClient client = world.client()) {
        int diverted = 0;
        for (int i = 0; i < 800; i++) {
          diverted += client.get("/").text().equals("lite") ? 1 : 0;
        }
        // Five standard deviations.
        assertThat(diverted).isCloseTo(200, within(62));
        // Nobody is there any more: the part stays with those who have the rest.
        publish(world, LITE);
        for (int i = 0; i < 20; i++) {
          assertThat(client.get("/").text()).isEqualTo("shop");
        }
      }
    }
  }

  @Test
  void leavesWhatIsUnderWayWhereItIsAndTakesWhatWaits() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    TrafficPolicy one = TestWorld.policy(draft -> draft.concurrency(1, 10, Duration.ofSeconds(9)));
    try (TestWorld world = world(Optional.empty(), one);
        TestBackend lite = TestBackend.answering("lite")) {
      world.serve(
          new TestBackend((request, socket, out) -> {
            await(goOn);
            return TestBackend.text("shop").answer(request, socket, out);
          }));
      publish(world, LITE, lite);
      CompletableFuture<String> running = get(world);
      TestWorld.await(() -> inFlight(world) == 1);
      CompletableFuture<String> waiting = get(world);
      TestWorld.await(() -> world.gateway.signals().getLast().queued() == 1);
      world.gateway.divert(List.of(diversion("lite", 1)));
      assertThat(waiting.get(5, TimeUnit.SECONDS)).isEqualTo("lite");
      assertThat(running).isNotDone();
      goOn.countDown();
      assertThat(running.get(5, TimeUnit.SECONDS)).isEqualTo("shop");
    }
  }

  @Test
  void endsByItsTimeWithoutBeingTold() throws Exception {
    try (TestWorld world = world(Optional.of(new Fallback.Answer(503, Optional.empty())))) {
      world.serve(TestBackend.answering("shop"));
      Diversion timed =
          new Diversion(
              TestWorld.SHOP,
              Optional.empty(),
              1,
              Optional.of(Instant.now().plusMillis(700)),
              "",
              Actor.operator("ada"));
      world.gateway.divert(List.of(timed));
      try (RawClient client = world.client()) {
        RawClient.Answer answer = client.get("/");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.reason()).isEqualTo("diverted");
        assertThat(answer.headers()).containsEntry("retry-after", "1");
        assertThat(answer.text()).isEqualTo("503 Service Unavailable: diverted\n");
        TestWorld.await(() -> get(world).join().equals("shop"));
      }
    }
  }

  @Test
  void answersWithThePageOfTheFile() throws Exception {
    Fallback.Page page = new Fallback.Page("text/html; charset=utf-8", "<h1>Grüße</h1>");
    try (TestWorld world = world(Optional.of(new Fallback.Answer(200, Optional.of(page))))) {
      world.serve(TestBackend.answering("shop"));
      world.gateway.divert(List.of(diversion("", 1)));
      try (RawClient client = world.client()) {
        RawClient.Answer answer = client.get("/");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(page.text());
        assertThat(answer.headers())
            .containsEntry("content-type", page.type())
            .containsEntry("cache-control", "no-store")
            .doesNotContainKey("retry-after");
        client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.answerWithoutBody().headers()).containsEntry("content-length", "16");
        // A body is read to its end, and the connection goes on.
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(client.answer().status()).isEqualTo(200);
        assertThat(client.get("/").status()).isEqualTo(200);
        assertThat(traffic(world, TestWorld.SHOP).diverted()).isEqualTo(4);
        assertThat(traffic(world, TestWorld.SHOP).ownAnswers()).isEqualTo(4);
      }
    }
  }

  @Test
  void treatsRequestsByThePolicyOfTheServiceThatTheyComeTo() throws Exception {
    try (TestWorld world = new TestWorld(transport);
        TestBackend first = TestBackend.answering("a");
        TestBackend second = TestBackend.answering("b")) {
      // Five tries for those of lite, one for those of shop.
      configure(
          world,
          List.of(
              service(
                  TestWorld.SHOP, TestWorld.policy(draft -> draft.attempts(1)), Optional.empty()),
              service(LITE, TestWorld.policy(draft -> draft.attempts(5)), Optional.empty())));
      TestBackend.Behaviour failing =
          (request, socket, out) -> {
            TestBackend.write(out, "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
            return true;
          };
      world.serve(new TestBackend(failing));
      first.behave(failing);
      publish(world, LITE, first, second);
      world.gateway.divert(List.of(diversion("lite", 1)));
      for (int i = 0; i < 10; i++) {
        assertThat(get(world).get(5, TimeUnit.SECONDS)).isEqualTo("b");
      }
      assertThat(traffic(world, LITE).retried()).isPositive();
      assertThat(traffic(world, TestWorld.SHOP).retried()).isZero();
    }
  }

  @Test
  void followsDiversionsOfWhereItComesToButNeverTwice() throws Exception {
    try (TestWorld world = world(Optional.empty());
        TestBackend lite = TestBackend.answering("lite");
        TestBackend last = TestBackend.answering("last")) {
      world.serve(TestBackend.answering("shop"));
      publish(world, LITE, lite);
      publish(world, LAST, last);
      Diversion further =
          new Diversion(LITE, Optional.of(LAST), 1, Optional.empty(), "", Actor.operator("ada"));
      world.gateway.divert(List.of(diversion("lite", 1), further));
      assertThat(get(world).get(5, TimeUnit.SECONDS)).isEqualTo("last");
      publish(world, LAST);
      // Whoever took the service out is not overruled: nobody comes back to it.
      assertThat(get(world).get(5, TimeUnit.SECONDS)).startsWith("503 no instance of last");
    }
  }

  @Test
  void sendsToTheFallbackWhatNobodyTakes() throws Exception {
    TrafficPolicy quick = TestWorld.policy(draft -> draft.concurrency(100, 100, SHORT));
    try (TestWorld world = world(Optional.of(new Fallback.ToService(LITE)), quick);
        TestBackend lite = TestBackend.answering("lite")) {
      publish(world, LITE, lite);
      world.serve(TestBackend.answering("shop"));
      assertThat(get(world).get(5, TimeUnit.SECONDS)).isEqualTo("shop");
      world.set(1, 1, Readiness.OUT);
      // The first ones wait as long as the queue lets them, the others do not wait for what is
      // gone.
      long begin = System.nanoTime();
      assertThat(get(world).get(5, TimeUnit.SECONDS)).isEqualTo("lite");
      assertThat(System.nanoTime() - begin).isGreaterThan(SHORT.toNanos() - 50_000_000L);
      long queued = traffic(world, TestWorld.SHOP).queued();
      for (int i = 0; i < 10; i++) {
        assertThat(get(world).get(5, TimeUnit.SECONDS)).isEqualTo("lite");
      }
      assertThat(traffic(world, TestWorld.SHOP).queued()).isEqualTo(queued);
      assertThat(traffic(world, TestWorld.SHOP).diverted()).isEqualTo(11);
      world.set(1, 2, Readiness.READY);
      assertThat(get(world).get(5, TimeUnit.SECONDS)).isEqualTo("shop");
    }
  }

  @Test
  void doesNotWaitForAStartWhileThereIsAFallback() throws Exception {
    TrafficPolicy quick = TestWorld.policy(draft -> draft.concurrency(100, 100, SHORT));
    TrafficPolicy patient =
        new TrafficPolicy(
            quick.balance(),
            quick.weights(),
            quick.timeouts(),
            quick.retries(),
            quick.outliers(),
            new TrafficPolicy.Concurrency(
                quick.concurrency().perInstance(), 100, SHORT, Duration.ofSeconds(60)),
            quick.slowStart());
    try (TestWorld world =
        world(Optional.of(new Fallback.Answer(503, Optional.empty())), patient)) {
      world.starting();
      assertThat(get(world).get(5, TimeUnit.SECONDS)).startsWith("503 no instance of shop");
    }
  }

  @Test
  void sendsToTheFallbackWhatHasNoPlaceInTheQueue() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    TrafficPolicy narrow =
        TestWorld.policy(draft -> draft.concurrency(1, 0, Duration.ofSeconds(5)));
    try (TestWorld world = world(Optional.of(new Fallback.ToService(LITE)), narrow);
        TestBackend lite = TestBackend.answering("lite")) {
      publish(world, LITE, lite);
      world.serve(
          new TestBackend((request, socket, out) -> {
            await(goOn);
            return TestBackend.text("shop").answer(request, socket, out);
          }));
      CompletableFuture<String> running = get(world);
      TestWorld.await(() -> inFlight(world) == 1);
      assertThat(get(world).get(5, TimeUnit.SECONDS)).isEqualTo("lite");
      goOn.countDown();
      assertThat(running.get(5, TimeUnit.SECONDS)).isEqualTo("shop");
      assertThat(traffic(world, TestWorld.SHOP).refused()).isEqualTo(1);
    }
  }

  @Test
  void divertsUpgradesAndKeepsThoseThatAreOpen() throws Exception {
    TestBackend.Behaviour upgrading =
        (request, socket, out) -> {
          TestBackend.write(
              out, "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
          socket.getInputStream().transferTo(out);
          return false;
        };
    try (TestWorld world = world(Optional.empty());
        TestBackend shop = new TestBackend(upgrading);
        TestBackend lite = new TestBackend(upgrading)) {
      world.serve(shop);
      publish(world, LITE, lite);
      try (RawClient before = world.client();
          RawClient after = world.client()) {
        upgrade(before);
        world.gateway.divert(List.of(diversion("lite", 1)));
        upgrade(after);
        assertThat(shop.requests).hasSize(1);
        assertThat(lite.requests).hasSize(1);
        before.send("still here");
        assertThat(new String(before.in.readNBytes(10), StandardCharsets.US_ASCII))
            .isEqualTo("still here");
      }
    }
  }

  @Test
  void divertsNewConnectionsOfTcpListeners() throws Exception {
    try (TestWorld world = new TestWorld(transport);
        TestBackend lite = TestBackend.answering("lite")) {
      TrafficPolicy quick = TestWorld.policy(draft -> draft.concurrency(100, 100, SHORT));
      configure(
          world,
          ListenerSpec.Protocol.TCP,
          List.of(
              service(TestWorld.SHOP, quick, Optional.of(new Fallback.ToService(LITE))),
              service(LITE, quick, Optional.empty())));
      world.serve(TestBackend.answering("shop"));
      publish(world, LITE, lite);
      try (RawClient before = world.client()) {
        assertThat(before.get("/").text()).isEqualTo("shop");
        world.gateway.divert(List.of(diversion("", 1)));
        assertThat(get(world).get(5, TimeUnit.SECONDS)).isEqualTo("lite");
        assertThat(before.get("/").text()).isEqualTo("shop");
      }
      world.gateway.divert(List.of());
      assertThat(get(world).get(5, TimeUnit.SECONDS)).isEqualTo("shop");
      world.set(1, 1, Readiness.OUT);
      assertThat(get(world).get(5, TimeUnit.SECONDS)).isEqualTo("lite");
      assertThat(traffic(world, TestWorld.SHOP).diverted()).isEqualTo(2);
    }
  }

  private static void upgrade(RawClient client) throws IOException {
    client.send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
    assertThat(client.answerWithoutBody().status()).isEqualTo(101);
  }

  private TestWorld world(Optional<Fallback> fallback) {
    return world(fallback, TestWorld.policy());
  }

  private TestWorld world(Optional<Fallback> fallback, TrafficPolicy policy) {
    TestWorld world = new TestWorld(transport);
    configure(
        world,
        List.of(
            service(TestWorld.SHOP, policy, fallback),
            service(
                LITE,
                TestWorld.policy(draft -> draft.concurrency(100, 100, SHORT)),
                Optional.empty()),
            service(
                LAST,
                TestWorld.policy(draft -> draft.concurrency(100, 100, SHORT)),
                Optional.empty())));
    return world;
  }

  private static void configure(TestWorld world, List<ServiceSpec> services) {
    configure(world, ListenerSpec.Protocol.HTTP, services);
  }

  private static void configure(
      TestWorld world, ListenerSpec.Protocol protocol, List<ServiceSpec> services) {
    ListenerSpec listener = TestWorld.listener(protocol, Optional.empty(), TestWorld.limits());
    world.gateway.configure(new Deployment(Path.of("/"), services, List.of(listener)));
    TestWorld.await(() -> world.gateway.listenerAddress("public").isPresent());
  }

  private static ServiceSpec service(
      ServiceName name, TrafficPolicy policy, Optional<Fallback> fallback) {
    ServiceSpec plain = TestWorld.service(name, policy);
    return new ServiceSpec(
        name,
        plain.workload(),
        plain.port(),
        plain.protocol(),
        plain.replicas(),
        plain.standby(),
        plain.readyAfter(),
        plain.dependsOn(),
        plain.hooks(),
        plain.checks(),
        plain.restart(),
        plain.stop(),
        policy,
        plain.scale(),
        plain.budget(),
        plain.update(),
        plain.place(),
        plain.disconnect(),
        new Business(fallback));
  }

  private static void publish(TestWorld world, ServiceName service, TestBackend... backends) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (TestBackend backend : backends) {
      endpoints.add(
          new Endpoint(
              new InstanceId(service, endpoints.size() + 1),
              new NodeName("of-" + service),
              1,
              Role.SERVING,
              Readiness.READY,
              Optional.of(new Address("127.0.0.1", backend.port()))));
    }
    world.gateway.publish(new NodeName("of-" + service), endpoints);
  }

  private static Diversion diversion(String to, double share) {
    return new Diversion(
        TestWorld.SHOP,
        Optional.of(to).filter(name -> !name.isEmpty()).map(ServiceName::new),
        share,
        Optional.empty(),
        "it fails",
        Actor.operator("ada"));
  }

  private static int inFlight(TestWorld world) {
    return world.gateway.signals().stream()
        .filter(one -> one.service().equals(TestWorld.SHOP))
        .findFirst()
        .orElseThrow()
        .inFlight();
  }

  private static ServiceTraffic traffic(TestWorld world, ServiceName service) {
    return world.gateway.traffic().stream()
        .filter(one -> one.service().equals(service))
        .findFirst()
        .orElseThrow();
  }

  /** The body of a GET over a connection of its own; with status and reason if it is not 200. */
  private static CompletableFuture<String> get(TestWorld world) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try (RawClient client = world.client()) {
            RawClient.Answer answer = client.get("/");
            text.complete(
                answer.status() == 200 ? answer.text() : answer.status() + " " + answer.reason());
          } catch (IOException | RuntimeException e) {
            text.completeExceptionally(e);
          }
        });
    return text;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
