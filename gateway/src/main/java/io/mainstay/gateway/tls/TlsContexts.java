package io.mainstay.gateway.tls;

import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.ListenerSpec.Certificate;
import io.mainstay.model.spec.ListenerSpec.Tls;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of one listener, ready for use, by the names that they vouch for. TLS 1.2 and
 * 1.3, by BoringSSL where it loads, else by the JDK. Immutable; any thread.
 */
final class TlsContexts {
  private static final int DNS_NAME = 2;

  private final SslContext fallback;
  private final Map<String, SslContext> byName;

  private TlsContexts(SslContext fallback, Map<String, SslContext> byName) {
    this.fallback = fallback;
    this.byName = byName;
  }

  /**
   * Reads and checks all certificates and keys.
   *
   * @param protocol HTTP is named in ALPN
   * @throws IOException if one of them cannot be read or does not fit
   */
  static TlsContexts load(Tls tls, ListenerSpec.Protocol protocol, Instant now) throws IOException {
    boolean http = protocol == ListenerSpec.Protocol.HTTP;
    TreeMap<String, SslContext> byName = new TreeMap<>();
    SslContext first = null;
    for (Certificate certificate : tls.certificates()) {
      SslContext context = load(certificate, http);
      first = first == null ? context : first;
      for (String name : names(certificate)) {
        byName.putIfAbsent(name, context);
      }
    }
    if (first == null) {
      SelfSigned own = SelfSigned.generate(now);
      first = build(SslContextBuilder.forServer(own.key(), own.certificate()), http);
    }
    return new TlsContexts(first, byName);
  }

  private static SslContext load(Certificate certificate, boolean http) throws IOException {
    try {
      return build(
          SslContextBuilder.forServer(
              certificate.certificateChain().toFile(), certificate.privateKey().toFile()),
          http);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          certificate.certificateChain() + " with " + certificate.privateKey() + ": " + deepest(e),
          e);
    }
  }

  private static String deepest(Throwable e) {
    Throwable cause = e;
    for (Throwable next = e.getCause(); next != null; next = next.getCause()) {
      cause = next;
    }
    return String.valueOf(cause.getMessage());
  }

  private static SslContext build(SslContextBuilder builder, boolean http) throws IOException {
    builder
        .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
        .protocols("TLSv1.3", "TLSv1.2");
    if (http) {
      builder.applicationProtocolConfig(
          new ApplicationProtocolConfig(
              ApplicationProtocolConfig.Protocol.ALPN,
              ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
              ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
              ApplicationProtocolNames.HTTP_1_1));
    }
    return builder.build();
  }

  private static List<String> names(Certificate certificate) throws IOException {
    List<String> names = new ArrayList<>();
    try (InputStream in = Files.newInputStream(certificate.certificateChain())) {
      X509Certificate leaf =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      Collection<List<?>> alternatives = leaf.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> alternative : alternatives) {
          if (Integer.valueOf(DNS_NAME).equals(alternative.get(0))) {
            names.add(alternative.get(1).toString().toLowerCase(Locale.ROOT));
          }
        }
      }
      if (names.isEmpty()) {
        String common = commonName(leaf);
        if (common != null) {
          names.add(common.toLowerCase(Locale.ROOT));
        }
      }
      return names;
    } catch (CertificateException e) {
      throw new IOException(certificate.certificateChain() + ": " + e.getMessage(), e);
    }
  }

  private static @Nullable String commonName(X509Certificate leaf) {
    try {
      for (Rdn part : new LdapName(leaf.getSubjectX500Principal().getName()).getRdns()) {
        if (part.getType().equalsIgnoreCase("CN")) {
          return part.getValue().toString();
        }
      }
    } catch (InvalidNameException e) {
      return null;
    }
    return null;
  }

  /** The context for a server name: exact, then by a wildcard of one label, then the first. */
  SslContext of(@Nullable String serverName) {
    if (serverName == null) {
      return fallback;
    }
    String name = serverName.toLowerCase(Locale.ROOT);
    SslContext exact = byName.get(name);
    if (exact != null) {
      return exact;
    }
    int dot = name.indexOf('.');
    SslContext wildcard = dot < 0 ? null : byName.get("*" + name.substring(dot));
    return wildcard == null ? fallback : wildcard;
  }
}
