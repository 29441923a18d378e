package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.probes.load.LoadClient;
import io.mainstay.probes.load.LoadPlan;
import io.mainstay.probes.load.LoadReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The wall clock of the server is set while it runs, by libfaketime; the machine's own is not. */
@Tag("integration")
class ClockStepTest extends OnOneMachine {
  private static final Path FAKE_TIME =
      Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");

  private void clock(String offset) throws Exception {
    Path next = Files.writeString(folder.resolve("clock.next"), offset + "\n");
    Files.move(next, folder.resolve("clock"), StandardCopyOption.ATOMIC_MOVE);
  }

  private void up() throws Exception {
    assertThat(FAKE_TIME).as("Debian package faketime").exists();
    clock("+0");
    program.environment(
        Map.of(
            "LD_PRELOAD",
            FAKE_TIME.toString(),
            "FAKETIME_TIMESTAMP_FILE",
            folder.resolve("clock").toString(),
            "FAKETIME_CACHE_DURATION",
            "1",
            "FAKETIME_DONT_FAKE_MONOTONIC",
            "1"));
    program
        .up(
            program.write(
                "mainstay.yaml",
                """
                services:
                  shop:
                    run: %s
                    listen: "127.0.0.1:%d"
                    replicas: 2
                    standby: 1
                    health: /healthz
                """
                    .formatted(program.sample(""), port)))
        .awaitServing("shop", 2);
  }

  private LoadPlan steady() {
    return new LoadPlan(
        new Address("127.0.0.1", port),
        false,
        "127.0.0.1:" + port,
        new LoadPlan.Pace.Connections(2, Duration.ofMillis(20)),
        List.of("/"),
        0,
        List.of(),
        List.of(),
        Duration.ofSeconds(60),
        "steady");
  }

  private void awaitStep(String direction) {
    Program.await(
        "clock-stepped " + direction,
        Duration.ofSeconds(30),
        () -> program.hasEvent("clock-stepped", e -> e.toString().contains("set " + direction)));
  }

  private void killOneAndAwaitAnother() throws Exception {
    long pid = Program.pid(program.serving("shop", 0));
    Program.signal("KILL", pid);
    program.awaitService(
        "shop",
        now ->
            now.get("serving").asInt() == 2 && !now.get("instances").toString().contains("" + pid),
        "2 serving without " + pid);
  }

  @Test
  void anHourBackAndForthChangesNothingForClientsAndRecovery() throws Exception {
    up();
    LoadReport report;
    try (LoadClient load = LoadClient.start(steady())) {
      clock("-3600");
      awaitStep("back");
      killOneAndAwaitAnother();
      clock("+0");
      awaitStep("forward");
      killOneAndAwaitAnother();
      load.stop(Duration.ofSeconds(60));
      report = load.report();
    }
    assertThat(report.failed()).as(report.toString()).isZero();
    assertThat(report.sent()).isPositive();
    // Only the two that were killed: nobody mistook the step for silence or old age.
    assertThat(
            program.events().stream()
                .filter(e -> e.get("kind").asString().equals("instance-exited")))
        .hasSize(2);
    assertThat(program.events().toString()).doesNotContain("coordination-lost");
    assertThat(program.run("events", "--limit", "5").code()).isZero();
  }
}
