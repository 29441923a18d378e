package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Bad input and bad luck: a clear event or error, and everything else unharmed. */
@Tag("integration")
class BadLuckTest extends OnOneMachine {
  /** A healthy service beside the one under test, which must not notice anything. */
  private Path besideGood(String other) throws Exception {
    return program.write(
        "mainstay.yaml",
        """
        services:
          good:
            run: %s
            listen: "127.0.0.1:%d"
            health: /healthz
        %s
        """
            .formatted(program.sample(""), port, other));
  }

  private void upWith(String other) throws Exception {
    program.up(besideGood(other)).awaitServing("good", 1);
  }

  private void goodIsUnharmed() {
    JsonNode good = program.service("good");
    assertThat(good.get("serving").asInt()).isEqualTo(1);
    assertThat(good.get("instances").get(0).get("restarts").asInt()).isZero();
    assertThat(Http.get(port, "/").body()).isEqualTo("good-1");
  }

  private void awaitEvent(String kind, String instance) {
    Program.await(
        kind + " of " + instance,
        Duration.ofSeconds(60),
        () ->
            program.hasEvent(
                kind,
                event ->
                    event.path("instance").asString("").equals(instance)
                        || event.path("service").asString("").equals(instance)));
  }

  @Test
  void twoServicesOnOneAddressAreAnErrorOfTheFile() throws Exception {
    Path file = besideGood("  bad:\n    run: sleep 1\n    listen: " + port);
    Program.Result result = program.run("validate", file.toString());
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out() + result.errors()).contains("mainstay.yaml:", Integer.toString(port));
  }

  @Test
  void aListenerWhosePortIsTakenIsReportedAndOpenedOnceItIsFree() throws Exception {
    try (ServerSocket squatter = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int taken = squatter.getLocalPort();
      upWith(
          "  blocked:\n    run: %s\n    health: /healthz\n    listen: \"127.0.0.1:%d\""
              .formatted(program.sample(""), taken));
      Program.await(
          "listener-failed",
          Duration.ofSeconds(30),
          () -> program.hasEvent("listener-failed", e -> e.toString().contains("" + taken)));
      goodIsUnharmed();
      squatter.close();
      Program.await(
          "the listener to open", Duration.ofSeconds(30), () -> Http.statusOf(taken, "/") == 200);
    }
  }

  @Test
  void aMissingCommandIsNamed() throws Exception {
    upWith("  bad:\n    run: no-such-command-here --x\n    health: /");
    awaitEvent("instance-start-failed", "bad-1");
    assertThat(program.events().toString()).contains("no-such-command-here");
    goodIsUnharmed();
  }

  @Test
  void aCommandThatExitsAtOnceIsParkedWithItsLastWords() throws Exception {
    upWith(
        """
          bad:
            run: ["/bin/sh", "-c", "echo going down >&2; exit 3"]
            port: none
            restart: {backoff: 20ms, loop: {count: 3, within: 1m}}
        """);
    awaitEvent("instance-parked", "bad-1");
    assertThat(program.service("bad").get("instances").get(0).get("state").asString())
        .isIn("parked", "starting", "backing-off");
    assertThat(program.events().toString()).contains("going down", "exit code 3");
    goodIsUnharmed();
  }

  @Test
  void anInstanceWhoseCheckNeverPassesGetsNoTraffic() throws Exception {
    int other = Program.freePort();
    upWith(
        """
          bad:
            run: %s
            listen: "127.0.0.1:%d"
            health: /healthz
            concurrency: {queue-start-timeout: 2s, queue-timeout: 2s}
        """
            .formatted(program.sample("--never-ready"), other));
    assertThat(Http.get(other, "/").statusCode()).isEqualTo(503);
    assertThat(program.service("bad").get("serving").asInt()).isZero();
    goodIsUnharmed();
  }

  @Test
  void anInstanceThatIgnoresTermIsKilledAfterItsGrace() throws Exception {
    upWith(
        "  bad:\n    run: %s\n    health: /healthz\n    stop: {drain: 1s, grace: 1s}"
            .formatted(program.sample("--ignore-term")));
    program.awaitServing("bad", 1);
    long pid = Program.pid(program.serving("bad", 0));
    assertThat(program.run("apply", besideGood("").toString()).code()).isZero();
    Program.await("its end", Duration.ofSeconds(20), () -> !Program.isAlive(pid));
    awaitEvent("instance-killed", "bad-1");
    goodIsUnharmed();
  }

  @Test
  void whatAnInstanceLeavesBehindIsGoneBeforeItsNextStart() throws Exception {
    Path script =
        program.write(
            "forks.sh",
            "#!/bin/sh\nsetsid sleep 1000 &\necho $! >> "
                + folder.resolve("left.txt")
                + "\nsleep 1\nexit 0\n");
    upWith(
        "  bad:\n    run: [\"/bin/sh\", \"%s\"]\n    port: none\n    restart: {backoff: 20ms}"
            .formatted(script));
    Path left = folder.resolve("left.txt");
    Program.await(
        "a second run",
        Duration.ofSeconds(30),
        () -> Files.exists(left) && lines(left).size() >= 2);
    long first = Long.parseLong(lines(left).getFirst().strip());
    Program.await("the leftover's end", Duration.ofSeconds(10), () -> !Program.isAlive(first));
    assertThat(program.run("apply", besideGood("").toString()).code()).isZero();
    Program.await(
        "all leftovers' end",
        Duration.ofSeconds(30),
        () -> lines(left).stream().noneMatch(l -> Program.isAlive(Long.parseLong(l.strip()))));
    goodIsUnharmed();
  }

  @Test
  void aServiceCanBeRemovedWhileItDrains() throws Exception {
    int other = Program.freePort();
    upWith(
        "  slow:\n    run: %s\n    health: /healthz\n    listen: \"127.0.0.1:%d\""
            .formatted(program.sample(""), other));
    program.awaitServing("slow", 1);
    CompletableFuture<Integer> running =
        CompletableFuture.supplyAsync(() -> Http.get(other, "/slow/3000").statusCode());
    Program.await(
        "a request in flight",
        Duration.ofSeconds(10),
        () -> program.service("slow").get("instances").get(0).get("inFlight").asInt() > 0);
    assertThat(program.run("drain", "slow-1", "--force").code()).isZero();
    assertThat(program.run("apply", besideGood("").toString()).code()).isZero();
    assertThat(running.get(20, TimeUnit.SECONDS)).isEqualTo(200);
    Program.await("its end", Duration.ofSeconds(20), () -> program.samples().size() == 1);
    goodIsUnharmed();
  }

  @Test
  void twoAppliesAtOnceBothEndAndOneOfThemHolds() throws Exception {
    upWith("");
    Path one = program.write("one.yaml", Files.readString(besideGood("    replicas: 2")));
    Path two = program.write("two.yaml", Files.readString(besideGood("    replicas: 3")));
    CompletableFuture<Program.Result> first =
        CompletableFuture.supplyAsync(() -> program.run("apply", one.toString()));
    CompletableFuture<Program.Result> second =
        CompletableFuture.supplyAsync(() -> program.run("apply", two.toString()));
    assertThat(List.of(first.get().code(), second.get().code())).containsOnly(0);
    program.awaitService(
        "good",
        good ->
            good.get("serving").asInt() == good.get("desired").asInt()
                && good.get("desired").asInt() >= 2,
        "one of the two counts");
    assertThat(Http.get(port, "/").statusCode()).isEqualTo(200);
  }

  @Test
  void tenThousandLogLinesASecondHarmNobody() throws Exception {
    upWith(
        """
          loud:
            run: ["/bin/sh", "-c", "while :; do seq 1 1000; sleep 0.1; done"]
            port: none
        """);
    Program.await(
        "a thousand lines of log",
        Duration.ofSeconds(60),
        () -> program.run("logs", "loud-1", "-n", "1000").out().lines().count() >= 1000);
    goodIsUnharmed();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (java.io.IOException e) {
      return List.of();
    }
  }
}
