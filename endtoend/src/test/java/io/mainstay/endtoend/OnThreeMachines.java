package io.mainstay.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests on three machines, made of network namespaces, with the packaged program on each. */
abstract class OnThreeMachines {
  @TempDir Path folder;
  Hosts hosts;
  private final int subnet;
  private final Duration bound;

  /** Waits for what must come no longer than {@code bound}; {@code subnet} is of {@link Hosts}. */
  OnThreeMachines(int subnet, Duration bound) {
    this.subnet = subnet;
    this.bound = bound;
  }

  @BeforeEach
  void make() {
    hosts = new Hosts(folder, subnet, 3);
  }

  @AfterEach
  void end() {
    hosts.close();
  }

  /** The file, with a shop of so many instances. */
  Path file(int replicas) throws IOException {
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

  void await(String what, BooleanSupplier condition) {
    try {
      Program.await(what, bound, condition);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + hosts.outputs(), e);
    }
  }

  void awaitServing(int seenBy, int wanted) {
    hosts.awaitServing(seenBy, "shop", wanted, bound);
  }

  /** Waits until h1 sees all three ready. */
  void awaitAllReady() {
    for (String node : List.of("h1", "h2", "h3")) {
      awaitState(1, node, "ready");
    }
  }

  void awaitState(int seenBy, String node, String state) {
    await(node + " to be " + state, () -> hosts.nodeState(seenBy, node).equals(state));
  }

  /** Waits until a machine remembers that all three vote. */
  void awaitThreeVote(int host) {
    await("three that vote", () -> threeVote(host));
  }

  private boolean threeVote(int host) {
    try {
      String memory = Files.readString(hosts.data(host).resolve("cluster/members.json"));
      return memory.replaceAll("\\s", "").contains("\"voters\":[1,2,3]");
    } catch (IOException e) {
      return false;
    }
  }
}
