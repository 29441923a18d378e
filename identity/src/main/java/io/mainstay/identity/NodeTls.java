package io.mainstay.identity;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS between nodes: shows the node's own certificate on both ends, and trusts what the cluster's
 * authority signed and nothing else. A renewed certificate is used by every later handshake; the
 * context stays the same. Any thread.
 */
public final class NodeTls {
  private static final String ALIAS = "node";

  private final SSLContext context;
  private volatile NodeIdentity identity;

  /** Begins with that identity. */
  public NodeTls(NodeIdentity identity) {
    this.identity = identity;
    try {
      this.context = SSLContext.getInstance("TLSv1.3");
      context.init(
          new KeyManager[] {new CurrentKey()},
          new TrustManager[] {PinnedTrust.onlyBy(identity.authority())},
          new SecureRandom());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS 1.3: " + e.getMessage(), e);
    }
  }

  /**
   * For servers and clients of this node. A server that demands certificates says so itself; a
   * client checks names if its endpoint identification is switched on, as that of the JDK's HTTP
   * client is.
   */
  public SSLContext context() {
    return context;
  }

  /** Who this node is now. */
  public NodeIdentity identity() {
    return identity;
  }

  /**
   * Uses a renewed certificate from now on.
   *
   * @throws IllegalArgumentException if another authority signed it
   */
  public void renew(NodeIdentity renewed) {
    if (!Arrays.equals(renewed.authorityFingerprint(), identity.authorityFingerprint())) {
      throw new IllegalArgumentException("certificate: of another cluster");
    }
    identity = renewed;
  }

  /** Offers the one key there is; names of issuers and key types are not compared. */
  private final class CurrentKey extends X509ExtendedKeyManager {
    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return alias(List.of(keyTypes));
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return alias(List.of(keyTypes));
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return alias(List.of(keyType));
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return alias(List.of(keyType));
    }

    private @Nullable String alias(List<String> keyTypes) {
      return Optional.of(ALIAS).filter(_ -> keyTypes.contains("EC")).orElse(null);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return identity.chain().toArray(new X509Certificate[0]);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return identity.key();
    }
  }
}
