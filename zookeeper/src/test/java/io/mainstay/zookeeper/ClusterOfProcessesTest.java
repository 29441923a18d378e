package io.mainstay.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.identity.ClusterAuthority;
import io.mainstay.model.NodeName;
import io.mainstay.ports.ClusterControl.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes as processes of their own on addresses of the loopback interface, by TLS. */
@Tag("integration")
@Timeout(240)
class ClusterOfProcessesTest {
  private final ClusterAuthority authority =
      ClusterAuthority.create(UUID.randomUUID(), Instant.now());
  private final Map<String, NodeHandle> running = new LinkedHashMap<>();
  private final List<NodeHandle> all = new ArrayList<>();
  private int seats = 3;
  private Member pattern;
  @TempDir Path folder;

  @AfterEach
  void end() {
    all.forEach(NodeHandle::close);
  }

  @Test
  void growsToThreeAndSurvivesTheLossOfItsLeaderAndOfItsQuorum() throws Exception {
    growTo("a", "b", "c");
    assertThat(of("a").await("write 1", answer -> answer.equals("Written"))).isNotEmpty();
    of("c").await("read", answer -> answer.equals("1"));

    String leader = leader();
    of(leader).kill();
    List<String> left = new ArrayList<>(List.of("a", "b", "c"));
    left.remove(leader);
    of(left.getFirst()).await("write 2", answer -> answer.equals("Written"));
    of(left.getLast()).await("read", answer -> answer.equals("2"));

    of(left.getFirst()).kill();
    of(left.getLast()).await("write 3", answer -> answer.equals("Failed"));
    of(left.getLast()).await("connections", answer -> answer.endsWith("false]"));
    assertThat(of(left.getLast()).ask("read")).as("the last state holds").isEqualTo("2");
    resume(leader);
    of(left.getLast()).await("connections", answer -> answer.endsWith("true]"));
    of(left.getLast()).await("write 4", answer -> answer.equals("Written"));
    of(leader).await("read", answer -> answer.equals("4"));
    resume(left.getFirst());
    of(left.getFirst()).await("read", answer -> answer.equals("4"));
    of(left.getFirst()).await("voters", answer -> answer.split(",").length == 3);
  }

  @Test
  void goesOnWhileItsLeaderHangs() throws Exception {
    growTo("a", "b", "c");
    String leader = leader();
    String other = leader.equals("a") ? "b" : "a";
    of(leader).signal("STOP");
    of(other).await("write 1", answer -> answer.equals("Written"));
    of(leader).signal("CONT");
    of(leader).await("read", answer -> answer.equals("1"));
    of(leader).await("write 2", answer -> answer.equals("Written"));
  }

  @Test
  void aFounderWithItsFirstConfigurationDoesNotSplitTheCluster() throws Exception {
    found("a");
    of("a").await("voters", answer -> answer.startsWith("1/"));
    Path directory = home("a").resolve("coordination");
    Path saved = folder.resolve("saved");
    of("a").kill();
    copy(directory, saved);
    resume("a");
    join("b");
    join("c");
    of("a").await("voters", answer -> answer.split(",").length == 3);
    of("a").await("write 1", answer -> answer.equals("Written"));
    of("a").kill();
    of("b").await("write 2", answer -> answer.equals("Written"));
    delete(directory);
    copy(saved, directory);
    NodeHandle old = start("resume", "a", List.of());
    assertThat(old.first())
        .startsWith("refused this server remembers the cluster of servers [1, 2, 3]")
        .contains("--force-single");
    delete(directory);
    assertThat(start("resume", "a", List.of()).first())
        .startsWith("refused this server remembers")
        .contains("join again");
    of("c").await("write 3", answer -> answer.equals("Written"));
  }

  @Test
  void aDeadServerIsReplacedByANodeThatWasOnlyAClient() throws Exception {
    growTo("a", "b", "c");
    join("d");
    assertThat(of("d").ask("self")).isEqualTo("-");
    of("d").await("write 1", answer -> answer.equals("Written"));
    String victim = leader().equals("b") ? "c" : "b";
    of(victim).kill();
    of("a")
        .await("voters", answer -> answer.contains("/d/") && !answer.contains("/" + victim + "/"));
    of("d").await("self", answer -> answer.startsWith("4/d/"));
    of("d").await("write 2", answer -> answer.equals("Written"));
    // The one that comes back finds its place taken, and is a client from now on.
    resume(victim);
    of(victim).await("self", answer -> answer.equals("-"));
    of(victim).await("read", answer -> answer.equals("2"));
    of(victim).await("write 3", answer -> answer.equals("Written"));
  }

  @Test
  void growsToFive() throws Exception {
    seats = 5;
    growTo("a", "b", "c", "d", "e");
    of("a").kill();
    of("b").kill();
    of("e").await("write 1", answer -> answer.equals("Written"));
    of("d").await("read", answer -> answer.equals("1"));
  }

  @Test
  void oneServerGoesOnAloneIfItIsForcedTo() throws Exception {
    growTo("a", "b", "c");
    of("a").await("write 7", answer -> answer.equals("Written"));
    of("c").await("read", answer -> answer.equals("7"));
    for (String name : List.of("a", "b", "c")) {
      of(name).kill();
    }
    PeerConfiguration.applyProcessWideSettings();
    ClusterCoordination.forceSingle(
        NodeProcess.options(home("c"), "c", NodeProcess.tls(home("c"), "c")));
    resume("c");
    of("c").await("write 8", answer -> answer.equals("Written"));
    of("c").await("read", answer -> answer.equals("8"));
  }

  private void growTo(String... names) throws Exception {
    found(names[0]);
    for (String name : names) {
      if (!name.equals(names[0])) {
        join(name);
      }
    }
    of(names[0]).await("voters", answer -> answer.split(",").length == names.length);
    for (String name : names) {
      of(name).await("self", answer -> answer.contains("/" + name + "/"));
    }
  }

  private void found(String name) throws Exception {
    pattern = ClusterCoordination.founder(new NodeName(name), host(name), FreePorts.three());
    identify(name);
    NodeHandle node = start("found", name, List.of(NodeProcess.text(pattern)));
    assertThat(node.first()).isEqualTo("open");
    node.await("voters", answer -> answer.startsWith("1/"));
  }

  private void join(String name) throws Exception {
    identify(name);
    NodeHandle door = running.values().iterator().next();
    String place =
        door.await(
            "place " + name + " " + host(name) + " " + pattern.clientPort(),
            a -> !a.startsWith("failed"));
    String voters = door.await("voters", a -> !a.startsWith("failed"));
    assertThat(start("join", name, List.of(place, voters)).first()).isEqualTo("open");
  }

  private void resume(String name) throws IOException {
    assertThat(start("resume", name, List.of()).first()).isEqualTo("open");
  }

  private NodeHandle start(String how, String name, List<String> more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(how, name));
    arguments.addAll(more);
    arguments.add(host(name));
    NodeHandle node = NodeHandle.start(home(name), seats, arguments);
    all.add(node);
    running.put(name, node);
    return node;
  }

  private String leader() throws IOException {
    for (int round = 0; round < 100; round++) {
      for (Map.Entry<String, NodeHandle> node : running.entrySet()) {
        if (node.getValue().ask("leads").equals("true")) {
          return node.getKey();
        }
      }
      Waiting.until(() -> false, java.time.Duration.ofMillis(100));
    }
    throw new AssertionError("nobody leads");
  }

  private NodeHandle of(String name) {
    return running.get(name);
  }

  private Path home(String name) {
    return folder.resolve(name);
  }

  private static String host(String name) {
    return "127.0.0." + (10 + name.charAt(0) - 'a');
  }

  private void identify(String name) throws IOException {
    TestIdentity.node(authority, home(name), name, host(name));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
