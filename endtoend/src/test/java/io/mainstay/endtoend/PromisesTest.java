package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.probes.load.LoadClient;
import io.mainstay.probes.load.LoadPlan;
import io.mainstay.probes.load.LoadReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What clients see, under load, while something happens. Times are measured in benchmarks. */
@Tag("integration")
class PromisesTest extends OnOneMachine {
  private Path shop(String more) throws Exception {
    return program.write(
        "mainstay.yaml",
        """
        services:
          shop:
            run: %s
            listen: "127.0.0.1:%d"
            health: /healthz
            standby: 1
        %s
        """
            .formatted(
                program.sample("--record " + folder.resolve("posts.txt")), port, more.indent(4)));
  }

  private void upWithThree() throws Exception {
    program.up(shop("replicas: 3")).awaitServing("shop", 3);
    program.awaitService("shop", shop -> shop.get("standby").asInt() == 1, "a standby");
  }

  private LoadPlan mixed() {
    return new LoadPlan(
        new Address("127.0.0.1", port),
        false,
        "127.0.0.1:" + port,
        new LoadPlan.Pace.Connections(16, Duration.ofMillis(5)),
        List.of("/", "/slow/20", "/size/102400"),
        0.3,
        List.of("/orders"),
        List.of(100, 102_400),
        Duration.ofSeconds(20),
        "mixed");
  }

  private LoadPlan gets(int perSecond) {
    return LoadPlan.gets(new Address("127.0.0.1", port), "/", perSecond, "gets");
  }

  private void awaitFullStrength() {
    program.awaitService(
        "shop",
        shop -> shop.get("serving").asInt() == 3 && shop.get("standby").asInt() == 1,
        "full strength");
  }

  @Test
  void killingAnInstanceFailsNoGetAndSendsNoPostTwice() throws Exception {
    upWithThree();
    LoadReport report;
    try (LoadClient load = LoadClient.start(mixed())) {
      awaitRequests(load, 200);
      Program.signal("KILL", Program.pid(program.serving("shop", 1)));
      awaitFullStrength();
      awaitRequests(load, load.report().sent() + 200);
      load.stop(Duration.ofSeconds(20));
      report = load.report();
    }
    assertThat(report.getsFailedBefore()).as(report.toString()).isZero();
    assertThat(report.failures())
        .allSatisfy(failure ->
            assertThat(failure.method().equals("POST") || failure.outcome().name().equals("CUT"))
                .as(failure.toString())
                .isTrue());
    List<String> posts =
        Files.readAllLines(folder.resolve("posts.txt")).stream()
            .map(line -> line.split(" ")[1])
            .toList();
    assertThat(posts).doesNotHaveDuplicates().isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"500", "hang", "reset", "truncate", "garbage"})
  void aSickInstanceWithAGreenCheckLosesItsTraffic(String how) throws Exception {
    upWithThree();
    JsonNode victim = program.serving("shop", 0);
    String id = victim.get("id").asString();
    try (LoadClient load = LoadClient.start(gets(100))) {
      awaitRequests(load, 100);
      int victimPort = Integer.parseInt(victim.get("address").asString().replaceAll(".*:", ""));
      assertThat(Http.post(victimPort, "/break/" + how).statusCode()).isEqualTo(200);
      Program.await(
          id + " to be ejected",
          Duration.ofSeconds(15),
          () ->
              program.hasEvent(
                  "outlier-ejected", event -> event.get("instance").asString().equals(id)));
      awaitRequests(load, load.report().sent() + 100);
      load.stop(Duration.ofSeconds(20));
      LoadReport report = load.report();
      assertThat(report.ok()).as(report.toString()).isGreaterThan(report.sent() * 9 / 10);
    }
  }

  @Test
  void restartUpdateAndScaleInFailNoRequest() throws Exception {
    upWithThree();
    try (LoadClient load = LoadClient.start(mixed())) {
      awaitRequests(load, 100);
      Program.Result restarted = program.run("restart", "shop", "--wait");
      assertThat(restarted.code()).as(restarted.toString()).isZero();
      awaitFullStrength();

      Program.Result applied =
          program.run("apply", shop("replicas: 3\nenv: {MODE: new}").toString());
      assertThat(applied.code()).as(applied.toString()).isZero();
      program.awaitService(
          "shop",
          shop ->
              shop.get("serving").asInt() == 3
                  && shop.get("standby").asInt() == 1
                  && shop.get("instances").size() == 4
                  && shop.get("instances")
                      .valueStream()
                      .allMatch(i -> i.get("revision").asInt() == shop.get("revision").asInt()),
          "all at the new revision");

      assertThat(program.run("scale", "shop", "2").code()).isZero();
      program.awaitServing("shop", 2);
      awaitRequests(load, load.report().sent() + 100);
      load.stop(Duration.ofSeconds(20));
      LoadReport report = load.report();
      assertThat(report.failed()).as(report.toString()).isZero();
    }
  }

  @Test
  void drainAndReleaseFailNoRequest() throws Exception {
    upWithThree();
    String id = program.serving("shop", 0).get("id").asString();
    try (LoadClient load = LoadClient.start(mixed())) {
      awaitRequests(load, 100);
      Program.Result drained = program.run("drain", id, "--reason", "look at it", "--wait");
      assertThat(drained.code()).as(drained.toString()).isZero();
      awaitRequests(load, load.report().sent() + 100);
      assertThat(program.run("release", id, "--wait").code()).isZero();
      awaitFullStrength();
      load.stop(Duration.ofSeconds(20));
      LoadReport report = load.report();
      assertThat(report.failed()).as(report.toString()).isZero();
    }
  }

  @Test
  void aDrillReportsWhatClientsSaw() throws Exception {
    upWithThree();
    Program.Result drill =
        program.run(
            "drill", "shop", "--kind", "kill", "--rps", "100", "--for", "5s", "--output", "json");
    assertThat(drill.code()).as(drill.toString()).isZero();
    assertThat(drill.out()).contains("\"sent\"", "\"failed\"");
    awaitFullStrength();
    Program.Result hang =
        program.run("drill", "shop", "--kind", "hang", "--rps", "100", "--for", "5s");
    assertThat(hang.code()).as(hang.toString()).isZero();
    awaitFullStrength();
  }

  private static void awaitRequests(LoadClient load, long count) {
    Program.await(count + " requests", Duration.ofSeconds(60), () -> load.report().sent() >= count);
  }
}
