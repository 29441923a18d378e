package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The main job, from outside. */
@Tag("integration")
class KeepsServicesUpTest extends OnOneMachine {
  private Path shop(String more) throws Exception {
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
            .formatted(program.sample("--record " + folder.resolve("posts.txt")), port, more));
  }

  @Test
  void servesOverTheListenerAndEndsInOrder() throws Exception {
    program.up(shop("    replicas: 3\n    standby: 1")).awaitServing("shop", 3);
    Set<String> answered = new TreeSet<>();
    Program.await(
        "all three to answer",
        Duration.ofSeconds(20),
        () -> {
          answered.add(Http.get(port, "/").body());
          return answered.size() == 3;
        });
    assertThat(program.samples()).hasSize(4);

    Program.signal("TERM", program.server().pid());
    assertThat(program.server().waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(program.server().exitValue()).isZero();
    assertThat(program.samples()).isEmpty();
  }

  @Test
  void aKilledInstanceIsReplacedByTheStandbyAndComesBackAsOne() throws Exception {
    program.up(shop("    replicas: 3\n    standby: 1")).awaitServing("shop", 3);
    program.awaitService("shop", shop -> shop.get("standby").asInt() == 1, "a standby");
    JsonNode victim = program.serving("shop", 0);

    Program.signal("KILL", Program.pid(victim));

    program.awaitService(
        "shop",
        shop ->
            shop.get("serving").asInt() == 3
                && shop.get("standby").asInt() == 1
                && byId(shop, victim.get("id").asString())
                    .get("state")
                    .asString()
                    .equals("standby"),
        "three serving and the victim as standby");
    JsonNode back = byId(program.service("shop"), victim.get("id").asString());
    assertThat(back.get("generation").asLong()).isEqualTo(2);
    assertThat(back.get("lastExit").get("signal").asString()).contains("KILL");
    assertThat(program.hasEvent("instance-exited", event -> true)).isTrue();
    assertThat(program.hasEvent("standby-promoted", event -> true)).isTrue();
  }

  @Test
  void instancesOutliveMainstayAndAreAdoptedByTheNextOne() throws Exception {
    Path file = shop("    replicas: 2\n    standby: 1");
    program.up(file).awaitServing("shop", 2);
    program.awaitService("shop", shop -> shop.get("standby").asInt() == 1, "a standby");
    List<Long> before = program.samples().stream().map(ProcessHandle::pid).sorted().toList();

    Program.signal("KILL", program.server().pid());
    program.server().waitFor();
    assertThat(program.samples()).hasSize(3);

    program.up(file).awaitServing("shop", 2);
    program.awaitService("shop", shop -> shop.get("standby").asInt() == 1, "a standby");
    List<Long> after = program.samples().stream().map(ProcessHandle::pid).sorted().toList();
    assertThat(after).isEqualTo(before);
    for (JsonNode instance : program.service("shop").get("instances")) {
      assertThat(instance.get("restarts").asInt()).isZero();
      assertThat(instance.get("generation").asLong()).isEqualTo(1);
    }
    assertThat(program.hasEvent("instance-adopted", event -> true)).isTrue();
    assertThat(Http.get(port, "/").statusCode()).isEqualTo(200);

    Program.signal("KILL", after.getFirst());
    program.awaitService(
        "shop",
        shop ->
            shop.get("serving").asInt() == 2
                && shop.get("standby").asInt() == 1
                && shop.get("instances")
                    .valueStream()
                    .anyMatch(i -> i.get("restarts").asInt() == 1),
        "full strength again");
    assertThat(program.samples()).hasSize(3).noneMatch(sample -> sample.pid() == after.getFirst());
  }

  @Test
  void aSecondServerOnTheSameFolderIsRefused() throws Exception {
    Path file = shop("    replicas: 1");
    program.up(file).awaitServing("shop", 1);
    Program.Result second =
        program.run(
            "up",
            file.toString(),
            "--data",
            program.data().toString(),
            "--admin",
            "127.0.0.1:" + Program.freePort());
    assertThat(second.code()).isEqualTo(1);
    assertThat(second.errors()).contains(Long.toString(program.server().pid()));
    assertThat(program.service("shop").get("serving").asInt()).isEqualTo(1);
  }

  @Test
  void aClosedTerminalEndsEverythingInOrder() throws Exception {
    program.up(shop("    replicas: 2")).awaitServing("shop", 2);

    Program.signal("HUP", program.server().pid());

    assertThat(program.server().waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(program.server().exitValue()).isZero();
    assertThat(program.samples()).isEmpty();
    assertThat(program.tail()).contains("ending in order", "mainstay: ended");
  }

  @Test
  void endingTheServerOnlyLeavesTheInstancesToTheNextOne() throws Exception {
    Path file = shop("    replicas: 2");
    program.up(file).awaitServing("shop", 2);
    List<Long> before = program.samples().stream().map(ProcessHandle::pid).sorted().toList();
    Program.signal("USR1", program.server().pid());
    assertThat(program.server().waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(program.server().exitValue()).isZero();
    assertThat(program.samples()).hasSize(2);

    program.up(file).awaitServing("shop", 2);
    assertThat(program.samples().stream().map(ProcessHandle::pid).sorted().toList())
        .isEqualTo(before);
    assertThat(program.run("down").code()).isZero();
    assertThat(program.server().waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(program.samples()).isEmpty();
  }

  @Test
  void applyTouchesOnlyWhatDiffers() throws Exception {
    program.up(shop("    replicas: 2")).awaitServing("shop", 2);
    List<Long> before = program.samples().stream().map(ProcessHandle::pid).sorted().toList();

    Path more = shop("    replicas: 3\n    timeouts: {response: 20s}");
    assertThat(program.run("plan", more.toString()).out()).contains("shop-3");
    assertThat(program.run("apply", more.toString()).code()).isZero();
    program.awaitServing("shop", 3);
    assertThat(program.samples().stream().map(ProcessHandle::pid).toList()).containsAll(before);

    Path changed = shop("    replicas: 3\n    env: {MODE: new}");
    Program.Result applied = program.run("apply", changed.toString());
    assertThat(applied.code()).as(applied.toString()).isZero();
    program.awaitService(
        "shop",
        shop ->
            shop.get("serving").asInt() == 3
                && shop.get("instances")
                    .valueStream()
                    .allMatch(i -> i.get("revision").asInt() == shop.get("revision").asInt())
                && shop.get("instances").size() == 3,
        "all three at the new revision");
    assertThat(program.samples().stream().map(ProcessHandle::pid).toList())
        .doesNotContainAnyElementsOf(before);
  }

  @Test
  void aFileWithErrorsIsRefusedWholeAndTouchesNothing() throws Exception {
    program.up(shop("    replicas: 1")).awaitServing("shop", 1);
    long pid = program.samples().getFirst().pid();
    Path bad = shop("    replicsa: 3\n    standby: many\n    exclusive: true");
    Program.Result applied = program.run("apply", bad.toString());
    assertThat(applied.code()).isEqualTo(2);
    assertThat(applied.errors() + applied.out())
        .contains("replicsa", "replicas", "standby", "exclusive", "not supported yet");
    assertThat(program.run("validate", bad.toString()).code()).isEqualTo(2);
    assertThat(program.samples().getFirst().pid()).isEqualTo(pid);
  }

  @Test
  void logsShowWhatInstancesWrote() throws Exception {
    program.up(shop("    replicas: 2")).awaitServing("shop", 2);
    assertThat(program.run("logs", "shop-1").out()).contains("shop-1 listens on");
    assertThat(program.run("logs", "shop").out()).contains("shop-1 listens", "shop-2 listens");
    assertThat(Files.isRegularFile(program.output())).isTrue();
  }

  private static JsonNode byId(JsonNode service, String id) {
    return service
        .get("instances")
        .valueStream()
        .filter(instance -> instance.get("id").asString().equals(id))
        .findFirst()
        .orElseThrow();
  }
}
