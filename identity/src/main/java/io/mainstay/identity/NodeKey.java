package io.mainstay.identity;

import io.mainstay.model.NodeName;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A fresh key of a node that waits for its certificate. The key never leaves the machine. Any
 * thread.
 */
public final class NodeKey {
  private final NodeName node;
  private final KeyPair pair;

  private NodeKey(NodeName node, KeyPair pair) {
    this.node = node;
    this.pair = pair;
  }

  /** Makes one. */
  public static NodeKey generate(NodeName node) {
    return new NodeKey(node, Certificates.newKey());
  }

  /** What to send to the authority: PKCS#10 in PEM. */
  public String request() {
    try {
      X500Principal subject = new X500Principal(ClusterAuthority.name(node.value()).getEncoded());
      return Pem.write(
          Pem.REQUEST,
          new JcaPKCS10CertificationRequestBuilder(subject, pair.getPublic())
              .build(new JcaContentSignerBuilder(Certificates.SIGNATURE).build(pair.getPrivate()))
              .getEncoded());
    } catch (IOException | OperatorCreationException e) {
      throw new IllegalStateException("cannot ask for a certificate: " + e.getMessage(), e);
    }
  }

  /**
   * Takes the answer.
   *
   * @param certificate of the node, PEM
   * @param authority of the cluster, PEM; whether it is the right one is for the caller to know
   * @throws IllegalArgumentException if they do not fit the key or each other
   */
  public NodeIdentity accept(String certificate, String authority) {
    X509Certificate own = Pem.certificate(certificate);
    X509Certificate root = Pem.certificate(authority);
    if (!own.getPublicKey().equals(pair.getPublic())) {
      throw new IllegalArgumentException("certificate: for another key than was asked for");
    }
    try {
      own.verify(root.getPublicKey());
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("certificate: not signed by the cluster's authority", e);
    }
    return new NodeIdentity(pair.getPrivate(), List.of(own, root));
  }
}
