package io.mainstay.business;

import static io.mainstay.business.RunnerWorld.await;
import static io.mainstay.business.RunnerWorld.reason;
import static io.mainstay.business.TestServer.answer;
import static io.mainstay.business.TestServer.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Pin;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.model.state.TransactionRun.Outcome;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLimitsTest {
  private static final InstanceId SHOP_2 = new InstanceId(new ServiceName("shop"), 2);

  @TempDir Path folder;
  private final CountDownLatch never = new CountDownLatch(1);
  private RunnerWorld world;

  @BeforeEach
  void open() throws Exception {
    world = new RunnerWorld(folder);
  }

  @AfterEach
  void close() throws Exception {
    never.countDown();
    world.close();
  }

  private TestServer hangsAt(String path) {
    return world.open(
        "shop",
        (request, out) -> {
          if (request.line().contains(path)) {
            never.await();
          }
          write(out, answer("200 OK", "", "{}"));
        });
  }

  @Test
  void cleansUpAfterAFailureAndAfterATimeOut() {
    TestServer server = hangsAt("/hang");
    TransactionRun failed =
        world
            .transaction(
                "{within: 300ms, steps: [{http: GET /, expect: {status: 201}}], cleanup: [{http:"
                    + " 'GET /${none:-x}'}, {http: 'GET /hang', within: 50ms}, {http: GET /last}]}")
            .run();
    assertThat(reason(failed)).isEqualTo("status 200 instead of 201");
    assertThat(server.requests)
        .extracting(TestServer.Request::line)
        .containsExactly(
            "GET / HTTP/1.1", "GET /x HTTP/1.1", "GET /hang HTTP/1.1", "GET /last HTTP/1.1");
    assertThat(failed.leftovers()).containsExactly("GET /hang: no end within 50 ms");
    server.requests.clear();
    TransactionRun late =
        world
            .transaction(
                "{within: 300ms, steps: [{http: GET /hang}], cleanup: [{http: GET /last}]}")
            .run();
    assertThat(late.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(reason(late)).isEqualTo("no end within 300 ms, the limit of all steps");
    assertThat(late.failure().orElseThrow().suspect()).isEqualTo(new ServiceName("shop"));
    assertThat(late.took()).isBetween(Duration.ofMillis(300), Duration.ofSeconds(5));
    assertThat(server.requests).hasSize(2);
  }

  @Test
  void leavesACleanupStepOutWhoseNameWasNeverCaptured() {
    TestServer server = world.open("shop", TestServer.json("{}"));
    TransactionRun run =
        world
            .transaction(
                "{steps: [{http: GET /, capture: {id: $.id}}], cleanup: [{http: 'DELETE /${id}'}]}")
            .run();
    assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(run.leftovers()).isEmpty();
    assertThat(server.requests).hasSize(1);
  }

  @Test
  void waits() {
    world.open("shop", TestServer.json("{}"));
    TransactionRun run = world.steps("[{wait: 50ms}, {http: GET /}]").run();
    assertThat(run.failure()).isEmpty();
    assertThat(run.steps().getFirst().took()).isGreaterThanOrEqualTo(Duration.ofMillis(49));
    run = world.transaction("{within: 50ms, steps: [{wait: 1s}]}").run();
    assertThat(run.outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void saysNothingOfTheBusinessWhenOurOwnSideIsBroken() throws Exception {
    assertThat(unknown("[{http: GET /}]")).isEqualTo("listener shop is not open on this machine");
    try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      world.listening.put("shop", new Address("127.0.0.1", gone.getLocalPort()));
    }
    assertThat(unknown("[{http: GET /}]")).startsWith("listener shop: ");
    world.open("shop", (_, out) -> out.flush());
    assertThat(unknown("[{http: GET /}]"))
        .isEqualTo("listener shop: the connection was closed without an answer");
    world.open(
        "shop",
        (_, out) -> write(out, answer("404 Not Found", "X-Mainstay-Reason: no route\r\n", "")));
    assertThat(unknown("[{http: GET /}]")).isEqualTo("the gateway answered 404 itself: no route");
    assertThat(unknown("[{http: 'GET /${UNHEARD_OF}'}]")).isEqualTo("undefined name: UNHEARD_OF");
    assertThat(unknown("[{sql: {url: 'jdbc:nobody:x', query: select 1}}]"))
        .isEqualTo("no driver takes \"jdbc:nobody:\"");
  }

  private String unknown(String steps) {
    TransactionRun run = world.steps(steps).run();
    assertThat(run.outcome()).isEqualTo(Outcome.UNKNOWN);
    return reason(run);
  }

  @Test
  void failsWhenAnAddressElsewhereOrADatabaseIsDown() throws Exception {
    int port;
    try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = gone.getLocalPort();
    }
    TransactionRun run = world.steps("[{http: 'GET http://127.0.0.1:" + port + "/'}]").run();
    assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
    run =
        world
            .steps(
                "[{sql: {url: 'jdbc:postgresql://127.0.0.1:"
                    + port
                    + "/shop?user=x', query: select 1}}]")
            .run();
    assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(reason(run)).contains("SQLSTATE 08001");
  }

  @Test
  void runsCommandsByTheRulesOfNagios() throws Exception {
    Files.writeString(folder.resolve("secret"), "s3cret\n");
    String file =
        """
        services:
          shop:
            run: x
            listen: 8080
            env: {PASSWORD: {file: %s}, URL: "http://x:${PORT}", PLAIN: "p-${MAINSTAY_SERVICE}"}
            transactions:
              buy:
                steps:
                  - run: ["sh", "-c", 'echo "$PLAIN $MAINSTAY_SERVICE $${#PASSWORD} $URL|x=1"; exit CODE']
                    capture: line
                  - run: ["sh", "-c", "test \\"$1\\" = \\"p-shop shop 6 |x=1\\"", "sh", "${line}"]
        """
            .formatted(folder.resolve("secret"));
    for (int code : List.of(0, 1)) {
      TransactionRun run = world.file(file.replace("CODE", "" + code)).run();
      assertThat(run.failure()).isEmpty();
    }
    TransactionRun failed = world.file(file.replace("CODE", "2")).run();
    assertThat(failed.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(reason(failed)).startsWith("exit code 2: p-shop shop 6");
    assertThat(world.file(file.replace("CODE", "3")).run().outcome()).isEqualTo(Outcome.UNKNOWN);
    TransactionRun told =
        world.file(file.replace("$PLAIN", "$PASSWORD").replace("CODE", "2")).run();
    assertThat(reason(told)).startsWith("exit code 2: *** shop");
    assertThat(world.steps("[{run: [/none/such]}]").run().outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void marksRequestsToOurOwnListenersOnly() {
    TestServer own = world.open("shop", TestServer.json("{}"));
    TestServer other = world.elsewhere(TestServer.json("{}"));
    TransactionRun run =
        world
            .steps(
                "[{http: GET /}, {http: 'GET http://%s/x?y'}, {http: 'GET http://%s', headers:"
                        .formatted(own.address(), other.address())
                    + " {X-Own: a}}]")
            .run(Pin.to(SHOP_2), Pin.toFallback(new ServiceName("lite")));
    assertThat(run.failure()).isEmpty();
    assertThat(own.requests).hasSize(2);
    assertThat(own.requests.get(1).line()).isEqualTo("GET /x?y HTTP/1.1");
    String id = own.requests.getFirst().header("x-mainstay-transaction");
    assertThat(id).matches("[0-9a-f]{32}");
    assertThat(own.requests)
        .allSatisfy(request -> {
          assertThat(request.header("x-mainstay-transaction")).isEqualTo(id);
          assertThat(request.header("x-mainstay-probe")).isEqualTo(RunnerWorld.SECRET);
          assertThat(request.header("x-mainstay-pin")).isEqualTo("shop=shop-2, lite=fallback");
          assertThat(request.header("traceparent")).matches("00-" + id + "-[0-9a-f]{16}-01");
          assertThat(request.header("user-agent")).isEqualTo("mainstay-transaction");
        });
    assertThat(other.requests.getFirst().line()).isEqualTo("GET / HTTP/1.1");
    assertThat(other.requests.getFirst().header("x-own")).isEqualTo("a");
    assertThat(other.requests.getFirst().headers().keySet())
        .noneMatch(name -> name.startsWith("x-mainstay") || name.equals("traceparent"));
  }

  @Test
  void findsTheRouteThatLeadsToTheService() {
    TestServer server = world.open("public", TestServer.json("{}"));
    String file =
        """
        services:
          orders: {run: y}
          shop:
            run: x
            transactions: {buy: {steps: [{http: GET TARGET}]}}
        listeners:
          public:
            bind: 127.0.0.1:8443
            routes:
              - {path: /api/*, service: orders}
              - {host: shop.example.com, path: /shop/*, header: {X-Beta: "1"}, service: shop}
        """;
    assertThat(world.file(file.replace("TARGET", "/shop/1")).run().failure()).isEmpty();
    assertThat(server.requests.getFirst().header("host")).isEqualTo("shop.example.com");
    assertThat(server.requests.getFirst().header("x-beta")).isEqualTo("1");
    TransactionRun run = world.file(file.replace("TARGET", "/api/1")).run();
    assertThat(run.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(reason(run)).isEqualTo("no route leads to shop with GET /api/1");
  }

  @Test
  void saysWhoAnsweredAndWhatTheGatewaySaw() {
    world.open(
        "shop",
        (request, out) -> {
          world.calls.put(
              request.header("x-mainstay-transaction"),
              List.of(new TransactionRun.Call(new ServiceName("shop"), Optional.of(SHOP_2), 502)));
          write(out, answer("502 Bad Gateway", "X-Mainstay-Reason: failed\r\n", ""));
        });
    TransactionRun run = world.steps("[{http: GET /}]").run();
    assertThat(reason(run)).isEqualTo("status 502 (failed) instead of 200-299");
    assertThat(run.calls()).hasSize(1);
    assertThat(run.failure().orElseThrow().by()).contains(SHOP_2);
    world.open(
        "shop", (_, out) -> write(out, answer("500 No", "X-Mainstay-Instance: lite-1\r\n", "")));
    run = world.steps("[{http: GET /}]").run();
    assertThat(run.failure().orElseThrow().suspect()).isEqualTo(new ServiceName("lite"));
    assertThat(run.failure().orElseThrow().by().orElseThrow().toString()).isEqualTo("lite-1");
  }

  @Test
  void runsNoMoreThanItMayAtOnceAndTellsNothingAfterItsEnd() {
    TestServer server = hangsAt("/hang");
    world.most(2).steps("[{http: GET /hang}]");
    AtomicReference<TransactionRun> first = new AtomicReference<>();
    AtomicReference<TransactionRun> second = new AtomicReference<>();
    world.begin(first);
    world.begin(second);
    await(() -> server.requests.size() == 2);
    TransactionRun third = world.run();
    assertThat(third.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(reason(third)).isEqualTo("2 runs are under way already");
    world.runs().close();
    await(() -> server.open() == 2);
    never.countDown();
    await(() -> server.open() == 0);
    assertThat(world.told).containsExactly(third);
  }

  @Test
  void keepsTwoRunsApart() {
    CountDownLatch both = new CountDownLatch(2);
    TestServer server =
        world.open(
            "shop",
            (request, out) -> {
              both.countDown();
              both.await();
              String id = request.header("x-mainstay-transaction");
              write(out, answer("200 OK", "Set-Cookie: run=" + id + "\r\n", ""));
            });
    world.steps("[{http: GET /a}, {http: GET /b}]");
    AtomicReference<TransactionRun> first = new AtomicReference<>();
    AtomicReference<TransactionRun> second = new AtomicReference<>();
    world.begin(first);
    world.begin(second);
    await(() -> first.get() != null && second.get() != null);
    assertThat(server.requests)
        .filteredOn(request -> request.line().contains("/b"))
        .hasSize(2)
        .allMatch(request ->
            request.header("cookie").equals("run=" + request.header("x-mainstay-transaction")));
  }
}
