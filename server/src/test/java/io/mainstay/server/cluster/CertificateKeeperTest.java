package io.mainstay.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstay.cluster.GatheredSignals;
import io.mainstay.identity.NodeIdentity;
import io.mainstay.identity.NodeKey;
import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.NodeCapacity;
import io.mainstay.model.state.NodePresence;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.ClusterControl.JoinOutcome;
import io.mainstay.ports.ClusterControl.Member;
import io.mainstay.ports.Coordinator.State;
import io.mainstay.ports.ModelCodec;
import io.mainstay.spec.JsonModelCodec;
import io.mainstay.testkit.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Months pass in virtual time; the certificates are real. */
class CertificateKeeperTest {
  private static final NodeName NORTH = new NodeName("north");
  private static final NodeName SOUTH = new NodeName("south");
  private static final Address NORTH_API = new Address("10.0.0.1", 7070);
  private static final Address WEST_API = new Address("10.0.0.3", 7070);

  @TempDir Path folder;
  private final VirtualTime time = new VirtualTime();
  private final ModelCodec codec = new JsonModelCodec();
  private final KnownNodes nodes = new KnownNodes();
  private final List<String> news = new ArrayList<>();
  private final List<Address> asked = new ArrayList<>();
  private final List<Member> members = new ArrayList<>();
  private boolean carries;
  private boolean reachable = true;
  private ClusterEntry founder;
  private ClusterDesk desk;
  private ClusterEntry west;

  @BeforeEach
  void found() throws IOException {
    founder = ClusterEntry.found(folder.resolve("n"), NORTH, "10.0.0.1", time.wallClock(), codec);
    desk = desk(founder);
    heard("north", "south", "west");
    west = member("w", new NodeName("west"));
  }

  private ClusterDesk desk(ClusterEntry entry) {
    return new ClusterDesk(
        entry,
        codec,
        NORTH_API,
        new ClusterDesk.Servers() {
          @Override
          public List<Member> members() {
            return members;
          }

          @Override
          public Optional<Member> place(NodeName node, String host, int port) {
            return Optional.empty();
          }

          @Override
          public Optional<String> external() {
            return Optional.empty();
          }

          @Override
          public Things things() {
            return new MemoryThings();
          }
        },
        nodes,
        (server, request) -> new JoinOutcome.Refused("not asked"),
        (service, reason) -> {},
        new GatheredSignals(NORTH, List::of, List::of, time),
        _ -> {},
        _ -> List.of(),
        () -> "shared",
        () -> true,
        null,
        time);
  }

  private void heard(String... names) {
    List<NodePresence> present = new ArrayList<>();
    int last = 1;
    for (String name : names) {
      String host = "10.0.0." + last++;
      present.add(
          new NodePresence(
              new NodeRecord(
                  new NodeName(name),
                  host,
                  new Address(host, 7070),
                  new LinkedHashMap<>(),
                  new NodeCapacity(1, 1, 1),
                  "1",
                  "boot",
                  Instant.EPOCH),
              true));
    }
    nodes.changed(new State(Optional.empty(), 0, Overrides.NONE, 0, List.of(), List.of(), present));
  }

  /** A node that was let in now, and has not the key of the authority. */
  private ClusterEntry member(String data, NodeName name) throws IOException {
    Path kept = folder.resolve(data).resolve("cluster");
    NodeKey key = NodeKey.generate(name);
    JoinOutcome.Granted granted = (JoinOutcome.Granted) desk.renew(name, key.request());
    Files.createDirectories(kept);
    key.accept(granted.certificate(), granted.certificateAuthority()).save(kept);
    return again(data, name);
  }

  private ClusterEntry again(String data, NodeName name) throws IOException {
    return ClusterEntry.join(
        folder.resolve(data),
        name,
        Optional.of("10.0.0.2"),
        NORTH_API,
        Optional.empty(),
        7071,
        codec,
        time.wallClock());
  }

  private ClusterEntry south() throws IOException {
    return member("s", SOUTH);
  }

  private void keep(NodeName self, ClusterEntry entry) {
    new CertificateKeeper(
            self,
            entry,
            () -> carries,
            nodes,
            new LeaderAddress(self, () -> Optional.of(new NodeName("west")), nodes),
            (server, request) -> {
              asked.add(server);
              if (!reachable) {
                return CompletableFuture.failedFuture(new IOException("no route"));
              }
              // West, which decides, has not the key.
              ClusterDesk answering = server.equals(WEST_API) ? desk(west) : desk;
              return switch (answering.renew(self, request)) {
                case JoinOutcome.Granted granted -> CompletableFuture.completedFuture(granted);
                case JoinOutcome.Refused refused ->
                    CompletableFuture.failedFuture(new IOException(refused.reason()));
              };
            },
            (kind, reason, evidence) -> news.add(kind.label() + ": " + reason),
            time.mailbox("disk"),
            time)
        .start();
  }

  private static X509Certificate shown(ClusterEntry entry) {
    return entry.tls().identity().certificate();
  }

  @Test
  void aServerWithTheAuthorityRenewsItsOwnWhenAThirdOfItsLifeIsLeft() throws IOException {
    X509Certificate first = shown(founder);
    keep(NORTH, founder);
    time.runFor(Duration.ofDays(19));
    assertThat(shown(founder)).isEqualTo(first);
    time.runFor(Duration.ofDays(2));
    X509Certificate second = shown(founder);
    assertThat(second.getPublicKey()).isNotEqualTo(first.getPublicKey());
    assertThat(second.getNotAfter().toInstant())
        .isAfter(time.wallClock().plus(Duration.ofDays(28)));
    assertThat(NodeIdentity.load(founder.folder()).orElseThrow().certificate()).isEqualTo(second);
    assertThat(news).hasSize(1).first().asString().startsWith("node-certificate-renewed");
    time.runFor(Duration.ofDays(60));
    assertThat(founder.tls().identity().isValid(time.wallClock())).isTrue();
    assertThat(news).hasSize(4);
  }

  @Test
  void othersAskTheLeaderAndThenWhoeverHasTheKey() throws IOException {
    ClusterEntry south = south();
    X509Certificate first = shown(south);
    keep(SOUTH, south);
    time.runFor(Duration.ofDays(21));
    assertThat(asked).containsExactly(WEST_API, NORTH_API);
    assertThat(shown(south)).isNotEqualTo(first);
    // At the host that the node says it has, not the one of the server that signs.
    assertThat(shown(south).toString()).contains("10.0.0.2").doesNotContain("10.0.0.1");
    assertThat(south.authority().current()).isEmpty();
  }

  @Test
  void saysSoLouderAndLouderWhileNobodyRenews() throws IOException {
    ClusterEntry south = south();
    reachable = false;
    keep(SOUTH, south);
    time.runFor(Duration.ofDays(20));
    assertThat(news).hasSize(1);
    assertThat(news.getFirst())
        .startsWith("node-certificate-failed: the certificate of south could not be renewed")
        .contains("tried again every hour")
        .contains("10.0.0.3:7070: no route");
    time.runFor(Duration.ofDays(6));
    assertThat(news).hasSizeBetween(6, 8);
    time.runFor(Duration.ofDays(3));
    assertThat(news).hasSizeBetween(50, 70);
    assertThat(news.getLast()).contains("HOURS this node falls out of the cluster");
    time.runFor(Duration.ofDays(2));
    assertThat(news.getLast()).contains("ENDED");
    reachable = true;
    time.runFor(Duration.ofHours(2));
    assertThat(news.getLast()).startsWith("node-certificate-renewed");
  }

  @Test
  void whoWasRemovedGetsNone() throws IOException {
    ClusterEntry south = south();
    keep(SOUTH, south);
    heard("north");
    time.runFor(Duration.ofDays(21));
    assertThat(news.getLast()).contains("expected: one that was not removed from the cluster");
  }

  @Test
  void whoCameToCarryTheCoordinationGetsTheKeyOfTheAuthority() throws IOException {
    ClusterEntry south = south();
    keep(SOUTH, south);
    time.runFor(Duration.ofHours(1));
    assertThat(asked).isEmpty();
    carries = true;
    members.add(new Member(4, SOUTH, "10.0.0.2", 1, 2, 3));
    time.runFor(Duration.ofHours(2));
    assertThat(south.authority().current().orElseThrow().clusterId())
        .isEqualTo(founder.clusterId());
    int before = asked.size();
    time.runFor(Duration.ofHours(5));
    assertThat(asked).hasSize(before);
    assertThat(desk(south).renew(SOUTH, "")).isInstanceOf(JoinOutcome.Refused.class);
  }

  @Test
  void whoWasAwayForTooLongIsLetInByATokenOnly() throws IOException {
    south();
    time.runFor(Duration.ofDays(40));
    assertThat(
            ClusterEntry.found(folder.resolve("n"), NORTH, "10.0.0.1", time.wallClock(), codec)
                .tls()
                .identity()
                .isValid(time.wallClock()))
        .isTrue();
    assertThatThrownBy(() -> again("s", SOUTH))
        .hasMessageContaining("the certificate of this node ended while it was away")
        .hasMessageContaining("mainstay token");
  }
}
