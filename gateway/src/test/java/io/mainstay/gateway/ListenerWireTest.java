package io.mainstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.gateway.transport.Transport;
import io.mainstay.model.Address;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.ListenerSpec;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Opening, changing and closing listeners. */
class ListenerWireTest {
  private static ListenerSpec on(
      int port, ListenerSpec.Limits limits, ListenerSpec.Route... routes) {
    return new ListenerSpec(
        "public",
        new Address("127.0.0.1", port),
        ListenerSpec.Protocol.HTTP,
        Optional.empty(),
        limits,
        List.of(routes));
  }

  private static Deployment deployment(ListenerSpec... listeners) {
    return new Deployment(
        Path.of("/"),
        List.of(TestWorld.service(TestWorld.SHOP, TestWorld.policy())),
        List.of(listeners));
  }

  @Test
  void saysThatThePortIsTakenAndOpensOnceItIsFree() throws IOException {
    for (Transport.Preference transport : ForwardingWireTest.transports().toList()) {
      try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
          TestWorld world = new TestWorld(transport)) {
        world.gateway.configure(
            deployment(
                on(other.getLocalPort(), TestWorld.limits(), TestWorld.route(TestWorld.SHOP))));
        TestWorld.await(
            () -> world.told.stream().anyMatch(t -> t.startsWith("failed public: Address")));
        other.close();
        TestWorld.await(() -> world.told.contains("opened public"));
      }
    }
  }

  @Test
  void leavesAnUnchangedListenerAloneAndSwapsItsRoutes() throws IOException {
    try (TestWorld world = TestWorld.nio().deploy(TestWorld.policy());
        TestBackend backend = TestBackend.answering("ok")) {
      world.serve(backend);
      try (RawClient client = world.client()) {
        assertThat(client.get("/").status()).isEqualTo(200);
        ListenerSpec.Route never =
            new ListenerSpec.Route(
                Optional.empty(),
                Optional.of("/only/*"),
                List.of(),
                new LinkedHashMap<>(),
                TestWorld.SHOP,
                Optional.empty());
        world.gateway.configure(deployment(on(0, TestWorld.limits(), never)));
        assertThat(client.get("/").status()).isEqualTo(404);
        assertThat(client.get("/only/x").status()).isEqualTo(200);
      }
      assertThat(world.told).doesNotContain("closed public: changed");
    }
  }

  @Test
  void routesByHostPathMethodAndHeader() throws IOException {
    ListenerSpec.Route beta =
        new ListenerSpec.Route(
            Optional.of("shop.test"),
            Optional.of("/api/*"),
            List.of("GET"),
            new LinkedHashMap<>(java.util.Map.of("x-beta", "1")),
            TestWorld.SHOP,
            Optional.empty());
    ServiceName other = new ServiceName("other");
    try (TestWorld world = TestWorld.nio();
        TestBackend backend = TestBackend.answering("beta")) {
      world.gateway.configure(
          new Deployment(
              Path.of("/"),
              List.of(
                  TestWorld.service(TestWorld.SHOP, TestWorld.policy()),
                  TestWorld.service(
                      other, TestWorld.policy(d -> d.concurrency(1, 0, Duration.ofMillis(1))))),
              List.of(on(0, TestWorld.limits(), beta, TestWorld.route(other)))));
      TestWorld.await(() -> world.gateway.listenerAddress("public").isPresent());
      world.serve(backend);
      try (RawClient client = world.client()) {
        client.send("GET /api HTTP/1.1\r\nHost: SHOP.test:80\r\nX-Beta: 1\r\n\r\n");
        assertThat(client.answer().text()).isEqualTo("beta");
        client.send("GET /api/x?y HTTP/1.1\r\nHost: shop.test\r\nX-Beta: 2\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(503);
        client.send("GET /apis HTTP/1.1\r\nHost: shop.test\r\nX-Beta: 1\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(503);
      }
    }
  }

  @Test
  void closesARemovedListenerAfterItsRequests() throws Exception {
    CompletableFuture<Void> goOn = new CompletableFuture<>();
    try (TestWorld world = TestWorld.nio().deploy(TestWorld.policy());
        TestBackend slow =
            new TestBackend((request, socket, out) -> {
              goOn.join();
              return TestBackend.text("done").answer(request, socket, out);
            })) {
      world.serve(slow);
      try (RawClient busy = world.client();
          RawClient idle = world.client()) {
        busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        TestWorld.await(() -> slow.requests.size() == 1);
        world.gateway.configure(deployment());
        TestWorld.await(() -> world.told.contains("closed public: removed"));
        assertThat(idle.isEnded()).isTrue();
        goOn.complete(null);
        RawClient.Answer answer = busy.answer();
        assertThat(answer.text()).isEqualTo("done");
        assertThat(answer.headers()).containsEntry("connection", "close");
        assertThat(busy.isEnded()).isTrue();
      }
    }
  }

  @Test
  void acceptsNoMoreConnectionsThanTheLimit() throws IOException {
    ListenerSpec.Limits two =
        new ListenerSpec.Limits(16384, 4096, Duration.ofSeconds(5), Duration.ofSeconds(60), 2);
    try (TestWorld world = TestWorld.nio();
        TestBackend backend = TestBackend.answering("ok")) {
      world.deploy(TestWorld.policy(), on(0, two, TestWorld.route(TestWorld.SHOP)));
      world.serve(backend);
      try (RawClient one = world.client();
          RawClient other = world.client()) {
        assertThat(one.get("/").status()).isEqualTo(200);
        assertThat(other.get("/").status()).isEqualTo(200);
        try (RawClient third = world.client()) {
          assertThat(third.isEnded()).isTrue();
        }
      }
      TestWorld.await(() -> {
        try (RawClient later = world.client()) {
          return later.get("/").status() == 200;
        } catch (IOException e) {
          return false;
        }
      });
    }
  }

  @Test
  void acceptsOnAnInheritedDescriptor() throws IOException {
    Assumptions.assumeTrue(Epoll.isAvailable());
    Socket socket = Socket.newSocketStream();
    socket.bind(new InetSocketAddress("127.0.0.1", 0));
    socket.listen(10);
    Address address = new Address("127.0.0.1", socket.localAddress().getPort());
    LinkedHashMap<Address, Integer> inherited = new LinkedHashMap<>();
    inherited.put(address, socket.intValue());
    try (TestWorld world = new TestWorld(GatewayOptions.defaults().withInherited(inherited));
        TestBackend backend = TestBackend.answering("ok")) {
      world.deploy(
          TestWorld.policy(),
          on(address.port(), TestWorld.limits(), TestWorld.route(TestWorld.SHOP)));
      world.serve(backend);
      try (RawClient client = new RawClient(address.port())) {
        assertThat(client.get("/").status()).isEqualTo(200);
      }
    }
  }
}
