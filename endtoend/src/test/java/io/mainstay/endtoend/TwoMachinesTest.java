package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two machines and a witness, made of network namespaces: docs/two-machines.md. */
@Tag("integration")
class TwoMachinesTest {
  private static final Duration BOUND = Duration.ofSeconds(120);

  @TempDir Path folder;
  private Hosts hosts;

  @BeforeEach
  void make() throws IOException {
    hosts = new Hosts(folder, 92, 3);
    hosts.up(1, file());
    hosts.awaitServing(1, "shop", 2, BOUND);
    String token = hosts.token(1);
    hosts.join(2, 1, token);
    hosts.join(3, 1, token, "--witness");
    for (String node : List.of("h1", "h2", "h3")) {
      Program.await(
          node + " to be ready" + hosts.outputs(),
          BOUND,
          () -> hosts.nodeState(1, node).equals("ready"));
    }
    hosts.mainstay(2, "scale", "shop", "4");
    hosts.awaitServing(1, "shop", 4, BOUND);
    hosts.awaitServing(2, "shop", 4, BOUND);
    Program.await("three that vote" + hosts.outputs(), BOUND, this::threeVote);
  }

  @AfterEach
  void end() {
    hosts.close();
  }

  private Path file() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path file = folder.resolve("mainstay.yaml");
    Files.writeString(
        file,
        """
        services:
          shop:
            run: %s -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx32m -cp %s io.mainstay.endtoend.SampleService --port ${PORT}
            listen: "0.0.0.0:8080"
            replicas: 2
            health: /healthz
        """
            .formatted(java, Hosts.ROOT.resolve("endtoend/target/test-classes")));
    return file;
  }

  private boolean threeVote() {
    try {
      String memory = Files.readString(hosts.data(3).resolve("cluster/members.json"));
      return memory.replaceAll("\\s", "").contains("\"voters\":[1,2,3]");
    } catch (IOException e) {
      return false;
    }
  }

  /** Instances of each node that serve, as h1 sees it. */
  private TreeMap<String, Integer> placed(int seenBy) {
    TreeMap<String, Integer> counts = new TreeMap<>();
    hosts
        .api(seenBy, "/status")
        .get("services")
        .get(0)
        .get("instances")
        .forEach(instance -> {
          if (instance.get("state").asString().equals("serving")) {
            counts.merge(instance.get("node").asString(), 1, Integer::sum);
          }
        });
    return counts;
  }

  private TreeSet<String> pids() {
    TreeSet<String> pids = new TreeSet<>();
    hosts
        .api(1, "/status")
        .get("services")
        .get(0)
        .get("instances")
        .forEach(instance -> pids.add(instance.get("pid").toString()));
    return pids;
  }

  @Test
  void withoutTheWitnessAllGoesOnAndWithItOneMachineIsReplaced() throws Exception {
    assertThat(placed(1)).doesNotContainKey("h3").containsKeys("h1", "h2");
    TreeSet<String> before = pids();

    // The witness is lost: nothing stops, and the two go on deciding.
    HostClient load = new HostClient(hosts, 1, hosts.address(1) + ":8080", 50);
    hosts.signal(3, "KILL");
    Program.await(
        "h3 to be lost" + hosts.outputs(), BOUND, () -> hosts.nodeState(1, "h3").equals("lost"));
    assertThat(pids()).isEqualTo(before);
    hosts.mainstay(1, "scale", "shop", "3");
    hosts.awaitServing(2, "shop", 3, BOUND);
    hosts.mainstay(1, "scale", "shop", "4");
    hosts.awaitServing(2, "shop", 4, BOUND);

    // It is back, by the command that it had: then a machine is lost, which may be the one that
    // decided.
    hosts.join(3, 1, "", "--witness");
    Program.await(
        "h3 to be back" + hosts.outputs(), BOUND, () -> hosts.nodeState(2, "h3").equals("ready"));
    long[] seen = load.end();
    assertThat(seen[1]).as(load.text()).isZero();
    HostClient through = new HostClient(hosts, 2, hosts.address(2) + ":8080", 50);
    hosts.signal(1, "KILL");
    Program.await(
        "replacements on h2" + hosts.outputs(),
        BOUND,
        () -> hosts.serving(2, "shop") == 4 && placed(2).getOrDefault("h2", 0) == 4);
    // Whoever decides anew begins with a doubt.
    Program.await(
        "h1 to be lost" + hosts.outputs(), BOUND, () -> hosts.nodeState(2, "h1").equals("lost"));
    long[] after = through.end();
    assertThat(after[1]).as(through.text()).isZero();
  }
}
