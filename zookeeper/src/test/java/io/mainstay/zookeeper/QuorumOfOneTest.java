package io.mainstay.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.identity.NodeIdentity;
import io.mainstay.identity.NodeTls;
import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.ports.ClusterControl.Member;
import io.mainstay.ports.Coordinator.WriteResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server of a cluster that is alone yet, by TLS on all its ports, beside the gateway's Netty. */
@Tag("integration")
@Timeout(90)
class QuorumOfOneTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final NodeName NORTH = new NodeName("north");
  @TempDir Path folder;

  @Test
  void keepsTheStateOfTheServerThatStoodAlone() throws Exception {
    Path directory = folder.resolve("coordination");
    try (CoordinationPeer alone = new CoordinationPeer(directory, new RecordingPeerListener());
        ZooKeeperCoordinator client =
            new ZooKeeperCoordinator(alone.address(), "c", new TinyCodec())) {
      assertThat(write(client, 1)).isInstanceOf(WriteResult.Written.class);
    }
    Member self = member();
    QuorumConfiguration.found(directory, self);
    RecordingPeerListener heard = new RecordingPeerListener();
    try (CoordinationPeer peer = new CoordinationPeer(directory, kind(self), heard);
        ZooKeeperCoordinator client = client(self, TestIdentity.node());
        Watching watching = new Watching(client)) {
      assertThat(watching.await(state -> !state.observed().isEmpty())).isTrue();
      assertThat(watching.newest().observed().getFirst().assignmentsVersion()).isEqualTo(1);
      assertThat(write(client, 2)).isInstanceOf(WriteResult.Written.class);
      peer.kill();
      assertThat(
              Waiting.until(
                  () -> heard.told.stream().anyMatch(h -> h.startsWith("restored")), LIMIT))
          .as("built anew after it died: %s", heard.told)
          .isTrue();
      assertThat(write(client, 3)).isInstanceOf(WriteResult.Written.class);
    }
    try (CoordinationPeer again =
            new CoordinationPeer(directory, kind(self), new RecordingPeerListener());
        ZooKeeperCoordinator client = client(self, TestIdentity.node());
        Watching watching = new Watching(client)) {
      assertThat(again.address()).isNotNull();
      assertThat(
              watching.await(state ->
                  !state.observed().isEmpty()
                      && state.observed().getFirst().assignmentsVersion() == 3))
          .isTrue();
    }
  }

  @Test
  void showsARenewedCertificateWithoutARestart() throws Exception {
    Member self = member();
    Path directory = folder.resolve("coordination");
    QuorumConfiguration.found(directory, self);
    try (CoordinationPeer peer =
            new CoordinationPeer(directory, kind(self), new RecordingPeerListener());
        ZooKeeperCoordinator client = client(self, TestIdentity.node());
        Watching watching = new Watching(client)) {
      assertThat(watching.await(_ -> true)).isTrue();
      assertThat(peer.address()).isNotNull();
      NodeIdentity renewed = TestIdentity.renew();
      for (int port : new int[] {self.clientPort(), self.quorumPort(), self.electionPort()}) {
        assertThat(
                Waiting.until(
                    () -> shown(renewed, port).equals(renewed.certificate()),
                    Duration.ofSeconds(30)))
            .as("port %d of %s", port, self)
            .isTrue();
      }
      assertThat(watching.connections()).as("nobody was cut off").isEmpty();
    }
  }

  private static X509Certificate shown(NodeIdentity identity, int port) {
    try (SSLSocket socket =
        (SSLSocket)
            new NodeTls(identity)
                .context()
                .getSocketFactory()
                .createSocket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      socket.setSoTimeout(5_000);
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void saysSoWhenItStartsAndFindsNoMajority() throws Exception {
    Member self = member();
    Member away = new Member(2, new NodeName("away"), "127.0.0.1", 1, freePort(), freePort());
    Path directory = folder.resolve("coordination");
    QuorumConfiguration.join(directory, self, List.of(away));
    RecordingPeerListener heard = new RecordingPeerListener();
    try (CoordinationPeer peer = new CoordinationPeer(directory, kind(self), heard)) {
      assertThat(peer.address().toCompletableFuture()).isNotCompleted();
      assertThat(Waiting.until(() -> !heard.told.isEmpty(), LIMIT)).isTrue();
      assertThat(heard.told.getFirst()).startsWith("lost").contains("without a majority");
    }
  }

  @Test
  void refusesClientsOfAnotherCluster() throws Exception {
    Member self = member();
    Path directory = folder.resolve("coordination");
    QuorumConfiguration.found(directory, self);
    try (CoordinationPeer peer =
            new CoordinationPeer(directory, kind(self), new RecordingPeerListener());
        ZooKeeperCoordinator client = client(self, TestIdentity.node());
        Watching watching = new Watching(client);
        ZooKeeperCoordinator rogue = client(self, TestIdentity.rogue(folder.resolve("rogue")));
        Watching seen = new Watching(rogue)) {
      assertThat(watching.await(_ -> true)).isTrue();
      assertThat(peer.address()).isNotNull();
      assertThat(Waiting.until(() -> !seen.states().isEmpty(), Duration.ofSeconds(4))).isFalse();
    }
  }

  private QuorumKind kind(Member self) {
    return new QuorumKind(
        self, TestIdentity.node(), new MembersMemory(folder.resolve("m.json"), new TinyCodec()));
  }

  static ZooKeeperCoordinator client(Member self, PeerTls tls) {
    Ensemble ensemble =
        new Ensemble(
            new Endpoints(List.of(new Address(self.host(), self.clientPort()))), Optional.of(tls));
    return new ZooKeeperCoordinator(
        new Paths("c"), new TinyCodec(), CompletableFuture.completedFuture(ensemble));
  }

  /** Tries again while it cannot be reached, as everybody does. */
  private static WriteResult write(ZooKeeperCoordinator client, long version) {
    try (ThreadMailbox mailbox = new ThreadMailbox()) {
      List<WriteResult> results = new CopyOnWriteArrayList<>();
      long end = System.nanoTime() + LIMIT.toNanos();
      while (System.nanoTime() < end) {
        results.clear();
        client.writeObserved(
            new io.mainstay.model.state.Observed(NORTH, version, List.of()), mailbox, results::add);
        assertThat(Waiting.until(() -> !results.isEmpty(), LIMIT)).isTrue();
        if (results.getFirst() instanceof WriteResult.Written) {
          break;
        }
        assertThat(Waiting.until(() -> false, Duration.ofMillis(50))).isFalse();
      }
      return results.getFirst();
    }
  }

  static Member member() throws IOException {
    return new Member(1, NORTH, "127.0.0.1", freePort(), freePort(), freePort());
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return probe.getLocalPort();
    }
  }
}
