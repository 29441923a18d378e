package io.mainstay.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Who a node is: its key, its certificate, and the authority that signed it. Immutable. */
public final class NodeIdentity {
  /** The password of both files below; what protects them is their mode, 0600. */
  public static final String PASSWORD = KeyFile.PASSWORD;

  private static final String KEY_FILE = "node.p12";
  private static final String TRUST_FILE = "authority.p12";
  private static final String AUTHORITY_FILE = "authority.pem";

  private final PrivateKey key;
  private final List<X509Certificate> chain;

  NodeIdentity(PrivateKey key, List<X509Certificate> chain) {
    this.key = key;
    this.chain = List.copyOf(chain);
  }

  /** PKCS#12 with the node's key and chain, once saved. */
  public static Path keyFile(Path folder) {
    return folder.resolve(KEY_FILE);
  }

  /** PKCS#12 with the cluster's authority as the only one that is trusted, once saved. */
  public static Path trustFile(Path folder) {
    return folder.resolve(TRUST_FILE);
  }

  /**
   * The identity kept in a folder, if there is one.
   *
   * @throws IOException if it cannot be read
   */
  public static Optional<NodeIdentity> load(Path folder) throws IOException {
    Path file = keyFile(folder);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    KeyFile.Entry entry = KeyFile.read(Files.readAllBytes(file));
    if (entry.chain().size() != 2) {
      throw new IOException(
          file + ": " + entry.chain().size() + " certificates (expected: node and authority)");
    }
    return Optional.of(new NodeIdentity(entry.key(), entry.chain()));
  }

  /** Keeps it in a folder: files for this program and for ZooKeeper, mode 0600. */
  public void save(Path folder) throws IOException {
    KeyFile.store(folder.resolve(AUTHORITY_FILE), Pem.ascii(Pem.write(authority())));
    KeyFile.store(trustFile(folder), KeyFile.write(authority()));
    KeyFile.store(keyFile(folder), KeyFile.write(key, chain));
  }

  /** The node's certificate. */
  public X509Certificate certificate() {
    return chain.getFirst();
  }

  /** The node's name in its certificate, as RFC 2253 writes it: {@code CN=NODE}. */
  public String principal() {
    return certificate().getSubjectX500Principal().getName();
  }

  /** The certificate of the cluster's authority. */
  public X509Certificate authority() {
    return chain.getLast();
  }

  /** SHA-256 of the authority's certificate. */
  public byte[] authorityFingerprint() {
    return Certificates.sha256(authority());
  }

  /** Whether two thirds of the certificate's lifetime are over. */
  public boolean renewalDue(Instant now) {
    Instant begin = certificate().getNotBefore().toInstant();
    Instant end = certificate().getNotAfter().toInstant();
    return !now.isBefore(begin.plus(Duration.between(begin, end).multipliedBy(2).dividedBy(3)));
  }

  /** Whether the certificate is still good. */
  public boolean isValid(Instant now) {
    return now.isBefore(certificate().getNotAfter().toInstant());
  }

  PrivateKey key() {
    return key;
  }

  List<X509Certificate> chain() {
    return chain;
  }
}
