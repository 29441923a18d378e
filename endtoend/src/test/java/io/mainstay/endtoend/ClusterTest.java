package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three machines, made of network namespaces, with the packaged program on each. */
@Tag("integration")
class ClusterTest extends OnThreeMachines {
  private static final Duration BOUND = Duration.ofSeconds(90);

  ClusterTest() {
    super(91, BOUND);
  }

  /** Three machines with an instance on each. */
  private void three() throws IOException {
    hosts.up(1, file(1), "--label", "zone=a");
    awaitServing(1, 1);
    String token = hosts.token(1);
    hosts.join(2, 1, token, "--label", "zone=b");
    hosts.join(3, 1, token, "--label", "zone=c");
    awaitAllReady();
    // On a machine that does not decide: it hands the file to the one that does.
    hosts.mainstay(3, "apply", file(3).toString());
    awaitServing(1, 3);
    awaitServing(2, 3);
    awaitServing(3, 3);
    List<String> nodes = new ArrayList<>();
    hosts
        .api(1, "/status")
        .get("services")
        .get(0)
        .get("instances")
        .forEach(instance -> nodes.add(instance.get("node").asString()));
    assertThat(nodes).containsExactlyInAnyOrder("h1", "h2", "h3");
  }

  @Test
  void threeMachinesServeThroughEachOfThemAndSurviveTheLossOfOne() throws Exception {
    three();
    HostClient load = new HostClient(hosts, 2, hosts.address(2) + ":8080", 50);
    await(
        "load through h2, as the leader sees it",
        () ->
            hosts.api(1, "/status").get("services").get(0).get("requestsPerSecond").asDouble()
                > 30);
    hosts.signal(3, "KILL");
    awaitState(1, "h3", "lost");
    awaitServing(1, 3);
    awaitServing(2, 3);
    long[] seen = load.end();
    assertThat(seen[1]).as(load.text()).isZero();
    assertThat(seen[0]).isPositive();
  }

  private boolean tells(String kind) {
    var events = hosts.api(1, "/events?limit=1000");
    return events != null && events.toString().contains("\"" + kind + "\"");
  }

  @Test
  void aQuorumThatIsGoneStopsNothing() throws Exception {
    three();
    HostClient load = new HostClient(hosts, 1, hosts.address(1) + ":8080", 50);
    hosts.cut(2);
    hosts.cut(3);
    await("h1 to notice", () -> tells("coordination-lost"));
    hosts.heal();
    await("a majority again", () -> tells("coordination-restored"));
    awaitServing(1, 3);
    long[] seen = load.end();
    assertThat(seen[1]).as(load.text()).isZero();
  }

  @Test
  void refusesToStartWithFewerServersThanItRemembersAndGoesOnAloneOnlyWhenAllOthersAreLost()
      throws Exception {
    Path state = hosts.data(1).resolve("coordination");
    hosts.up(1, file(1));
    awaitServing(1, 1);
    Path old = folder.resolve("old");
    copy(state, old);
    String token = hosts.token(1);
    hosts.join(2, 1, token);
    hosts.join(3, 1, token);
    awaitThreeVote(1);
    hosts.mainstay(1, "apply", file(2).toString());
    awaitServing(2, 2);

    // Put back to what it was when it was alone: it must not lead itself.
    hosts.signal(1, "KILL");
    Path good = folder.resolve("good");
    Files.move(state, good);
    copy(old, state);
    hosts.up(1, file(2)).waitFor();
    assertThat(Files.readString(hosts.output(1))).contains("alone it would split the cluster");

    // With its own state, but while the others answer, it is not alone.
    Files.move(state, folder.resolve("discarded"));
    Files.move(good, state);
    hosts.up(1, file(2), "--force-single").waitFor();
    assertThat(Files.readString(hosts.output(1))).contains("two halves would go on apart");

    // They are lost for good.
    hosts.signal(2, "KILL");
    hosts.signal(3, "KILL");
    hosts.up(1, file(2), "--force-single");
    awaitServing(1, 2);
    Path saved = folder.resolve("saved.snapshot");
    hosts.mainstay(1, "snapshot", "save", saved.toString());
    assertThat(Files.readString(saved)).startsWith("mainstay-snapshot 1 ").contains("shop");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }
}
