package io.mainstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.gateway.transport.Transport;
import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.ServiceTraffic;
import io.mainstay.model.state.TransactionRun.Call;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Probes of our own: pinned to instances, and marked; on every transport that works here. */
@ParameterizedClass
@MethodSource("transports")
class PinWireTest extends DetourWorld {
  private static final String SECRET = "0123456789abcdef-secret";
  private static final String RUN = "00112233445566778899aabbccddeeff";
  private static final String MARKED =
      "X-Mainstay-Probe: " + SECRET + "\r\nX-Mainstay-Transaction: " + RUN + "\r\n";

  PinWireTest(Transport.Preference transport) {
    super(transport);
  }

  private TestWorld probed(Optional<Fallback> fallback) {
    TestWorld world = world(fallback);
    world.gateway.probeSecret(SECRET);
    return world;
  }

  private static String pin(String pins) {
    return MARKED + "X-Mainstay-Pin: " + pins + "\r\n";
  }

  private static RawClient.Answer get(RawClient client, String fields) throws IOException {
    return client.send("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n").answer();
  }

  private static TestBackend failing() {
    return new TestBackend((request, socket, out) -> {
      TestBackend.write(out, "HTTP/1.1 500 No\r\nContent-Length: 3\r\n\r\nbad");
      return true;
    });
  }

  private static List<String> calls(TestWorld world) {
    return world.gateway.take(RUN).stream()
        .map(call ->
            call.service()
                + " "
                + call.instance().map(InstanceId::toString).orElse("-")
                + " "
                + call.status())
        .toList();
  }

  @Test
  void goesToTheInstanceThatIsNamed() throws Exception {
    try (TestWorld world = probed(Optional.empty())) {
      TestBackend standby = TestBackend.answering("standby");
      world.serve(
          TestBackend.answering("1"), TestBackend.answering("2"), TestBackend.answering("3"));
      world.standBy(standby);
      try (RawClient client = world.client()) {
        for (int round = 0; round < 3; round++) {
          for (int i = 1; i <= 3; i++) {
            RawClient.Answer answer = get(client, pin("lite=lite-1, shop=shop-" + i));
            assertThat(answer.text()).isEqualTo("" + i);
            assertThat(answer.headers()).containsEntry("x-mainstay-instance", "shop-" + i);
          }
        }
        assertThat(get(client, pin("shop=shop-4")).text()).isEqualTo("standby");
        // Passed on, so that calls of the instance keep them.
        Map<String, String> seen = standby.requests.getFirst().headers();
        assertThat(seen)
            .containsEntry("x-mainstay-probe", SECRET)
            .containsEntry("x-mainstay-transaction", RUN)
            .containsEntry("x-mainstay-pin", "shop=shop-4");
        ServiceTraffic traffic = traffic(world, TestWorld.SHOP);
        assertThat(traffic.probes()).isEqualTo(10);
        assertThat(traffic.arrived()).isZero();
        assertThat(traffic.instances())
            .allSatisfy(one -> {
              assertThat(one.answers()).containsOnly(0L);
              assertThat(one.latency().counts()).containsOnly(0L);
            });
        // Users' requests on the same connection.
        assertThat(client.get("/").headers()).doesNotContainKey("x-mainstay-instance");
        assertThat(traffic(world, TestWorld.SHOP).arrived()).isEqualTo(1);
      }
      TestWorld.await(() -> inFlight(world) == 0);
    }
  }

  @Test
  void reachesWhoIsHeldOutOfTheTrafficAndCountsNothingThere() throws Exception {
    try (TestWorld world = probed(Optional.empty())) {
      world.serve(TestBackend.answering("1"), failing());
      try (RawClient client = world.client()) {
        for (int i = 0; i < 20; i++) {
          RawClient.Answer answer = get(client, pin("shop=shop-2"));
          assertThat(answer.status()).isEqualTo(500);
          assertThat(answer.text()).isEqualTo("bad");
        }
        assertThat(world.told).noneMatch(text -> text.startsWith("ejected"));
        // Users' requests do eject it.
        TestWorld.await(() -> {
          try {
            client.get("/");
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
          return world.told.stream().anyMatch(text -> text.startsWith("ejected"));
        });
        assertThat(get(client, pin("shop=shop-2")).text()).isEqualTo("bad");
        for (Readiness readiness :
            List.of(Readiness.DRAINING, Readiness.NOT_READY, Readiness.OUT)) {
          world.set(1, 1, readiness);
          assertThat(get(client, pin("shop=shop-1")).text()).isEqualTo("1");
        }
        world.gateway.withdraw(TestWorld.id(1), 1, "exited");
        RawClient.Answer gone = get(client, pin("shop=shop-1"));
        assertThat(gone.status()).isEqualTo(503);
        assertThat(gone.reason()).isEqualTo("pinned instance not known");
      }
    }
  }

  @Test
  void isNeverSentElsewhere() throws Exception {
    try (TestWorld world = probed(Optional.empty())) {
      world.serve(new TestBackend((request, socket, out) -> false), TestBackend.answering("2"));
      try (RawClient client = world.client()) {
        RawClient.Answer answer = get(client, pin("shop=shop-1"));
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.reason()).contains("pinned");
        assertThat(calls(world)).containsExactly("shop shop-1 502");
        // Unpinned, it is treated as any user's: tried again.
        for (int i = 0; i < 8; i++) {
          answer = get(client, MARKED);
          assertThat(answer.text()).isEqualTo("2");
          assertThat(answer.headers()).containsEntry("x-mainstay-instance", "shop-2");
        }
        assertThat(calls(world)).hasSize(8).containsOnly("shop shop-2 200");
        assertThat(traffic(world, TestWorld.SHOP).retried()).isZero();
      }
    }
  }

  @Test
  void goesToTheFallback() throws Exception {
    Fallback page = new Fallback.Answer(503, Optional.empty());
    try (TestWorld world = probed(Optional.of(page))) {
      world.serve(TestBackend.answering("shop"));
      try (RawClient client = world.client()) {
        assertThat(get(client, pin("shop=fallback")).reason())
            .isEqualTo("pinned to the fallback of shop");
        assertThat(calls(world)).containsExactly("shop - 503");
      }
      assertThat(traffic(world, TestWorld.SHOP).diverted()).isZero();
    }
    try (TestWorld world = probed(Optional.of(new Fallback.ToService(LITE)));
        TestBackend one = TestBackend.answering("lite 1");
        TestBackend two = TestBackend.answering("lite 2")) {
      world.serve(TestBackend.answering("shop"));
      publish(world, LITE, one, two);
      try (RawClient client = world.client()) {
        assertThat(get(client, pin("shop=fallback")).text()).startsWith("lite");
        assertThat(get(client, pin("shop=fallback,lite=lite-2")).text()).isEqualTo("lite 2");
        world.gateway.divert(List.of(diversion("lite", 1)));
        assertThat(get(client, pin("shop=shop-1")).text()).isEqualTo("shop");
        assertThat(get(client, pin("lite=lite-2")).text()).isEqualTo("lite 2");
        assertThat(get(client, MARKED).headers().get("x-mainstay-instance")).startsWith("lite-");
      }
      assertThat(traffic(world, LITE).arrived()).isZero();
    }
    try (TestWorld world = probed(Optional.empty())) {
      world.serve(TestBackend.answering("shop"));
      try (RawClient client = world.client()) {
        assertThat(get(client, pin("shop=fallback")).status()).isEqualTo(503);
      }
    }
  }

  @Test
  void refusesWhatItCannotRead() throws Exception {
    try (TestWorld world = probed(Optional.empty())) {
      world.serve(TestBackend.answering("shop"));
      try (RawClient client = world.client()) {
        for (String wrong :
            List.of("shop", "shop=", "shop=lite-1", "=shop-1", "shop=shop-1,,", "shop=shop-0")) {
          assertThat(get(client, pin(wrong)).status()).as(wrong).isEqualTo(400);
        }
        assertThat(get(client, pin("shop=shop-1,shop=shop-1")).status()).isEqualTo(400);
        assertThat(get(client, pin("shop=shop-1") + "X-Mainstay-Pin: a=a-1\r\n").status())
            .isEqualTo(400);
        assertThat(get(client, MARKED + "X-Mainstay-Transaction: " + RUN + "\r\n").status())
            .isEqualTo(400);
        assertThat(get(client, pin("shop=shop-9")).reason()).isEqualTo("pinned instance not known");
        assertThat(get(client, MARKED).text()).isEqualTo("shop");
      }
    }
  }

  @Test
  void takesNoMarksFromOthersAndTellsThemNothing() throws Exception {
    TestBackend talkative =
        new TestBackend((request, socket, out) -> {
          TestBackend.write(
              out,
              "HTTP/1.1 200 OK\r\nX-Mainstay-Instance: other-9\r\nContent-Length: 2\r\n\r\nok");
          return true;
        });
    for (boolean known : new boolean[] {true, false}) {
      try (TestWorld world = known ? probed(Optional.empty()) : world(Optional.empty())) {
        talkative.requests.clear();
        world.serve(talkative);
        try (RawClient client = world.client()) {
          for (String shown :
              List.of(
                  "",
                  "X-Mainstay-Probe:\r\n",
                  "X-Mainstay-Probe: 0123456789abcdef-secreT\r\n",
                  "X-Mainstay-Probe: " + SECRET + "\r\nX-Mainstay-Probe: " + SECRET + "\r\n",
                  known ? "" : "X-Mainstay-Probe: " + SECRET + "\r\n")) {
            RawClient.Answer answer =
                get(
                    client,
                    "A: b\r\nx-mainstay-PIN: nonsense\r\nX-Mainstay-Transaction: "
                        + RUN
                        + "\r\n"
                        + shown
                        + "X-MAINSTAY-INSTANCE: shop-1\r\nC: d\r\n");
            assertThat(answer.text()).isEqualTo("ok");
            assertThat(answer.headers()).doesNotContainKey("x-mainstay-instance");
          }
          assertThat(talkative.requests)
              .hasSize(5)
              .allSatisfy(request -> {
                assertThat(request.headers()).containsEntry("a", "b").containsEntry("c", "d");
                assertThat(request.rawHead().toLowerCase(java.util.Locale.ROOT))
                    .doesNotContain("x-mainstay");
              });
          assertThat(calls(world)).isEmpty();
          assertThat(traffic(world, TestWorld.SHOP).probes()).isZero();
          if (known) {
            assertThat(get(client, MARKED).headers())
                .containsEntry("x-mainstay-instance", "shop-1");
          }
        }
      }
      talkative =
          new TestBackend((request, socket, out) -> {
            TestBackend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            return true;
          });
    }
    talkative.close();
  }

  @Test
  void tellsCallsInTheOrderOfTheirEnds() throws Exception {
    try (TestWorld world = bare();
        TestBackend lite = TestBackend.answering("lite")) {
      world.gateway.probeSecret(SECRET);
      List<ServiceSpec> services =
          List.of(
              service(TestWorld.SHOP, TestWorld.policy(), Optional.empty()),
              service(LITE, TestWorld.policy(), Optional.empty()));
      ListenerSpec outer =
          TestWorld.listener(ListenerSpec.Protocol.HTTP, Optional.empty(), TestWorld.limits());
      ListenerSpec inner =
          new ListenerSpec(
              "inner",
              new io.mainstay.model.Address("127.0.0.1", 0),
              outer.protocol(),
              outer.tls(),
              outer.limits(),
              List.of(TestWorld.route(LITE)));
      world.gateway.configure(
          new io.mainstay.model.spec.Deployment(Path.of("/"), services, List.of(outer, inner)));
      TestWorld.await(() ->
          world.gateway.listenerAddress("public").isPresent()
              && world.gateway.listenerAddress("inner").isPresent());
      int port = world.gateway.listenerAddress("inner").orElseThrow().port();
      publish(world, LITE, lite);
      world.serve(
          new TestBackend((request, socket, out) -> {
            String kept =
                "X-Mainstay-Probe: "
                    + request.headers().get("x-mainstay-probe")
                    + "\r\nX-Mainstay-Transaction: "
                    + request.headers().get("x-mainstay-transaction")
                    + "\r\nX-Mainstay-Pin: "
                    + request.headers().get("x-mainstay-pin")
                    + "\r\n";
            try (RawClient client = new RawClient(port)) {
              RawClient.Answer answer = get(client, kept);
              String text = answer.text();
              TestBackend.write(
                  out, "HTTP/1.1 201 Yes\r\nContent-Length: " + text.length() + "\r\n\r\n" + text);
            }
            return true;
          }));
      try (RawClient client = world.client()) {
        for (int i = 0; i < 20; i++) {
          RawClient.Answer answer = get(client, pin("lite=lite-1"));
          assertThat(answer.status()).isEqualTo(201);
          assertThat(answer.text()).isEqualTo("lite");
          assertThat(calls(world)).containsExactly("lite lite-1 200", "shop shop-1 201");
        }
      }
    }
  }

  @Test
  void takesBodiesAndUpgradesAlong() throws Exception {
    try (TestWorld world = probed(Optional.empty())) {
      TestBackend echo =
          new TestBackend((request, socket, out) -> {
            if (request.headers().containsKey("upgrade")) {
              TestBackend.write(
                  out, "HTTP/1.1 101 Go\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
              socket.getInputStream().transferTo(out);
              return false;
            }
            TestBackend.write(
                out, "HTTP/1.1 200 OK\r\nContent-Length: " + request.body().length + "\r\n\r\n");
            out.write(request.body());
            out.flush();
            return true;
          });
      world.serve(TestBackend.answering("1"), echo);
      try (RawClient client = world.client()) {
        client.send(
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n"
                + pin("shop=shop-2")
                + "\r\n");
        assertThat(client.answerWithoutBody().status()).isEqualTo(100);
        assertThat(client.send("hello").answer().text()).isEqualTo("hello");
        String large = "x".repeat(300_000);
        client.send(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n"
                + pin("shop=shop-2")
                + "\r\n"
                + large);
        assertThat(client.answer().text()).isEqualTo(large);
        client.send(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n"
                + pin("shop=shop-2")
                + "\r\n");
        RawClient.Answer answer = client.answerWithoutBody();
        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.headers()).containsEntry("x-mainstay-instance", "shop-2");
        assertThat(TestBackend.line(client.send("ping\n").in)).isEqualTo("ping");
      }
      assertThat(calls(world))
          .containsExactly("shop shop-2 200", "shop shop-2 200", "shop shop-2 101");
      TestWorld.await(() -> inFlight(world) == 0);
    }
  }

  @Test
  void tellsNoStatusOfAnAnswerThatWasCut() throws Exception {
    try (TestWorld world = probed(Optional.empty())) {
      world.serve(
          new TestBackend((request, socket, out) -> {
            TestBackend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
            return false;
          }));
      try (RawClient client = world.client()) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n" + pin("shop=shop-1") + "\r\n");
        client.answerWithoutBody();
        TestWorld.await(client::isEnded);
        List<Call> calls = world.gateway.take(RUN);
        assertThat(calls)
            .containsExactly(new Call(TestWorld.SHOP, Optional.of(TestWorld.id(1)), 0));
      }
    }
  }
}
