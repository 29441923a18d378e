package io.mainstay.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Coordinator.Term;
import io.mainstay.ports.ModelCodec;
import io.mainstay.spec.JsonModelCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFileTest {
  private static final Desired DESIRED =
      new Desired(7, Deployment.empty(Path.of("/base")), List.of());
  private final ModelCodec codec = new JsonModelCodec();
  @TempDir Path folder;

  @Test
  void beginsAgainWithWhatWasSavedAndWithHigherTerms() throws Exception {
    Path file = folder.resolve("snapshot.json");
    Term before;
    try (CoordinationPeer peer =
            new CoordinationPeer(folder.resolve("old"), new RecordingPeerListener());
        ZooKeeperCoordinator client = new ZooKeeperCoordinator(peer.address(), "c", codec);
        ThreadMailbox mailbox = new ThreadMailbox();
        Watching watching = new Watching(client)) {
      assertThat(watching.await(_ -> true)).isTrue();
      client.writeDesired(DESIRED, 0, mailbox, _ -> {});
      assertThat(watching.await(state -> state.desiredVersion() == 1)).isTrue();
      before = lead(client, mailbox);
      Files.write(
          file, SnapshotFile.write(SnapshotFile.take(client, "id", Instant.EPOCH, codec), codec));
    }
    SnapshotFile.Content content = SnapshotFile.read(file, codec);
    assertThat(content.clusterId()).isEqualTo("id");
    Path fresh = folder.resolve("new");
    SnapshotFile.restore(fresh, "c", content, codec);
    assertThatThrownBy(() -> SnapshotFile.restore(fresh, "c", content, codec))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("holds a state already");
    try (CoordinationPeer peer = new CoordinationPeer(fresh, new RecordingPeerListener());
        ZooKeeperCoordinator client = new ZooKeeperCoordinator(peer.address(), "c", codec);
        ThreadMailbox mailbox = new ThreadMailbox();
        Watching watching = new Watching(client)) {
      assertThat(watching.await(state -> state.desired().isPresent())).isTrue();
      assertThat(watching.newest().desired()).contains(DESIRED);
      assertThat(watching.newest().overrides()).isEqualTo(Overrides.NONE);
      assertThat(watching.newest().assignments()).isEmpty();
      assertThat(lead(client, mailbox).token())
          .isGreaterThan(before.token() + (1000L << 32))
          .isGreaterThan(content.position());
    }
  }

  @Test
  void refusesWhatIsNoSnapshotOrOfAnotherVersionOrDamaged() throws IOException {
    Path file = folder.resolve("f");
    Files.writeString(file, "hello");
    assertThatThrownBy(() -> SnapshotFile.read(file, codec)).hasMessageContaining("not a snapshot");
    byte[] good =
        SnapshotFile.write(
            new SnapshotFile.Content("id", Instant.EPOCH, 7, Optional.of(DESIRED), Overrides.NONE),
            codec);
    Files.write(file, good);
    assertThat(SnapshotFile.read(file, codec).desired()).contains(DESIRED);
    Files.writeString(
        file, new String(good, StandardCharsets.UTF_8).replace("snapshot 1 ", "snapshot 9 "));
    assertThatThrownBy(() -> SnapshotFile.read(file, codec)).hasMessageContaining("format 9");
    byte[] changed = good.clone();
    changed[changed.length - 5] ^= 1;
    Files.write(file, changed);
    assertThatThrownBy(() -> SnapshotFile.read(file, codec)).hasMessageContaining("damaged");
    Files.write(file, java.util.Arrays.copyOf(good, good.length - 20));
    assertThatThrownBy(() -> SnapshotFile.read(file, codec)).hasMessageContaining("damaged");
  }

  private static Term lead(ZooKeeperCoordinator client, ThreadMailbox mailbox) {
    List<Term> terms = new CopyOnWriteArrayList<>();
    client.campaign(
        Optional.of(new NodeName("n")),
        mailbox,
        new Coordinator.LeadershipListener() {
          @Override
          public void elected(Term term) {
            terms.add(term);
          }

          @Override
          public void deposed(String reason) {}

          @Override
          public void leader(Optional<NodeName> leader) {}
        });
    assertThat(Waiting.until(() -> !terms.isEmpty(), Duration.ofSeconds(15))).isTrue();
    return terms.getFirst();
  }
}
