package io.mainstay.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.Observed;
import io.mainstay.ports.ClusterControl.Member;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Coordinator.WriteResult;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class FullDiskTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final NodeName NODE = new NodeName("n");
  @TempDir Path folder;

  @BeforeEach
  void mountASmallDisk() throws Exception {
    assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", folder.toString()) == 0);
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", "-l", folder.toString());
  }

  @Test
  void saysSoAndServesAgainWithItsStateOnceThereIsRoom() throws Exception {
    RecordingPeerListener heard = new RecordingPeerListener();
    try (CoordinationPeer peer = new CoordinationPeer(folder.resolve("zookeeper"), heard);
        ZooKeeperCoordinator coordinator =
            new ZooKeeperCoordinator(peer.address(), "full", new TinyCodec())) {
      goesOn(heard, coordinator);
    }
  }

  @Test
  void doesSoAsOneOfSeveralToo() throws Exception {
    RecordingPeerListener heard = new RecordingPeerListener();
    Member self = QuorumOfOneTest.member();
    Path directory = folder.resolve("zookeeper");
    QuorumConfiguration.found(directory, self);
    QuorumKind kind =
        new QuorumKind(
            self, TestIdentity.node(), new MembersMemory(folder.resolve("m"), new TinyCodec()));
    try (CoordinationPeer peer = new CoordinationPeer(directory, kind, heard);
        ZooKeeperCoordinator coordinator = QuorumOfOneTest.client(self, TestIdentity.node())) {
      assertThat(peer.address()).isNotNull();
      goesOn(heard, coordinator);
    }
  }

  private void goesOn(RecordingPeerListener heard, ZooKeeperCoordinator coordinator)
      throws Exception {
    try (ThreadMailbox mailbox = new ThreadMailbox()) {
      Seen seen = new Seen();
      coordinator.subscribe(mailbox, seen);
      await(() -> !seen.states.isEmpty());
      Path ballast = folder.resolve("ballast");
      fill(ballast);
      long stored = writeUntilItFails(coordinator, mailbox);
      await(() -> heard.told.stream().anyMatch(told -> told.startsWith("lost")));
      await(() -> seen.connections.contains(false));
      Files.delete(ballast);
      await(() -> heard.told.contains("restored"));
      await(() -> !seen.connections.isEmpty() && seen.connections.getLast());
      await(() -> write(coordinator, mailbox, 1_000_000) instanceof WriteResult.Written);
      assertThat(heard.told.stream().filter(told -> told.startsWith("damaged"))).isEmpty();
      assertThat(stored).isPositive();
      await(() ->
          seen.states
              .getLast()
              .observed()
              .equals(List.of(new Observed(NODE, 1_000_000, List.of()))));
      assertThat(
              seen.states.stream()
                  .flatMap(state -> state.observed().stream())
                  .map(Observed::assignmentsVersion))
          .as("what was stored stays stored")
          .isSorted()
          .anyMatch(version -> version >= stored);
    }
  }

  private static long writeUntilItFails(ZooKeeperCoordinator coordinator, ThreadMailbox mailbox) {
    long stored = 0;
    for (int i = 1; i < 100_000; i++) {
      if (write(coordinator, mailbox, i) instanceof WriteResult.Written) {
        stored = i;
      } else {
        return stored;
      }
    }
    throw new AssertionError("the disk is never full");
  }

  private static WriteResult write(
      ZooKeeperCoordinator coordinator, ThreadMailbox mailbox, long version) {
    List<WriteResult> results = new CopyOnWriteArrayList<>();
    coordinator.writeObserved(new Observed(NODE, version, List.of()), mailbox, results::add);
    await(() -> !results.isEmpty());
    return results.getFirst();
  }

  private static void fill(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] block = new byte[4096];
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      // Full.
    }
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    assertThat(Waiting.until(condition, LIMIT)).isTrue();
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).start().waitFor();
  }

  private static final class Seen implements Coordinator.Listener {
    private final List<Coordinator.State> states = new CopyOnWriteArrayList<>();
    private final List<Boolean> connections = new CopyOnWriteArrayList<>();

    @Override
    public void changed(Coordinator.State state) {
      states.add(state);
    }

    @Override
    public void connection(boolean connected, String reason) {
      connections.add(connected);
    }
  }
}
