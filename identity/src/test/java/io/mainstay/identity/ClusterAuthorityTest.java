package io.mainstay.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstay.model.NodeName;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;

class ClusterAuthorityTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final NodeName NODE = new NodeName("north");
  private final ClusterAuthority authority = ClusterAuthority.create(UUID.randomUUID(), NOW);

  @Test
  void issuesForThirtyDaysForBothEndsAndAllNames() throws Exception {
    NodeKey key = NodeKey.generate(NODE);
    NodeIdentity identity =
        key.accept(issued(authority.issue(key.request(), NODE, "10.0.0.1", NOW)), pem());
    var certificate = identity.certificate();
    assertThat(Duration.between(NOW, certificate.getNotAfter().toInstant()))
        .isEqualTo(Duration.ofDays(30));
    assertThat(certificate.getExtendedKeyUsage())
        .containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(
            certificate.getSubjectAlternativeNames().stream()
                .map(name -> String.valueOf(name.get(1))))
        .containsExactly("north", "10.0.0.1", "localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
    assertThat(certificate.getBasicConstraints()).as("is no authority").isEqualTo(-1);
    assertThat(authority.certificate().getNotAfter().toInstant())
        .isAfter(NOW.plus(Duration.ofDays(3650)));
  }

  @Test
  void leavesOutOfTheNamesWhatIsNoHostName() throws Exception {
    NodeName odd = new NodeName("rack 7, north");
    NodeKey key = NodeKey.generate(odd);
    NodeIdentity identity =
        key.accept(issued(authority.issue(key.request(), odd, "db.example", NOW)), pem());
    assertThat(
            identity.certificate().getSubjectAlternativeNames().stream()
                .map(n -> String.valueOf(n.get(1))))
        .containsExactly("db.example", "localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
  }

  @Test
  void comesBackFromItsBytes() throws Exception {
    ClusterAuthority read = ClusterAuthority.fromBytes(authority.toBytes());
    assertThat(read.clusterId()).isEqualTo(authority.clusterId());
    assertThat(read.fingerprint()).isEqualTo(authority.fingerprint());
    NodeKey key = NodeKey.generate(NODE);
    assertThat(key.accept(issued(read.issue(key.request(), NODE, "h", NOW)), pem())).isNotNull();
    assertThatThrownBy(() -> ClusterAuthority.fromBytes(new byte[] {1}))
        .isInstanceOf(java.io.IOException.class);
  }

  @Test
  void refusesARequestForAnotherNode() {
    NodeKey key = NodeKey.generate(new NodeName("south"));
    assertThat(refusal(authority.issue(key.request(), NODE, "h", NOW)))
        .contains("\"south\"", "expected: north");
  }

  @Test
  void refusesWhoDoesNotProveToHaveTheKey() throws Exception {
    KeyPair own = Certificates.newKey();
    KeyPair someoneElses = Certificates.newKey();
    String forged =
        Pem.write(
            Pem.REQUEST,
            new JcaPKCS10CertificationRequestBuilder(
                    ClusterAuthority.name("north"), someoneElses.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(own.getPrivate()))
                .getEncoded());
    assertThat(refusal(authority.issue(forged, NODE, "h", NOW)))
        .contains("not signed with its own key");
  }

  @Test
  void refusesOtherKindsOfKeys() throws Exception {
    KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
    String request =
        Pem.write(
            Pem.REQUEST,
            new JcaPKCS10CertificationRequestBuilder(
                    ClusterAuthority.name("north"), rsa.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withRSA").build(rsa.getPrivate()))
                .getEncoded());
    assertThat(refusal(authority.issue(request, NODE, "h", NOW))).contains("expected: EC P-256");
  }

  @Test
  void refusesWhatIsNoRequest() {
    for (String text :
        new String[] {
          "",
          "hello",
          "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----",
          "-----BEGIN CERTIFICATE REQUEST-----\n%%%%\n-----END CERTIFICATE REQUEST-----",
          pem()
        }) {
      assertThat(refusal(authority.issue(text, NODE, "h", NOW))).contains("certificate request:");
    }
  }

  @Test
  void aNodeRefusesACertificateThatIsNotItsOwn() {
    NodeKey key = NodeKey.generate(NODE);
    NodeKey other = NodeKey.generate(NODE);
    String certificate = issued(authority.issue(key.request(), NODE, "h", NOW));
    assertThatThrownBy(() -> other.accept(certificate, pem())).hasMessageContaining("another key");
    String stranger = ClusterAuthority.create(UUID.randomUUID(), NOW).certificatePem();
    assertThatThrownBy(() -> key.accept(certificate, stranger))
        .hasMessageContaining("not signed by the cluster's authority");
  }

  private String pem() {
    return authority.certificatePem();
  }

  private static String issued(Issuance issuance) {
    assertThat(issuance).isInstanceOf(Issuance.Issued.class);
    return ((Issuance.Issued) issuance).certificate();
  }

  private static String refusal(Issuance issuance) {
    assertThat(issuance).isInstanceOf(Issuance.Refused.class);
    return ((Issuance.Refused) issuance).reason();
  }
}
