package io.mainstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.gateway.transport.Transport;
import io.mainstay.model.spec.Business;
import io.mainstay.model.spec.Checks.StatusRange;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.FlowSpec;
import io.mainstay.model.spec.JsonPath;
import io.mainstay.model.spec.RestorePolicy;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.state.FlowSighting;
import io.mainstay.ports.FlowSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What is seen of flows, on every transport that works here. */
@ParameterizedClass
@MethodSource("transports")
class FlowWireTest extends DetourWorld {
  private static final String SECRET = "0123456789abcdef-secret";

  FlowWireTest(Transport.Preference transport) {
    super(transport);
  }

  private static FlowSpec.Requests side(String method, String path, FlowSpec.Key key) {
    return new FlowSpec.Requests(
        TestWorld.SHOP, method, path, List.of(new StatusRange(200, 299)), key);
  }

  private static FlowSpec flow() {
    return new FlowSpec(
        "ship",
        side("POST", "/orders", new FlowSpec.Key.Header("X-Order-Id")),
        side(
            "PUT",
            "/shipments/*",
            new FlowSpec.Key.Json(JsonPath.parse("$.lines[1].order").orElseThrow())),
        Duration.ofSeconds(5),
        0.99,
        20);
  }

  /** Asks once, so that from now on what is seen is kept. */
  private TestWorld tapped(Optional<Fallback> fallback) {
    TestWorld world = bare();
    Business business =
        new Business(
            fallback, List.of(), List.of(flow()), Business.DEFAULT_REMEDIES, RestorePolicy.DEFAULT);
    // What nobody can take need not wait long until somebody else answers.
    TrafficPolicy quick =
        TestWorld.policy(draft -> draft.concurrency(100, 100, Duration.ofMillis(100)));
    configure(world, List.of(service(TestWorld.SHOP, quick, business)));
    world.gateway.probeSecret(SECRET);
    assertThat(taken(world)).isEmpty();
    return world;
  }

  private static TestBackend backend(String head, String body) {
    return new TestBackend(answer(head, body));
  }

  private static TestBackend.Behaviour answer(String head, String body) {
    return (request, socket, out) -> {
      TestBackend.write(out, head + "Content-Length: " + body.length() + "\r\n\r\n" + body);
      return true;
    };
  }

  private static List<String> taken(TestWorld world) {
    FlowSource.Taken taken = world.gateway.flows().take();
    assertThat(taken.dropped()).isZero();
    return taken.sightings().stream()
        .map(seen ->
            seen.outcome() == FlowSighting.Outcome.SEEN
                ? seen.flow() + " " + seen.side() + " " + seen.text()
                : seen.flow() + " " + seen.side() + " " + seen.outcome())
        .toList();
  }

  private static void post(RawClient client, String fields) throws IOException {
    client
        .send("POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n" + fields + "\r\n{}")
        .answer();
  }

  private static void put(RawClient client, String fields, String body) throws IOException {
    client
        .send(
            "PUT /shipments/1?x=2 HTTP/1.1\r\nHost: a\r\nContent-Length: "
                + body.length()
                + "\r\n"
                + fields
                + "\r\n"
                + body)
        .answer();
  }

  @Test
  void seesHeadersOfTheRequestAndOfTheAnswerWhichComesFirst() throws Exception {
    try (TestWorld world = tapped(Optional.empty());
        TestBackend shop = backend("HTTP/1.1 201 Made\r\n", "")) {
      world.serve(shop);
      try (RawClient client = world.client()) {
        post(client, "x-order-ID: o-1\r\n");
        assertThat(taken(world)).containsExactly("shop/ship WHEN o-1");
        shop.behave(answer("HTTP/1.1 200 OK\r\nX-Order-Id: o-2\r\n", "fine"));
        post(client, "X-Order-Id: o-1\r\n");
        assertThat(taken(world)).containsExactly("shop/ship WHEN o-2");
        shop.behave((request, socket, out) -> {
          TestBackend.write(out, "HTTP/1.1 204 No\r\nX-Order-Id: o-3\r\n\r\n");
          return true;
        });
        post(client, "");
        assertThat(taken(world)).containsExactly("shop/ship WHEN o-3");
        // Other requests and other answers.
        client.get("/orders");
        client.send("POST /orders/1 HTTP/1.1\r\nHost: a\r\nX-Order-Id: o\r\n\r\n").answer();
        shop.behave(answer("HTTP/1.1 409 No\r\nX-Order-Id: o-4\r\n", "no"));
        post(client, "");
        assertThat(taken(world)).isEmpty();
        shop.behave(answer("HTTP/1.1 200 OK\r\n", "no"));
        post(client, "");
        assertThat(taken(world)).containsExactly("shop/ship WHEN NO_KEY");
      }
    }
  }

  @Test
  void seesKeysInBodiesOfJson() throws Exception {
    String other = "{\"lines\":[{\"order\":\"a\"},{\"order\":\"from-answer\"}]}";
    String sent = "{\"a\":[1,2],\"lines\":[{\"order\":\"a\"},{\"order\":42}]}";
    try (TestWorld world = tapped(Optional.empty());
        TestBackend shop = backend("HTTP/1.1 200 OK\r\n", "ok")) {
      world.serve(shop);
      try (RawClient client = world.client()) {
        put(client, "", sent);
        assertThat(taken(world)).containsExactly("shop/ship THEN 42");
        shop.behave(answer("HTTP/1.1 409 No\r\n", other));
        put(client, "", sent);
        assertThat(taken(world)).containsExactly("shop/ship THEN REFUSED");
        shop.behave(answer("HTTP/1.1 200 OK\r\n", "ok"));
        // Piece by piece, in chunks.
        client.send("PUT /shipments/1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < sent.length(); i += 7) {
          String piece = sent.substring(i, Math.min(sent.length(), i + 7));
          client.send(Integer.toHexString(piece.length()) + ";x=\"{\"\r\n");
          client.send(piece);
          Thread.yield();
          client.send("\r\n");
        }
        client.send("0\r\nX-A: b\r\n\r\n").answer();
        assertThat(taken(world)).containsExactly("shop/ship THEN 42");
        shop.behave(answer("HTTP/1.1 200 OK\r\n", other));
        put(client, "", sent);
        assertThat(taken(world)).containsExactly("shop/ship THEN from-answer");
        shop.behave((request, socket, out) -> {
          TestBackend.write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
          for (int i = 0; i < other.length(); i++) {
            TestBackend.write(out, "1\r\n" + other.charAt(i) + "\r\n");
          }
          TestBackend.write(out, "0\r\n\r\n");
          return true;
        });
        put(client, "", sent);
        assertThat(taken(world)).containsExactly("shop/ship THEN from-answer");
        shop.behave((request, socket, out) -> {
          TestBackend.write(out, "HTTP/1.1 200 OK\r\n\r\n" + other);
          return false;
        });
        put(client, "", "{}");
        assertThat(taken(world)).containsExactly("shop/ship THEN from-answer");
      }
    }
  }

  @Test
  void seesWhatAnOldClientGetsWithoutChunks() throws Exception {
    try (TestWorld world = tapped(Optional.empty());
        TestBackend shop =
            new TestBackend((request, socket, out) -> {
              TestBackend.write(
                  out,
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                      + "e\r\n{\"lines\":[1,{\"\r\n");
              TestBackend.write(out, "b\r\norder\":7}]}\r\n0\r\n\r\n");
              return true;
            })) {
      world.serve(shop);
      try (RawClient client = world.client()) {
        client.send("PUT /shipments/1 HTTP/1.0\r\nHost: a\r\n\r\n").answer();
        assertThat(taken(world)).containsExactly("shop/ship THEN 7");
      }
    }
  }

  @Test
  void tellsWhatItCannotRead() throws Exception {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write("{\"lines\":[1,{\"order\":7}]}".getBytes(StandardCharsets.UTF_8));
    }
    String packed = zipped.toString(StandardCharsets.ISO_8859_1);
    try (TestWorld world = tapped(Optional.empty());
        TestBackend shop = backend("HTTP/1.1 200 OK\r\n", "")) {
      world.serve(shop);
      try (RawClient client = world.client()) {
        put(client, "Content-Encoding: gzip\r\n", packed);
        put(client, "", "<xml/>");
        put(client, "", "{\"lines\":[1,{\"order\":");
        put(client, "", "");
        put(client, "", "{\"lines\":[]}");
        assertThat(taken(world))
            .containsExactly(
                "shop/ship THEN UNREADABLE",
                "shop/ship THEN UNREADABLE",
                "shop/ship THEN UNREADABLE",
                "shop/ship THEN NO_KEY",
                "shop/ship THEN NO_KEY");
        shop.behave(answer("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n", packed));
        put(client, "", "{}");
        put(client, "", "{\"lines\":[1,{\"order\":7}]}");
        assertThat(taken(world)).containsExactly("shop/ship THEN UNREADABLE", "shop/ship THEN 7");
      }
    }
  }

  @Test
  void looksAtTheFirstBytesOfLargeBodiesAndPassesAllOn() throws Exception {
    String early = "{\"lines\":[1,{\"order\":7}],\"rest\":\"" + "x".repeat(1 << 20) + "\"}";
    String late = "{\"rest\":\"" + "x".repeat(1 << 20) + "\",\"lines\":[1,{\"order\":7}]}";
    try (TestWorld world = tapped(Optional.empty());
        TestBackend shop =
            new TestBackend((request, socket, out) -> {
              String body = request.text();
              TestBackend.write(
                  out, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
              return true;
            })) {
      world.serve(shop);
      try (RawClient client = world.client()) {
        for (String body : List.of(early, late)) {
          RawClient.Answer answer =
              client
                  .send(
                      "PUT /shipments/1 HTTP/1.1\r\nHost: a\r\nContent-Length: "
                          + body.length()
                          + "\r\n\r\n"
                          + body)
                  .answer();
          assertThat(answer.text()).isEqualTo(body);
        }
        assertThat(taken(world)).containsExactly("shop/ship THEN 7", "shop/ship THEN UNREADABLE");
      }
    }
  }

  @Test
  void countsARequestOnceHoweverOftenItIsTried() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    TestBackend.Behaviour odd =
        (request, socket, out) -> {
          if (tries.incrementAndGet() % 3 != 0) {
            TestBackend.write(
                out, "HTTP/1.1 503 No\r\nX-Order-Id: none\r\nContent-Length: 0\r\n\r\n");
          } else {
            TestBackend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
          }
          return true;
        };
    try (TestWorld world = tapped(Optional.empty())) {
      world.serve(new TestBackend(odd), new TestBackend(odd), new TestBackend(odd));
      try (RawClient client = world.client()) {
        for (int i = 0; i < 9; i++) {
          put(client, "", "{\"lines\":[1,{\"order\":" + i + "}]}");
        }
      }
      List<String> seen = taken(world);
      assertThat(seen).hasSize(9);
      assertThat(seen.stream().filter(one -> !one.endsWith("REFUSED")))
          .doesNotHaveDuplicates()
          .hasSizeGreaterThanOrEqualTo(3);
      assertThat(tries.get()).isGreaterThan(9);
    }
  }

  @Test
  void doesNotCountProbesOfOurOwnNorAnswersThatWereCut() throws Exception {
    try (TestWorld world = tapped(Optional.empty());
        TestBackend shop = backend("HTTP/1.1 200 OK\r\n", "ok")) {
      world.serve(shop);
      try (RawClient client = world.client()) {
        post(client, "X-Order-Id: probe\r\nX-Mainstay-Probe: " + SECRET + "\r\n");
        post(client, "X-Order-Id: fake\r\nX-Mainstay-Probe: something-else-1234\r\n");
      }
      shop.behave((request, socket, out) -> {
        TestBackend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun");
        return false;
      });
      try (RawClient client = world.client()) {
        client.send("POST /orders HTTP/1.1\r\nHost: a\r\nX-Order-Id: cut\r\n\r\n");
        client.answerWithoutBody();
        TestWorld.await(client::isEnded);
      }
      assertThat(taken(world)).containsExactly("shop/ship WHEN fake");
    }
  }

  @Test
  void countsWhatSomebodyElseAnsweredInItsPlace() throws Exception {
    try (TestWorld world = tapped(Optional.of(new Fallback.Answer(202, Optional.empty())))) {
      try (RawClient client = world.client()) {
        post(client, "X-Order-Id: o-1\r\n");
        assertThat(taken(world)).containsExactly("shop/ship WHEN o-1");
      }
    }
  }

  @Test
  void forgetsFlowsThatAreGone() throws Exception {
    try (TestWorld world = tapped(Optional.empty());
        TestBackend shop = backend("HTTP/1.1 200 OK\r\n", "ok")) {
      world.serve(shop);
      configure(world, List.of(service(TestWorld.SHOP, TestWorld.policy(), Business.NONE)));
      try (RawClient client = world.client()) {
        post(client, "X-Order-Id: o-1\r\n");
        assertThat(taken(world)).isEmpty();
      }
    }
  }

  @Test
  void dropsAndCountsWhatNobodyTakes() throws Exception {
    try (TestWorld world = bare();
        TestBackend shop = backend("HTTP/1.1 200 OK\r\n", "ok")) {
      Business business =
          new Business(
              Optional.empty(),
              List.of(),
              List.of(flow()),
              Business.DEFAULT_REMEDIES,
              RestorePolicy.DEFAULT);
      configure(world, List.of(service(TestWorld.SHOP, TestWorld.policy(), business)));
      world.serve(shop);
      try (RawClient client = world.client()) {
        post(client, "X-Order-Id: o-1\r\n");
        FlowSource.Taken taken = world.gateway.flows().take();
        assertThat(taken.sightings()).isEmpty();
        assertThat(taken.dropped()).isEqualTo(1);
        post(client, "X-Order-Id: o-2\r\n");
        assertThat(taken(world)).containsExactly("shop/ship WHEN o-2");
      }
    }
  }
}
