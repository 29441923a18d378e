package io.mainstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mainstay.gateway.transport.Transport;
import io.mainstay.model.Actor;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.Overrides.Diversion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Diversions, on every transport that works here. */
@ParameterizedClass
@MethodSource("transports")
class DetourWireTest extends DetourWorld {
  DetourWireTest(Transport.Preference transport) {
    super(transport);
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
  void treatsRequestsByThePolicyOfTheServiceThatTheyComeTo() throws Exception {
    try (TestWorld world = bare();
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
    try (TestWorld world = bare();
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
}
