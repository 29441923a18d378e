package io.mainstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.gateway.transport.Transport;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.Role;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The main way of requests over real sockets, on every transport that works here. */
@ParameterizedClass
@MethodSource("transports")
class ForwardingWireTest {
  private final Transport.Preference transport;

  ForwardingWireTest(Transport.Preference transport) {
    this.transport = transport;
  }

  static Stream<Transport.Preference> transports() {
    Stream.Builder<Transport.Preference> works = Stream.builder();
    works.add(Transport.Preference.NIO);
    if (Epoll.isAvailable()) {
      works.add(Transport.Preference.EPOLL);
    }
    if (IoUring.isAvailable()) {
      works.add(Transport.Preference.IO_URING);
    }
    return works.build();
  }

  private TestWorld world() {
    return new TestWorld(transport).deploy(TestWorld.policy());
  }

  @Test
  void forwardsToTheInstanceAndBack() throws IOException {
    try (TestWorld world = world();
        TestBackend backend = TestBackend.answering("hello")) {
      world.serve(backend);
      try (RawClient client = world.client()) {
        client.send(
            "GET /a?b=c HTTP/1.1\r\nHost: test\r\nX-Foo: 1\r\nConnection: x-foo\r\n"
                + "X-Forwarded-For: 10.0.0.1\r\nKeep-Alive: 5\r\n\r\n");
        RawClient.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("hello");
        assertThat(answer.headers()).containsEntry("via", "1.1 mainstay");
      }
      TestBackend.Request request = backend.requests.getFirst();
      assertThat(request.line()).isEqualTo("GET /a?b=c HTTP/1.1");
      assertThat(request.headers())
          .containsEntry("host", "test")
          .containsEntry("x-forwarded-for", "10.0.0.1, 127.0.0.1")
          .containsEntry("x-forwarded-proto", "http")
          .containsEntry("via", "1.1 mainstay")
          .doesNotContainKeys("x-foo", "connection", "keep-alive");
    }
  }

  @Test
  void keepsConnectionsOnBothSides() throws IOException {
    try (TestWorld world = world();
        TestBackend backend = TestBackend.answering("x")) {
      world.serve(backend);
      try (RawClient client = world.client()) {
        for (int i = 0; i < 20; i++) {
          assertThat(client.get("/" + i).status()).isEqualTo(200);
        }
      }
      assertThat(backend.accepted).hasValue(1);
    }
  }

  @Test
  void answersPipelinedRequestsInTheirOrder() throws IOException {
    try (TestWorld world = world();
        TestBackend backend =
            new TestBackend((request, socket, out) ->
                TestBackend.text(request.line()).answer(request, socket, out))) {
      world.serve(backend);
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 50; i++) {
        requests.append("GET /" + i + " HTTP/1.1\r\nHost: test\r\n\r\n");
      }
      try (RawClient client = world.client()) {
        client.send(requests.toString());
        for (int i = 0; i < 50; i++) {
          assertThat(client.answer().text()).isEqualTo("GET /" + i + " HTTP/1.1");
        }
      }
    }
  }

  @Test
  void streamsBodiesBothWaysByLengthAndByChunks() throws Exception {
    try (TestWorld world = world();
        TestBackend backend = new TestBackend(ForwardingWireTest::echo)) {
      world.serve(backend);
      byte[] body = new byte[3 * 1024 * 1024];
      new java.util.Random(1).nextBytes(body);
      try (RawClient client = world.client()) {
        for (String framing : new String[] {"length", "chunks"}) {
          CompletableFuture<Void> sent =
              CompletableFuture.runAsync(() -> post(client, framing, body));
          RawClient.Answer answer = client.answer();
          sent.get();
          assertThat(answer.body()).isEqualTo(body);
        }
      }
    }
  }

  private static boolean echo(
      TestBackend.Request request, java.net.Socket socket, java.io.OutputStream out)
      throws IOException {
    if (request.headers().containsKey("transfer-encoding")) {
      TestBackend.write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int at = 0; at < request.body().length; at += 10_000) {
        int length = Math.min(10_000, request.body().length - at);
        TestBackend.write(out, Integer.toHexString(length) + "\r\n");
        out.write(request.body(), at, length);
        TestBackend.write(out, "\r\n");
      }
      TestBackend.write(out, "0\r\n\r\n");
    } else {
      TestBackend.write(
          out, "HTTP/1.1 200 OK\r\nContent-Length: " + request.body().length + "\r\n\r\n");
      out.write(request.body());
    }
    return true;
  }

  private static void post(RawClient client, String framing, byte[] body) {
    try {
      String head = "POST /echo HTTP/1.1\r\nHost: test\r\n";
      if (framing.equals("length")) {
        client.send(head + "Content-Length: " + body.length + "\r\n\r\n").send(body);
        return;
      }
      client.send(head + "Transfer-Encoding: chunked\r\n\r\n");
      for (int at = 0; at < body.length; at += 50_000) {
        int length = Math.min(50_000, body.length - at);
        byte[] part = java.util.Arrays.copyOfRange(body, at, at + length);
        client.send(Integer.toHexString(length) + "\r\n").send(part).send("\r\n");
      }
      client.send("0\r\n\r\n");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void spreadsOverInstances() throws IOException {
    try (TestWorld world = world();
        TestBackend one = TestBackend.answering("1");
        TestBackend two = TestBackend.answering("2");
        TestBackend three = TestBackend.answering("3")) {
      world.serve(one, two, three);
      try (RawClient client = world.client()) {
        for (int i = 0; i < 300; i++) {
          client.get("/");
        }
      }
      assertThat(one.requests.size()).isGreaterThan(40);
      assertThat(two.requests.size()).isGreaterThan(40);
      assertThat(three.requests.size()).isGreaterThan(40);
    }
  }

  @Test
  void holdsRequestsUntilAnInstanceIsReady() throws Exception {
    try (TestWorld world = world();
        TestBackend backend = TestBackend.answering("late")) {
      world.add(backend, Role.SERVING, Readiness.STARTING);
      world.publish();
      try (RawClient client = world.client()) {
        client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        TestWorld.await(() -> world.gateway.signals().getFirst().queued() == 1);
        world.set(1, 1, Readiness.READY);
        assertThat(client.answer().text()).isEqualTo("late");
      }
    }
  }

  @Test
  void sendsNothingToAWithdrawnInstanceAndPromotesTheStandby() throws IOException {
    try (TestWorld world = world();
        TestBackend one = TestBackend.answering("1");
        TestBackend two = TestBackend.answering("2")) {
      world.serve(one).standBy(two);
      try (RawClient client = world.client()) {
        assertThat(client.get("/").text()).isEqualTo("1");
        world.gateway.withdraw(TestWorld.id(1), 1, "exited");
        assertThat(client.get("/").text()).isEqualTo("2");
        // An older snapshot does not bring it back, a higher generation does.
        world.publish();
        assertThat(client.get("/").text()).isEqualTo("2");
        world.set(1, 2, Readiness.READY);
        assertThat(client.get("/").text()).isEqualTo("1");
      }
      TestWorld.await(() -> world.told.contains("promoted shop-2 for shop-1"));
    }
  }

  @Test
  void drainsWithoutFailingWhatIsInFlight() throws Exception {
    try (TestWorld world = world();
        TestBackend slow = TestBackend.answering("slow");
        TestBackend other = TestBackend.answering("other")) {
      CompletableFuture<Void> goOn = new CompletableFuture<>();
      slow.behave((request, socket, out) -> {
        goOn.join();
        return TestBackend.text("slow").answer(request, socket, out);
      });
      world.serve(slow);
      AtomicInteger drained = new AtomicInteger(-1);
      try (RawClient client = world.client();
          RawClient second = world.client()) {
        client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        TestWorld.await(() -> slow.requests.size() == 1);
        world.serve(other);
        world.gateway.drain(TestWorld.id(1), 1, Duration.ofSeconds(10), drained::set);
        assertThat(second.get("/").text()).isEqualTo("other");
        assertThat(drained).hasValue(-1);
        goOn.complete(null);
        assertThat(client.answer().text()).isEqualTo("slow");
        TestWorld.await(() -> drained.get() == 0);
      }
    }
  }

  @Test
  void cutsWhatIsInFlightAtTheEndOfADrain() throws Exception {
    try (TestWorld world = world();
        TestBackend slow = new TestBackend((request, socket, out) -> true)) {
      world.serve(slow);
      AtomicInteger drained = new AtomicInteger(-1);
      try (RawClient client = world.client()) {
        client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        TestWorld.await(() -> slow.requests.size() == 1);
        world.gateway.drain(TestWorld.id(1), 1, Duration.ofMillis(100), drained::set);
        assertThat(client.answer().status()).isEqualTo(502);
        TestWorld.await(() -> drained.get() == 1);
      }
    }
  }
}
