package io.mainstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.gateway.transport.Transport;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.state.Endpoint.Readiness;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Fallbacks without an operator, and their answers, on every transport that works here. */
@ParameterizedClass
@MethodSource("transports")
class FallbackWireTest extends DetourWorld {
  FallbackWireTest(Transport.Preference transport) {
    super(transport);
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
}
