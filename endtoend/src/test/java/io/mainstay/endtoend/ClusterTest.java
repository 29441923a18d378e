package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

  /** A client on a host. */
  private final class Load {
    private final Process process;
    private final List<String> lines = new ArrayList<>();

    Load(int host, String to, int rate) throws IOException {
      process =
          new ProcessBuilder(
                  "ip",
                  "netns",
                  "exec",
                  hosts.name(host),
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx64m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  HostLoad.class.getName(),
                  to,
                  "/who",
                  Integer.toString(rate))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    }

    /** Sent, failed, longest gap in ms, worst latency in ms. */
    long[] end() throws IOException {
      process.getOutputStream().close();
      try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
        reader.lines().forEach(lines::add);
      }
      String[] words = lines.getLast().split(" ");
      assertThat(words[0]).isEqualTo("TOTAL");
      return new long[] {
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        Long.parseLong(words[4])
      };
    }
  }

  @Test
  void threeMachinesServeThroughEachOfThemAndSurviveTheLossOfOne() throws Exception {
    three();
    Load load = new Load(2, hosts.address(2) + ":8080", 50);
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
    assertThat(seen[1]).as(String.join("\n", load.lines)).isZero();
    assertThat(seen[0]).isPositive();
  }

  private boolean tells(String kind) {
    var events = hosts.api(1, "/events?limit=1000");
    return events != null && events.toString().contains("\"" + kind + "\"");
  }

  @Test
  void aQuorumThatIsGoneStopsNothing() throws Exception {
    three();
    Load load = new Load(1, hosts.address(1) + ":8080", 50);
    hosts.cut(2);
    hosts.cut(3);
    Program.await("h1 to notice", BOUND, () -> tells("coordination-lost"));
    hosts.heal();
    Program.await("a majority again", BOUND, () -> tells("coordination-restored"));
    hosts.awaitServing(1, "shop", 3, BOUND);
    long[] seen = load.end();
    assertThat(seen[1]).as(String.join("\n", load.lines)).isZero();
  }
}
