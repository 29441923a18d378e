package io.mainstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.gateway.transport.Transport;
import io.mainstay.model.spec.ListenerSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Upgraded connections and TCP listeners, on every transport that works here. */
@ParameterizedClass
@MethodSource("transports")
class TunnelWireTest {
  private static final String UPGRADE =
      "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";
  private final Transport.Preference transport;

  TunnelWireTest(Transport.Preference transport) {
    this.transport = transport;
  }

  static Stream<Transport.Preference> transports() {
    return ForwardingWireTest.transports();
  }

  private static boolean echoAfterUpgrade(
      TestBackend.Request request, Socket socket, OutputStream out) throws IOException {
    if (!"echo".equals(request.headers().get("upgrade"))) {
      return TestBackend.text("plain").answer(request, socket, out);
    }
    TestBackend.write(
        out, "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nhi ");
    socket.getInputStream().transferTo(out);
    return false;
  }

  @Test
  void passesAnUpgradedConnectionThrough() throws Exception {
    try (TestWorld world = new TestWorld(transport).deploy(TestWorld.policy());
        TestBackend backend = new TestBackend(TunnelWireTest::echoAfterUpgrade)) {
      world.serve(backend);
      try (RawClient client = world.client()) {
        // What the client sends with the request belongs to the tunnel.
        client.send(UPGRADE + "early ");
        RawClient.Answer answer = client.answerWithoutBody();
        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.headers())
            .containsEntry("upgrade", "echo")
            .containsEntry("connection", "Upgrade");
        client.send("late");
        String expected = "hi early late";
        assertThat(new String(client.in.readNBytes(expected.length()), StandardCharsets.US_ASCII))
            .isEqualTo(expected);
        assertThat(world.gateway.signals().getFirst().inFlight()).isEqualTo(1);
        // Other instances come and go; this connection does not notice.
        try (TestBackend other = TestBackend.answering("x")) {
          world.serve(other);
          client.send("more");
          assertThat(new String(client.in.readNBytes(4), StandardCharsets.US_ASCII))
              .isEqualTo("more");
        }
        client.socket.shutdownOutput();
        assertThat(client.in.read()).isNegative();
      }
      TestWorld.await(() -> world.gateway.signals().getFirst().inFlight() == 0);
    }
  }

  @Test
  void cutsTunnelsAtTheEndOfADrain() throws Exception {
    try (TestWorld world = new TestWorld(transport).deploy(TestWorld.policy());
        TestBackend backend = new TestBackend(TunnelWireTest::echoAfterUpgrade)) {
      world.serve(backend);
      AtomicInteger drained = new AtomicInteger(-1);
      try (RawClient client = world.client()) {
        client.send(UPGRADE);
        assertThat(client.answerWithoutBody().status()).isEqualTo(101);
        assertThat(client.in.readNBytes(3)).hasSize(3);
        world.gateway.drain(TestWorld.id(1), 1, Duration.ofMillis(200), drained::set);
        assertThat(client.isEnded()).isTrue();
        TestWorld.await(() -> drained.get() == 1);
      }
    }
  }

  @Test
  void splicesTcpWithHalfClose() throws Exception {
    byte[] bytes = new byte[2 * 1024 * 1024];
    new Random(3).nextBytes(bytes);
    try (TestWorld world = tcpWorld();
        EchoAtEnd echo = new EchoAtEnd()) {
      serve(world, echo.port());
      try (RawClient client = world.client()) {
        CompletableFuture<Void> sent =
            CompletableFuture.runAsync(() -> {
              try {
                client.send(bytes);
                client.socket.shutdownOutput();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
        byte[] back = client.in.readAllBytes();
        sent.get();
        assertThat(Arrays.equals(back, bytes)).isTrue();
      }
    }
  }

  @Test
  void triesTheNextInstanceIfTheFirstRefuses() throws Exception {
    try (TestWorld world = tcpWorld();
        EchoAtEnd echo = new EchoAtEnd();
        TestBackend gone = TestBackend.answering("x")) {
      world.serve(gone);
      gone.kill();
      serve(world, echo.port());
      for (int i = 0; i < 10; i++) {
        try (RawClient client = world.client()) {
          client.send("abc");
          client.socket.shutdownOutput();
          assertThat(client.in.readAllBytes()).hasSize(3);
        }
      }
    }
  }

  private TestWorld tcpWorld() {
    return new TestWorld(transport)
        .deploy(
            TestWorld.policy(),
            TestWorld.listener(ListenerSpec.Protocol.TCP, Optional.empty(), TestWorld.limits()));
  }

  private static void serve(TestWorld world, int port) {
    world.addAddress(port);
    world.publish();
  }

  /** Sends everything back after the client has ended its side. */
  private static final class EchoAtEnd implements AutoCloseable {
    private final ServerSocket server;

    EchoAtEnd() throws IOException {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(this::accept);
    }

    int port() {
      return server.getLocalPort();
    }

    private void accept() {
      while (!server.isClosed()) {
        try {
          Socket socket = server.accept();
          Thread.ofVirtual().start(() -> echo(socket));
        } catch (IOException e) {
          return;
        }
      }
    }

    private static void echo(Socket socket) {
      try (socket) {
        InputStream in = socket.getInputStream();
        socket.getOutputStream().write(in.readAllBytes());
      } catch (IOException e) {
        // The test sees that nothing came back.
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
