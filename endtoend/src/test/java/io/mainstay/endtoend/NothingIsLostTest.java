package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.probes.load.LoadClient;
import io.mainstay.probes.load.LoadPlan;
import io.mainstay.probes.load.LoadReport;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is under way goes on while something is changed or ends: requests, streams, WebSockets. */
@Tag("integration")
class NothingIsLostTest extends OnOneMachine {
  private Path shop(String more) throws IOException {
    return program.write(
        "mainstay.yaml",
        """
        services:
          shop:
            run: %s
            listen: "127.0.0.1:%d"
            health: /healthz
        %s
        """
            .formatted(program.sample(""), port, more.indent(4)));
  }

  private LoadPlan steady() {
    return new LoadPlan(
        new Address("127.0.0.1", port),
        false,
        "127.0.0.1:" + port,
        new LoadPlan.Pace.Connections(8, Duration.ofMillis(20)),
        List.of("/", "/slow/50", "/size/102400"),
        0.3,
        List.of("/orders"),
        List.of(100),
        Duration.ofSeconds(60),
        "steady");
  }

  private static void awaitRequests(LoadClient load, long count) {
    Program.await(count + " requests", Duration.ofSeconds(60), () -> load.report().sent() >= count);
  }

  private static LoadReport end(LoadClient load) throws InterruptedException {
    awaitRequests(load, load.report().sent() + 50);
    load.stop(Duration.ofSeconds(60));
    return load.report();
  }

  @Test
  void theOnlyInstanceIsRestartedByForceWhileItsRequestsWait() throws Exception {
    program.up(shop("replicas: 1")).awaitServing("shop", 1);
    try (LoadClient load = LoadClient.start(steady())) {
      awaitRequests(load, 50);
      Program.Result refused = program.run("restart", "shop", "--wait");
      assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
      Program.Result restarted = program.run("restart", "shop", "--wait", "--force");
      assertThat(restarted.code()).as(restarted.toString()).isZero();
      assertThat(program.service("shop").get("instances").get(0).get("generation").asInt())
          .isEqualTo(2);
      LoadReport report = end(load);
      assertThat(report.failed()).as(report.toString()).isZero();
    }
  }

  @Test
  void theOnlyInstanceOnAFixedPortIsUpdatedInItsPlaceWhileItsRequestsWait() throws Exception {
    int fixed = Program.freePort();
    program.up(shop("replicas: 1\nport: " + fixed)).awaitServing("shop", 1);
    try (LoadClient load = LoadClient.start(steady())) {
      awaitRequests(load, 50);
      Program.Result applied =
          program.run(
              "apply",
              shop("replicas: 1\nport: " + fixed + "\nenv: {MODE: new}").toString(),
              "--wait");
      assertThat(applied.code()).as(applied.toString()).isZero();
      assertThat(program.service("shop").get("instances").get(0).get("revision").asInt())
          .isEqualTo(2);
      LoadReport report = end(load);
      assertThat(report.failed()).as(report.toString()).isZero();
    }
  }

  @Test
  void aWebSocketOutlivesAnApplyThatDoesNotConcernIt() throws Exception {
    program.up(shop("replicas: 1")).awaitServing("shop", 1);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      upgrade(socket);
      assertThat(echo(socket, "before")).isEqualTo("before");

      Program.Result applied =
          program.run(
              "apply", shop("replicas: 2\nbudget: {max-unavailable: 2}").toString(), "--wait");
      assertThat(applied.code()).as(applied.toString()).isZero();
      program.awaitServing("shop", 2);

      assertThat(echo(socket, "after")).isEqualTo("after");
    }
  }

  private void upgrade(Socket socket) throws IOException {
    socket
        .getOutputStream()
        .write(
            ("GET /echo HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    StringBuilder head = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      assertThat(next).as(head.toString()).isNotNegative();
      head.append((char) next);
    }
    assertThat(head.toString())
        .startsWith("HTTP/1.1 101 ")
        .containsIgnoringCase("Upgrade: websocket");
  }

  /** The service sends every byte back; frames are not its concern, nor the gateway's. */
  private static String echo(Socket socket, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    socket.getOutputStream().write(bytes);
    return new String(socket.getInputStream().readNBytes(bytes.length), StandardCharsets.US_ASCII);
  }

  @Test
  void anEndInOrderAnswersEveryRequestThatItTook() throws Exception {
    program.up(shop("replicas: 2")).awaitServing("shop", 2);
    try (LoadClient load = LoadClient.start(steady())) {
      awaitRequests(load, 100);
      Program.signal("TERM", program.server().pid());
      assertThat(program.server().waitFor(60, TimeUnit.SECONDS)).isTrue();
      load.stop(Duration.ofSeconds(20));
      LoadReport report = load.report();
      // Whoever connects after the end is refused; nobody else may notice.
      assertThat(report.failures())
          .as(report.toString())
          .allSatisfy(failure -> assertThat(failure.detail()).containsIgnoringCase("refused"));
    }
    assertThat(program.server().exitValue()).isZero();
    assertThat(program.samples()).isEmpty();
  }
}
