package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.probes.load.LoadClient;
import io.mainstay.probes.load.LoadPlan;
import io.mainstay.probes.load.LoadReport;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Requests of a service go elsewhere and back again: by hand, by time, since nobody is there. */
@Tag("integration")
class DivertTest extends OnOneMachine {
  private Path file() throws IOException {
    return file("fallback: lite");
  }

  private Path file(String more) throws IOException {
    return program.write(
        "mainstay.yaml",
        """
        services:
          shop:
            run: %s
            listen: "127.0.0.1:%d"
            health: /healthz
            replicas: 2
            concurrency: {queue-timeout: 1s}
            %s
          lite:
            run: %s
            health: /healthz
            concurrency: {queue-timeout: 1s}
        """
            .formatted(program.sample(""), port, more, program.sample("")));
  }

  private Program up() throws Exception {
    return program.up(file()).awaitServing("shop", 2).awaitServing("lite", 1);
  }

  private String answer() {
    HttpResponse<String> answer = Http.get(port, "/");
    return answer.statusCode() == 200
        ? answer.body().replaceAll("-[0-9]+$", "")
        : answer.statusCode()
            + " "
            + answer.headers().firstValue("X-Mainstay-Reason").orElse("without a reason");
  }

  private void awaitAnswer(String wanted) {
    Program.await("answers of " + wanted, Duration.ofSeconds(30), () -> answer().equals(wanted));
  }

  private void run(String... words) {
    Program.Result result = program.run(words);
    assertThat(result.code()).as(result.toString()).isZero();
  }

  @Test
  void noRequestFailsWhileAllGoElsewhereAndBackAgain() throws Exception {
    up();
    LoadPlan plan =
        new LoadPlan(
            new Address("127.0.0.1", port),
            false,
            "127.0.0.1:" + port,
            new LoadPlan.Pace.Connections(8, Duration.ofMillis(20)),
            List.of("/", "/slow/50", "/size/102400"),
            0.3,
            List.of("/orders"),
            List.of(100),
            Duration.ofSeconds(120),
            "diverted");
    try (LoadClient load = LoadClient.start(plan)) {
      awaitRequests(load, 100);
      for (int i = 0; i < 2; i++) {
        run("divert", "shop", "--reason", "a test");
        awaitAnswer("lite");
        program.awaitService(
            "shop", shop -> shop.get("verdict").asString().equals("diverted"), "diverted");
        awaitRequests(load, load.report().sent() + 100);
        run("restore", "shop");
        awaitAnswer("shop");
        awaitRequests(load, load.report().sent() + 100);
      }
      load.stop(Duration.ofSeconds(60));
      LoadReport report = load.report();
      assertThat(report.failed()).as(report.toString()).isZero();
    }
    assertThat(Http.get(program.adminPort, "/metrics").body())
        .containsPattern(
            "mainstay_service_diverted_requests(_total)?\\{service=\"shop\"} [1-9][0-9]*");
  }

  private static void awaitRequests(LoadClient load, long count) {
    Program.await(count + " requests", Duration.ofSeconds(60), () -> load.report().sent() >= count);
  }

  @Test
  void endsByItsTimeAndSaysSo() throws Exception {
    up();
    run("divert", "shop", "--to", "lite", "--for", "4s", "--reason", "for a moment");
    awaitAnswer("lite");
    assertThat(program.run("status").out()).contains("diverted").contains("lite until");
    assertThat(program.run("explain", "shop").out()).contains("diversion").contains("for a moment");
    awaitAnswer("shop");
    Program.await(
        "the end to be told",
        Duration.ofSeconds(30),
        () ->
            program.hasEvent(
                "restored", event -> event.get("reason").asString().contains("its time is over")));
    assertThat(
            program.hasEvent(
                "diverted", event -> event.get("actor").asString().startsWith("operator:")))
        .isTrue();
    assertThat(program.run("restore", "shop").code()).isEqualTo(1);
    assertThat(program.run("divert", "lite").errors()).contains("lite has no fallback");
  }

  @Test
  void isNotOverruledWhenTheFallbackDies() throws Exception {
    up();
    run("divert", "shop");
    awaitAnswer("lite");
    run("isolate", "lite-1", "--force");
    awaitAnswer("503 no instance of lite was ready in time");
    program.awaitService("shop", shop -> shop.get("verdict").asString().equals("down"), "down");
    assertThat(program.run("divert", "shop").code()).isEqualTo(3);
    run("release", "lite-1");
    awaitAnswer("lite");
    run("divert", "shop", "--to", "lite", "--share", "30%");
    run("isolate", "lite-1", "--force");
    awaitAnswer("shop");
    for (int i = 0; i < 20; i++) {
      assertThat(answer()).isEqualTo("shop");
    }
  }

  @Test
  void answersInPlaceOfAServiceThatIsDown() throws Exception {
    program.write("sorry.html", "<h1>We will be back</h1>");
    program.up(file("fallback: {status: 503, page: sorry.html}")).awaitServing("shop", 2);
    assertThat(answer()).isEqualTo("shop");
    run("isolate", "shop-1", "--force");
    run("isolate", "shop-2", "--force");
    awaitAnswer("503 no instance of shop is ready");
    HttpResponse<String> page = Http.get(port, "/");
    assertThat(page.body()).isEqualTo("<h1>We will be back</h1>");
    assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    run("release", "shop-1");
    run("release", "shop-2");
    awaitAnswer("shop");
    run("divert", "shop", "--for", "1h");
    awaitAnswer("503 diverted");
    assertThat(
            Long.parseLong(Http.get(port, "/").headers().firstValue("Retry-After").orElseThrow()))
        .isBetween(3000L, 3600L);
    // Another file takes the fallback away, and the diversion with it.
    run("apply", file("").toString());
    awaitAnswer("shop");
  }

  @Test
  void outlivesTheServer() throws Exception {
    up();
    run("divert", "shop", "--reason", "a test");
    awaitAnswer("lite");
    Program.signal("KILL", program.server().pid());
    program.server().waitFor();
    program.startUp(file());
    int answered = 0;
    long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
    while (Http.statusOf(program.adminPort, "/readyz") != 200) {
      assertThat(System.nanoTime()).isLessThan(end);
      if (Http.statusOf(port, "/") != 0) {
        // From the first answer on, before anything is known of the coordination.
        assertThat(answer()).isNotEqualTo("shop");
        answered++;
      }
    }
    assertThat(answered).isPositive();
    for (int i = 0; i < 20; i++) {
      assertThat(answer()).isEqualTo("lite");
    }
    program.awaitService(
        "shop", shop -> shop.get("verdict").asString().equals("diverted"), "diverted");
    run("restore", "shop");
    awaitAnswer("shop");
  }
}
