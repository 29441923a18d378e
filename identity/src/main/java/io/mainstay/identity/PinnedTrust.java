package io.mainstay.identity;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts the servers of one cluster before anything but the fingerprint of its authority is known,
 * as a machine does that joins. The authority must be part of the chain that the server sends, and
 * must have signed the server's certificate, which must be in its time. Names are not compared: any
 * server of the cluster may answer, at whatever address it was reached.
 */
public final class PinnedTrust {
  private PinnedTrust() {}

  /**
   * For a client without a certificate of its own.
   *
   * @param fingerprint SHA-256 of the authority's certificate
   */
  public static SSLContext byFingerprint(byte[] fingerprint) {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(
          null, new TrustManager[] {new ByFingerprint(fingerprint.clone())}, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS 1.3: " + e.getMessage(), e);
    }
  }

  /** The JDK's own checks with one authority as the only one. */
  static X509ExtendedTrustManager onlyBy(X509Certificate authority)
      throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("authority", authority);
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager extended) {
          return extended;
        }
      }
      throw new GeneralSecurityException("no trust manager for PKIX");
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static final class ByFingerprint extends X509ExtendedTrustManager {
    private final byte[] fingerprint;

    ByFingerprint(byte[] fingerprint) {
      this.fingerprint = fingerprint;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      for (X509Certificate one : chain) {
        if (MessageDigest.isEqual(Certificates.sha256(one), fingerprint)) {
          try {
            onlyBy(one).checkServerTrusted(chain, authType);
            return;
          } catch (CertificateException e) {
            throw e;
          } catch (GeneralSecurityException e) {
            throw new CertificateException(e);
          }
        }
      }
      throw new CertificateException(
          "the server does not belong to the cluster of the token (expected: an authority with"
              + " SHA-256 %s)".formatted(HexFormat.of().formatHex(fingerprint)));
    }

    @Override
    public void checkServerTrusted(
        X509Certificate[] chain, String authType, @Nullable Socket socket)
        throws CertificateException {
      checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(
        X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
        throws CertificateException {
      checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("for clients only");
    }

    @Override
    public void checkClientTrusted(
        X509Certificate[] chain, String authType, @Nullable Socket socket)
        throws CertificateException {
      checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(
        X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
        throws CertificateException {
      checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
