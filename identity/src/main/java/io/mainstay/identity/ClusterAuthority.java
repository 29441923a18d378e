package io.mainstay.identity;

import io.mainstay.model.NodeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.UUID;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * The certificate authority of one cluster: EC P-256, ten years. It signs the certificates of nodes
 * and nothing else. Whoever has its key decides who is a node. Immutable, any thread.
 */
public final class ClusterAuthority {
  /** How long the authority itself is good. */
  public static final Duration LIFETIME = Duration.ofDays(3652);

  /** How long a node's certificate is good. */
  public static final Duration NODE_LIFETIME = Duration.ofDays(30);

  /** Clocks of machines differ: what is issued counts from a little earlier. */
  private static final Duration SKEW = Duration.ofHours(1);

  private static final String FILE = "authority-key.p12";
  private static final int CURVE_BITS = 256;
  private static final int LONGEST_NAME = 64;

  private final PrivateKey key;
  private final X509Certificate certificate;

  private ClusterAuthority(PrivateKey key, X509Certificate certificate) {
    this.key = key;
    this.certificate = certificate;
  }

  /**
   * A new authority of a new cluster.
   *
   * @param clusterId a UUID; it becomes the authority's name
   * @param now by the wall clock
   */
  public static ClusterAuthority create(UUID clusterId, Instant now) {
    KeyPair pair = Certificates.newKey();
    X500Name name = name(clusterId.toString());
    try {
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
                  name,
                  Certificates.newSerial(),
                  Date.from(now.minus(SKEW)),
                  Date.from(now.plus(LIFETIME)),
                  name,
                  pair.getPublic())
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
              .addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
              .addExtension(
                  Extension.subjectKeyIdentifier,
                  false,
                  extensions.createSubjectKeyIdentifier(pair.getPublic()));
      return new ClusterAuthority(pair.getPrivate(), sign(builder, pair.getPrivate()));
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("cannot make an authority: " + e.getMessage(), e);
    }
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IOException if it is damaged or something else
   */
  public static ClusterAuthority fromBytes(byte[] bytes) throws IOException {
    KeyFile.Entry entry = KeyFile.read(bytes);
    X509Certificate certificate = entry.chain().getFirst();
    if (certificate.getBasicConstraints() < 0) {
      throw new IOException("not the key of an authority");
    }
    return new ClusterAuthority(entry.key(), certificate);
  }

  /**
   * The authority kept in a folder, if there is one.
   *
   * @throws IOException if it cannot be read
   */
  public static Optional<ClusterAuthority> load(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    return Files.exists(file) ? Optional.of(fromBytes(Files.readAllBytes(file))) : Optional.empty();
  }

  /** Keeps it in a folder, readable for its owner only. */
  public void save(Path folder) throws IOException {
    KeyFile.store(folder.resolve(FILE), toBytes());
  }

  /** Key and certificate as PKCS#12: to be kept as secret as the key. */
  public byte[] toBytes() {
    return KeyFile.write(key, List.of(certificate));
  }

  /** The cluster that it speaks for. */
  public String clusterId() {
    return commonName(X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()));
  }

  /** Its own certificate. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** Its own certificate as PEM. */
  public String certificatePem() {
    return Pem.write(certificate);
  }

  /** SHA-256 of its own certificate: what a join token pins. */
  public byte[] fingerprint() {
    return Certificates.sha256(certificate);
  }

  /**
   * Issues the certificate of a node, for both ends of a connection.
   *
   * @param request PKCS#10 in PEM, signed with the key that it names
   * @param node who asks; the request must name it, too
   * @param host where others reach it
   * @param now by the wall clock
   */
  public Issuance issue(String request, NodeName node, String host, Instant now) {
    if (node.value().length() > LONGEST_NAME) {
      return new Issuance.Refused("node name: longer than " + LONGEST_NAME + " characters");
    }
    try {
      JcaPKCS10CertificationRequest asked =
          new JcaPKCS10CertificationRequest(Pem.read(Pem.REQUEST, request));
      PublicKey asking = asked.getPublicKey();
      Optional<String> fault = fault(asked, asking, node);
      return fault.isPresent()
          ? new Issuance.Refused(fault.get())
          : new Issuance.Issued(Pem.write(sign(asking, node, host, now)));
    } catch (IOException
        | GeneralSecurityException
        | OperatorCreationException
        | PKCSException
        | RuntimeException e) {
      return new Issuance.Refused("certificate request: " + e.getMessage());
    }
  }

  private static Optional<String> fault(
      JcaPKCS10CertificationRequest asked, PublicKey asking, NodeName node)
      throws OperatorCreationException, PKCSException {
    if (!(asking instanceof ECPublicKey curve)
        || curve.getParams().getCurve().getField().getFieldSize() != CURVE_BITS) {
      return Optional.of("key: " + asking.getAlgorithm() + " (expected: EC P-256)");
    }
    if (!asked.isSignatureValid(new JcaContentVerifierProviderBuilder().build(asking))) {
      return Optional.of("certificate request: not signed with its own key");
    }
    String named = commonName(asked.getSubject());
    return named.equals(node.value())
        ? Optional.empty()
        : Optional.of("certificate request: for \"" + named + "\" (expected: " + node + ")");
  }

  private X509Certificate sign(PublicKey asking, NodeName node, String host, Instant now)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    Instant last = certificate.getNotAfter().toInstant();
    Instant wanted = now.plus(NODE_LIFETIME);
    Date end = Date.from(wanted.isBefore(last) ? wanted : last);
    JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
                certificate,
                Certificates.newSerial(),
                Date.from(now.minus(SKEW)),
                end,
                name(node.value()),
                asking)
            .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
            .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
            .addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(
                    new KeyPurposeId[] {
                      KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                    }))
            .addExtension(Extension.subjectAlternativeName, false, names(node, host))
            .addExtension(
                Extension.authorityKeyIdentifier,
                false,
                extensions.createAuthorityKeyIdentifier(certificate))
            .addExtension(
                Extension.subjectKeyIdentifier,
                false,
                extensions.createSubjectKeyIdentifier(asking));
    return sign(builder, key);
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder(Certificates.SIGNATURE).build(key)));
  }

  private static GeneralNames names(NodeName node, String host) {
    SequencedSet<GeneralName> names = new LinkedHashSet<>();
    for (String name : List.of(node.value(), host, "localhost", "127.0.0.1", "::1")) {
      HostNames.general(name).ifPresent(names::add);
    }
    return new GeneralNames(names.toArray(new GeneralName[0]));
  }

  static X500Name name(String commonName) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build();
  }

  private static String commonName(X500Name name) {
    RDN[] parts = name.getRDNs(BCStyle.CN);
    return parts.length == 0 ? "" : String.valueOf(parts[0].getFirst().getValue());
  }
}
