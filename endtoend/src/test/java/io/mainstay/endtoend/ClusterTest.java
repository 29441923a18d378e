package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three machines, made of network namespaces, with the packaged program on each. */
@Tag("integration")
class ClusterTest {
  private static final Duration BOUND = Duration.ofSeconds(90);

  @TempDir Path folder;
  private Hosts hosts;

  @BeforeEach
  void make() {
    hosts = new Hosts(folder, 91, 3);
  }

  @AfterEach
  void end() {
    hosts.close();
  }

  private Path file(int replicas) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path file = folder.resolve("mainstay.yaml");
    Files.writeString(
        file,
        """
        services:
          shop:
            run: %s -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx32m -cp %s io.mainstay.endtoend.SampleService --port ${PORT}
            listen: "0.0.0.0:8080"
            replicas: %d
            health: /healthz
        """
            .formatted(java, Hosts.ROOT.resolve("endtoend/target/test-classes"), replicas));
    return file;
  }

  /** Three machines with an instance on each. */
  private void three() throws IOException {
    hosts.up(1, file(1), "--label", "zone=a");
    hosts.awaitServing(1, "shop", 1, BOUND);
    String token = hosts.token(1);
    hosts.join(2, 1, token, "--label", "zone=b");
    hosts.join(3, 1, token, "--label", "zone=c");
    for (String node : List.of("h1", "h2", "h3")) {
      Program.await(
          node + " to be ready" + hosts.outputs(),
          BOUND,
          () -> hosts.nodeState(1, node).equals("ready"));
    }
    // On a machine that does not decide: it hands the file to the one that does.
    hosts.mainstay(3, "apply", file(3).toString());
    hosts.awaitServing(1, "shop", 3, BOUND);
    hosts.awaitServing(2, "shop", 3, BOUND);
    hosts.awaitServing(3, "shop", 3, BOUND);
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
    Program.await(
        "load through h2, as the leader sees it",
        BOUND,
        () ->
            hosts.api(1, "/status").get("services").get(0).get("requestsPerSecond").asDouble()
                > 30);
    hosts.signal(3, "KILL");
    Program.await(
        "h3 to be lost" + hosts.outputs(), BOUND, () -> hosts.nodeState(1, "h3").equals("lost"));
    hosts.awaitServing(1, "shop", 3, BOUND);
    hosts.awaitServing(2, "shop", 3, BOUND);
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
    Program.await("h1 to notice", BOUND, () -> tells("coordination-lost"));
    hosts.heal();
    Program.await("a majority again", BOUND, () -> tells("coordination-restored"));
    hosts.awaitServing(1, "shop", 3, BOUND);
    long[] seen = load.end();
    assertThat(seen[1]).as(load.text()).isZero();
  }

  @Test
  void refusesToStartWithFewerServersThanItRemembersAndGoesOnAloneOnlyWhenAllOthersAreLost()
      throws Exception {
    Path state = hosts.data(1).resolve("coordination");
    hosts.up(1, file(1));
    hosts.awaitServing(1, "shop", 1, BOUND);
    Path old = folder.resolve("old");
    copy(state, old);
    String token = hosts.token(1);
    hosts.join(2, 1, token);
    hosts.join(3, 1, token);
    Program.await("three that vote" + hosts.outputs(), BOUND, this::threeVote);
    hosts.mainstay(1, "apply", file(2).toString());
    hosts.awaitServing(2, "shop", 2, BOUND);

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
    hosts.awaitServing(1, "shop", 2, BOUND);
    Path saved = folder.resolve("saved.snapshot");
    hosts.mainstay(1, "snapshot", "save", saved.toString());
    assertThat(Files.readString(saved)).startsWith("mainstay-snapshot 1 ").contains("shop");
  }

  private boolean threeVote() {
    try {
      String memory = Files.readString(hosts.data(1).resolve("cluster/members.json"));
      return memory.replaceAll("\\s", "").contains("\"voters\":[1,2,3]");
    } catch (IOException e) {
      return false;
    }
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
