package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Mainstay itself is killed at awkward moments: never a twin, never an orphan afterwards. */
@Tag("integration")
class CrashTest extends OnOneMachine {
  private Path shop(int replicas, String options, String more) throws Exception {
    return program.write(
        "mainstay.yaml",
        """
        services:
          shop:
            run: %s
            listen: "127.0.0.1:%d"
            health: /healthz
            replicas: %d
        %s
        """
            .formatted(program.sample(options), port, replicas, more));
  }

  @Test
  void whileInstancesStart() throws Exception {
    Path file = shop(3, "--slow-start 1500", "");
    program.startUp(file);
    Program.await(
        "the first process",
        Duration.ofSeconds(60),
        () -> !program.samples().isEmpty() || !program.server().isAlive());
    crash();
    program.up(file).awaitServing("shop", 3);
    eachOnceAndGoneAtTheEnd(3);
  }

  @Test
  void whileAnApplyReplacesInstances() throws Exception {
    program.up(shop(2, "", "")).awaitServing("shop", 2);
    List<Long> before = program.samples().stream().map(ProcessHandle::pid).toList();
    Path changed = shop(2, "", "    env: {MODE: new}");
    assertThat(program.run("apply", changed.toString()).code()).isZero();
    Program.await(
        "the first of the new ones",
        Duration.ofSeconds(60),
        () -> program.samples().stream().anyMatch(sample -> !before.contains(sample.pid())));
    crash();
    program.up(changed);
    program.awaitService(
        "shop",
        shop ->
            shop.get("serving").asInt() == 2
                && shop.get("instances").size() == 2
                && shop.get("instances")
                    .valueStream()
                    .allMatch(i -> i.get("revision").asInt() == shop.get("revision").asInt()),
        "two of the new revision");
    assertThat(program.samples().stream().map(ProcessHandle::pid).toList())
        .doesNotContainAnyElementsOf(before);
    eachOnceAndGoneAtTheEnd(2);
  }

  @Test
  void whileAnInstanceDrainsAndMoreAreWanted() throws Exception {
    program.up(shop(2, "", "")).awaitServing("shop", 2);
    var _ = CompletableFuture.supplyAsync(() -> Http.statusOf(port, "/slow/4000"));
    var _ = CompletableFuture.supplyAsync(() -> Http.statusOf(port, "/slow/4000"));
    var _ =
        CompletableFuture.supplyAsync(() -> program.run("restart", "shop", "--reason", "a test"));
    Program.await(
        "an instance to drain",
        Duration.ofSeconds(60),
        () ->
            program
                .service("shop")
                .get("instances")
                .valueStream()
                .anyMatch(instance ->
                    List.of("draining", "stopping").contains(instance.get("state").asString())
                        || instance.get("generation").asLong() > 1));
    crash();
    Path more = shop(3, "", "");
    program.up(more).awaitServing("shop", 3);
    assertThat(Http.get(port, "/").statusCode()).isEqualTo(200);
    eachOnceAndGoneAtTheEnd(3);
  }

  @Test
  void againAndAgainWithinTheFirstSeconds() throws Exception {
    Path file = shop(2, "", "    standby: 1");
    for (int milliseconds : new int[] {400, 900, 1500, 2200}) {
      Process server = program.startUp(file);
      // The moment is meant to be arbitrary; only an early end is an error.
      assertThat(server.waitFor(milliseconds, TimeUnit.MILLISECONDS)).isFalse();
      crash();
    }
    program.up(file).awaitServing("shop", 2);
    program.awaitService("shop", shop -> shop.get("standby").asInt() == 1, "a standby");
    eachOnceAndGoneAtTheEnd(3);
  }

  private void crash() throws Exception {
    Program.signal("KILL", program.server().pid());
    program.server().waitFor();
  }

  private void eachOnceAndGoneAtTheEnd(int count) throws Exception {
    Program.await(
        count + " processes", Duration.ofSeconds(30), () -> program.samples().size() == count);
    assertThat(program.samples().stream().map(sample -> Program.instanceOf(sample.pid())).toList())
        .doesNotHaveDuplicates();
    // A restart that the crash interrupted may still go on: status and processes must meet.
    Program.await(
        "status to know exactly these processes",
        Duration.ofSeconds(30),
        () -> known().equals(program.samples().stream().map(ProcessHandle::pid).sorted().toList()));
    Program.signal("TERM", program.server().pid());
    assertThat(program.server().waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(program.server().exitValue()).isZero();
    assertThat(program.samples()).isEmpty();
  }

  private List<Long> known() {
    return program
        .service("shop")
        .get("instances")
        .valueStream()
        .map(instance -> instance.get("pid").asLong())
        .sorted()
        .toList();
  }
}
