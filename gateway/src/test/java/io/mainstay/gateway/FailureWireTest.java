package io.mainstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstay.model.state.ServiceSignals;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Instances that fail in every way that a socket allows. */
class FailureWireTest {
  private static final TestBackend.Behaviour RESET =
      (request, socket, out) -> {
        socket.setSoLinger(true, 0);
        return false;
      };
  private static final TestBackend.Behaviour HANG = (request, socket, out) -> true;
  private static final TestBackend.Behaviour FAIL =
      (request, socket, out) -> {
        TestBackend.write(out, "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
        return true;
      };
  private static final TestBackend.Behaviour UNAVAILABLE =
      (request, socket, out) -> {
        TestBackend.write(out, "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
        return true;
      };
  private static final TestBackend.Behaviour GARBAGE =
      (request, socket, out) -> {
        TestBackend.write(out, "??????\r\n\r\n");
        return true;
      };
  private static final TestBackend.Behaviour TRUNCATE =
      (request, socket, out) -> {
        TestBackend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\npart");
        return false;
      };

  @Test
  void sendsGetsAgainElsewhereAndPostsNever() throws IOException {
    for (TestBackend.Behaviour bad : List.of(RESET, GARBAGE, UNAVAILABLE)) {
      try (TestWorld world = TestWorld.nio().deploy(TestWorld.policy());
          TestBackend sick = new TestBackend(bad);
          TestBackend well = TestBackend.answering("well")) {
        world.serve(sick, well);
        AtomicInteger refused = new AtomicInteger();
        int posts = 0;
        for (int i = 0; i < 12; i++) {
          try (RawClient client = world.client()) {
            assertThat(client.get("/").text()).isEqualTo("well");
          }
          try (RawClient client = world.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
            posts++;
            int status = client.answer().status();
            if (status != 200) {
              assertThat(status).isIn(502, 503);
              refused.incrementAndGet();
            }
          }
        }
        long seen =
            sick.requests.stream().filter(r -> r.method().equals("POST")).count()
                + well.requests.stream().filter(r -> r.method().equals("POST")).count();
        assertThat(seen).isEqualTo(posts);
        assertThat(refused.get())
            .isEqualTo((int) sick.requests.stream().filter(r -> r.method().equals("POST")).count());
      }
    }
  }

  @Test
  void triesEveryInstanceIfConnectionsAreRefused() throws IOException {
    try (TestWorld world = TestWorld.nio().deploy(TestWorld.policy());
        TestBackend gone = TestBackend.answering("gone");
        TestBackend goneToo = TestBackend.answering("gone");
        TestBackend well = TestBackend.answering("well")) {
      world.serve(gone, goneToo, well);
      gone.kill();
      goneToo.kill();
      for (int i = 0; i < 10; i++) {
        try (RawClient client = world.client()) {
          client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
          assertThat(client.answer().text()).isEqualTo("well");
        }
      }
    }
  }

  @Test
  void answers502WithTheReasonIfNobodyIsLeft() throws IOException {
    try (TestWorld world = TestWorld.nio().deploy(TestWorld.policy());
        TestBackend sick = new TestBackend(RESET)) {
      world.serve(sick);
      try (RawClient client = world.client()) {
        RawClient.Answer answer = client.get("/");
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.reason()).contains("reset").contains("none left");
        // The connection of the client is as good as before.
        sick.behave(TestBackend.text("back"));
        assertThat(client.get("/").text()).isEqualTo("back");
      }
    }
  }

  @Test
  void holdsARequestThatMetTheOnlyOneJustBeforeItsExitWasTold() throws Exception {
    try (TestWorld world = TestWorld.nio().deploy(TestWorld.policy());
        TestBackend only = TestBackend.answering("only");
        TestBackend standby = TestBackend.answering("standby")) {
      world.serve(only).standBy(standby);
      only.kill();
      try (RawClient get = world.client();
          RawClient post = world.client()) {
        get.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        post.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
        CompletableFuture<Void> told =
            CompletableFuture.runAsync(
                () -> world.gateway.withdraw(TestWorld.id(1), 1, "exited"),
                CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS));
        assertThat(get.answer().text()).isEqualTo("standby");
        assertThat(post.answer().text()).isEqualTo("standby");
        told.get();
      }
    }
  }

  @Test
  void cutsTheClientVisiblyIfTheBodyIsTruncated() throws IOException {
    try (TestWorld world = TestWorld.nio().deploy(TestWorld.policy());
        TestBackend sick = new TestBackend(TRUNCATE)) {
      world.serve(sick);
      try (RawClient client = world.client()) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThatThrownBy(
                () -> {
                  RawClient.Answer answer = client.answer();
                  if (answer.body().length < 1000) {
                    throw new IOException("cut after " + answer.body().length);
                  }
                })
            .isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void answers504IfTheAnswerDoesNotBegin() throws IOException {
    try (TestWorld world =
            TestWorld.nio()
                .deploy(
                    TestWorld.policy(draft ->
                        draft.timeouts(
                            Duration.ofSeconds(1),
                            Duration.ofMillis(100),
                            Duration.ofMillis(300),
                            Duration.ofSeconds(1))));
        TestBackend sick = new TestBackend(HANG)) {
      world.serve(sick);
      try (RawClient client = world.client()) {
        RawClient.Answer answer = client.get("/");
        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.reason()).contains("timeout");
      }
    }
  }

  @Test
  void leavesAHangingInstanceWhenTheTimeOfTheTryIsOver() throws IOException {
    try (TestWorld world =
            TestWorld.nio()
                .deploy(
                    TestWorld.policy(draft ->
                        draft.timeouts(
                            Duration.ofSeconds(1),
                            Duration.ofMillis(150),
                            Duration.ofSeconds(9),
                            Duration.ofSeconds(1))));
        TestBackend sick = new TestBackend(HANG);
        TestBackend well = TestBackend.answering("well")) {
      world.serve(sick, well);
      for (int i = 0; i < 6; i++) {
        try (RawClient client = world.client()) {
          assertThat(client.get("/").text()).isEqualTo("well");
        }
      }
      assertThat(sick.requests).isNotEmpty();
    }
  }

  /** Every way to be sick, under load: out of traffic within a second or so, and no GET fails. */
  @Test
  void takesASickInstanceOutOfTheTraffic() throws Exception {
    for (TestBackend.Behaviour bad : List.of(HANG, RESET, GARBAGE, TRUNCATE, FAIL)) {
      try (TestWorld world = TestWorld.nio().deploy(TestWorld.policy());
          TestBackend sick = TestBackend.answering("ok");
          TestBackend two = TestBackend.answering("ok");
          TestBackend three = TestBackend.answering("ok")) {
        world.serve(sick, two, three);
        AtomicBoolean stop = new AtomicBoolean();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
          List<Future<Integer>> failures = new ArrayList<>();
          for (int i = 0; i < 8; i++) {
            failures.add(clients.submit(() -> load(world, stop)));
          }
          TestWorld.await(() -> sick.requests.size() > 20);
          sick.behave(bad);
          TestWorld.await(() -> world.told.stream().anyMatch(t -> t.startsWith("ejected shop-1")));
          stop.set(true);
          int failed = 0;
          for (Future<Integer> one : failures) {
            failed += one.get();
          }
          if (bad != TRUNCATE && bad != FAIL) {
            assertThat(failed).as("failed GETs").isZero();
          }
        }
        ServiceSignals signals = world.gateway.signals().getFirst();
        assertThat(signals.instances().getFirst().routed()).isFalse();
        assertThat(signals.instances().getFirst().ejected()).isPresent();
      }
    }
  }

  private static int load(TestWorld world, AtomicBoolean stop) throws IOException {
    int failed = 0;
    while (!stop.get()) {
      try (RawClient client = world.client()) {
        for (int i = 0; i < 50 && !stop.get(); i++) {
          if (client.get("/").status() != 200) {
            failed++;
          }
        }
      } catch (IOException e) {
        failed++;
      }
    }
    return failed;
  }

  @Test
  void restoresAnInstanceThatAnswersItsTrial() throws Exception {
    try (TestWorld world =
            TestWorld.nio().deploy(TestWorld.policy(draft -> draft.eject(Duration.ofMillis(200))));
        TestBackend sick = new TestBackend(RESET);
        TestBackend well = TestBackend.answering("ok")) {
      world.serve(sick, well);
      try (RawClient client = world.client()) {
        while (world.told.stream().noneMatch(t -> t.startsWith("ejected"))) {
          client.get("/");
        }
        sick.behave(TestBackend.text("ok"));
        TestWorld.await(() -> {
          try {
            client.get("/");
          } catch (IOException e) {
            return false;
          }
          return world.told.contains("restored shop-1");
        });
      }
    }
  }

  @Test
  void queuesOverTheLimitAndRefusesOverTheQueue() throws Exception {
    CompletableFuture<Void> goOn = new CompletableFuture<>();
    try (TestWorld world =
            TestWorld.nio()
                .deploy(TestWorld.policy(draft -> draft.concurrency(1, 1, Duration.ofSeconds(5))));
        TestBackend slow =
            new TestBackend((request, socket, out) -> {
              goOn.join();
              return TestBackend.text("ok").answer(request, socket, out);
            })) {
      world.serve(slow);
      try (RawClient first = world.client();
          RawClient second = world.client();
          RawClient third = world.client()) {
        first.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        TestWorld.await(() -> slow.requests.size() == 1);
        second.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
        TestWorld.await(() -> world.gateway.signals().getFirst().queued() == 1);
        RawClient.Answer refused = third.get("/3");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.headers()).containsKey("retry-after");
        assertThat(refused.reason()).contains("queue").contains("full");
        goOn.complete(null);
        assertThat(first.answer().status()).isEqualTo(200);
        assertThat(second.answer().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void answers503IfNobodyServesInTime() throws IOException {
    try (TestWorld world =
        TestWorld.nio()
            .deploy(TestWorld.policy(draft -> draft.concurrency(10, 10, Duration.ofMillis(200))))) {
      try (RawClient client = world.client()) {
        RawClient.Answer answer = client.get("/");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers()).containsKey("retry-after");
      }
    }
  }

  @Test
  void answers408IfTheHeadDoesNotArrive() throws IOException {
    var limits =
        new io.mainstay.model.spec.ListenerSpec.Limits(
            16384, 4096, Duration.ofMillis(300), Duration.ofSeconds(60), 1000);
    try (TestWorld world =
        TestWorld.nio()
            .deploy(
                TestWorld.policy(),
                TestWorld.listener(
                    io.mainstay.model.spec.ListenerSpec.Protocol.HTTP,
                    java.util.Optional.empty(),
                    limits))) {
      try (RawClient client = world.client()) {
        client.send("GET / HTTP/1.1\r\nHo");
        assertThat(client.answer().status()).isEqualTo(408);
        assertThat(client.isEnded()).isTrue();
      }
    }
  }

  @Test
  void answers404WithoutARoute() throws IOException {
    var nowhere =
        new io.mainstay.model.spec.ListenerSpec(
            "public",
            new io.mainstay.model.Address("127.0.0.1", 0),
            io.mainstay.model.spec.ListenerSpec.Protocol.HTTP,
            java.util.Optional.empty(),
            TestWorld.limits(),
            List.of());
    try (TestWorld world = TestWorld.nio().deploy(TestWorld.policy(), nowhere);
        RawClient client = world.client()) {
      assertThat(client.get("/").status()).isEqualTo(404);
      assertThat(client.get("/").reason()).contains("route");
    }
  }

  @Test
  void closesIdleConnectionsThatTheInstanceEndedAndSendsPostsOverFreshOnes() throws Exception {
    try (TestWorld world = TestWorld.nio().deploy(TestWorld.policy());
        TestBackend backend =
            new TestBackend((request, socket, out) -> {
              TestBackend.text("ok").answer(request, socket, out);
              return false;
            })) {
      world.serve(backend);
      try (RawClient client = world.client()) {
        for (int i = 0; i < 30; i++) {
          int before = backend.accepted.get();
          client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
          int status = client.answer().status();
          // The end may come while the next request is on its way; it is never sent twice.
          assertThat(status).isIn(200, 502);
          assertThat(backend.accepted.get()).isLessThanOrEqualTo(before + 1);
        }
      }
    }
  }
}
