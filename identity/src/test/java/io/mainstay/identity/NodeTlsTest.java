package io.mainstay.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstay.model.NodeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeTlsTest {
  private static final Instant NOW = Instant.now();
  private static final NodeName NORTH = new NodeName("north");
  private static final NodeName SOUTH = new NodeName("south");
  private final ClusterAuthority authority = ClusterAuthority.create(UUID.randomUUID(), NOW);
  private final ClusterAuthority other = ClusterAuthority.create(UUID.randomUUID(), NOW);
  @TempDir Path folder;

  @Test
  void nodesOfOneClusterKnowEachOtherByName() throws Exception {
    NodeTls north = new NodeTls(node(authority, NORTH, NOW));
    NodeTls south = new NodeTls(node(authority, SOUTH, NOW));
    assertThat(Handshake.run(north.context(), south.context(), "localhost"))
        .isEqualTo(new Handshake.Seen("CN=north", "CN=south"));
    assertThat(Handshake.run(north.context(), south.context(), "10.0.0.1").server())
        .as("the advertised host")
        .isEqualTo("CN=north");
  }

  @Test
  void refusesAServerThatAnswersUnderAnotherName() {
    NodeTls north = new NodeTls(node(authority, NORTH, NOW));
    NodeTls south = new NodeTls(node(authority, SOUTH, NOW));
    assertThatThrownBy(() -> Handshake.run(north.context(), south.context(), "10.0.0.9"))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void refusesAClientAndAServerOfAnotherCluster() {
    NodeTls north = new NodeTls(node(authority, NORTH, NOW));
    NodeTls rogue = new NodeTls(node(other, NORTH, NOW));
    assertThatThrownBy(() -> Handshake.run(rogue.context(), north.context(), "localhost"))
        .isInstanceOf(SSLException.class);
    assertThatThrownBy(() -> Handshake.run(north.context(), rogue.context(), ""))
        .isInstanceOf(IOException.class);
  }

  @Test
  void refusesARogueClientThatTrustsEverybody() {
    // It takes the server's word, but its own certificate is of an authority with the same name.
    ClusterAuthority twin = ClusterAuthority.create(UUID.fromString(authority.clusterId()), NOW);
    NodeTls north = new NodeTls(node(authority, NORTH, NOW));
    NodeTls rogue = new NodeTls(node(twin, SOUTH, NOW));
    assertThatThrownBy(() -> Handshake.run(north.context(), rogue.context(), ""))
        .isInstanceOf(IOException.class);
  }

  @Test
  void refusesCertificatesThatExpired() {
    Instant before = NOW.minus(Duration.ofDays(31));
    ClusterAuthority old = ClusterAuthority.create(UUID.randomUUID(), before);
    NodeTls fresh = new NodeTls(node(old, NORTH, NOW));
    NodeTls expired = new NodeTls(node(old, SOUTH, before));
    assertThat(expired.identity().isValid(NOW)).isFalse();
    assertThatThrownBy(() -> Handshake.run(expired.context(), fresh.context(), "localhost"))
        .isInstanceOf(SSLException.class);
    assertThatThrownBy(() -> Handshake.run(fresh.context(), expired.context(), "localhost"))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() ->
            Handshake.run(expired.context(), PinnedTrust.byFingerprint(old.fingerprint()), ""))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void aMachineThatJoinsTrustsOnlyThePinnedAuthority() throws Exception {
    NodeTls north = new NodeTls(node(authority, NORTH, NOW));
    Handshake.Seen seen =
        Handshake.run(
            north.context(), PinnedTrust.byFingerprint(authority.fingerprint()), "any.example");
    assertThat(seen).isEqualTo(new Handshake.Seen("CN=north", "nobody"));
    assertThatThrownBy(() ->
            Handshake.run(north.context(), PinnedTrust.byFingerprint(other.fingerprint()), ""))
        .hasMessageContaining("does not belong to the cluster of the token");
  }

  @Test
  void aPinnedAuthorityInTheChainIsNotEnoughIfItDidNotSign() {
    NodeIdentity real = node(authority, NORTH, NOW);
    NodeIdentity rogue = node(other, NORTH, NOW);
    NodeIdentity forged =
        new NodeIdentity(rogue.key(), java.util.List.of(rogue.certificate(), real.authority()));
    assertThatThrownBy(() ->
            Handshake.run(
                new NodeTls(forged).context(),
                PinnedTrust.byFingerprint(authority.fingerprint()),
                ""))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void laterHandshakesShowTheRenewedCertificate() throws Exception {
    NodeTls north = new NodeTls(node(authority, NORTH, NOW));
    NodeIdentity renewed = node(authority, NORTH, NOW);
    north.renew(renewed);
    assertThat(north.identity()).isSameAs(renewed);
    NodeTls south = new NodeTls(node(authority, SOUTH, NOW));
    assertThat(Handshake.run(north.context(), south.context(), "localhost").client())
        .isEqualTo("CN=south");
    assertThatThrownBy(() -> north.renew(node(other, NORTH, NOW)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isRenewedAfterTwoThirdsOfItsTime() {
    NodeIdentity identity = node(authority, NORTH, NOW);
    assertThat(identity.renewalDue(NOW)).isFalse();
    assertThat(identity.renewalDue(NOW.plus(Duration.ofDays(19)))).isFalse();
    assertThat(identity.renewalDue(NOW.plus(Duration.ofDays(21)))).isTrue();
    assertThat(identity.isValid(NOW.plus(Duration.ofDays(29)))).isTrue();
  }

  @Test
  void staysInFilesThatOnlyItsOwnerMayRead() throws Exception {
    Path cluster = folder.resolve("cluster");
    assertThat(NodeIdentity.load(cluster)).isEmpty();
    NodeIdentity identity = node(authority, NORTH, NOW);
    identity.save(cluster);
    authority.save(cluster);
    NodeIdentity loaded = NodeIdentity.load(cluster).orElseThrow();
    assertThat(loaded.certificate()).isEqualTo(identity.certificate());
    assertThat(loaded.authority()).isEqualTo(authority.certificate());
    assertThat(ClusterAuthority.load(cluster).orElseThrow().clusterId())
        .isEqualTo(authority.clusterId());
    try (var files = Files.list(cluster)) {
      assertThat(files)
          .hasSize(4)
          .allSatisfy(file ->
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                  .isEqualTo("rw-------"));
    }
    NodeTls south = new NodeTls(node(authority, SOUTH, NOW));
    assertThat(Handshake.run(new NodeTls(loaded).context(), south.context(), "localhost").server())
        .isEqualTo("CN=north");
  }

  @Test
  void saysSoWhenItsFileIsDamaged() throws Exception {
    node(authority, NORTH, NOW).save(folder);
    Files.write(NodeIdentity.keyFile(folder), new byte[] {1, 2, 3});
    assertThatThrownBy(() -> NodeIdentity.load(folder)).isInstanceOf(IOException.class);
  }

  private static NodeIdentity node(ClusterAuthority by, NodeName name, Instant now) {
    NodeKey key = NodeKey.generate(name);
    Issuance issuance = by.issue(key.request(), name, "10.0.0.1", now);
    assertThat(issuance).isInstanceOf(Issuance.Issued.class);
    return key.accept(((Issuance.Issued) issuance).certificate(), by.certificatePem());
  }
}
