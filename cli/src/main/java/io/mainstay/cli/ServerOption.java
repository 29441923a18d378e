package io.mainstay.cli;

import io.mainstay.model.Address;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import java.util.SequencedMap;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server to talk to. */
final class ServerOption {
  static final String VARIABLE = "MAINSTAY_ADMIN";
  static final String DEFAULT = "127.0.0.1:7070";

  static final String AUTHORITY_VARIABLE = "MAINSTAY_CA";
  static final String TOKEN_VARIABLE = "MAINSTAY_TOKEN";

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "For a server elsewhere: its authority's certificate. Default: MAINSTAY_CA.")
  private @Nullable Path authority;

  @Option(
      names = "--admin",
      paramLabel = "HOST:PORT",
      description = "The server's admin address. Default: MAINSTAY_ADMIN, else 127.0.0.1:7070.")
  private @Nullable String admin;

  /** The address. */
  Address address(SequencedMap<String, String> environment) {
    String variable = environment.getOrDefault(VARIABLE, "");
    String text = admin != null ? admin : variable.isEmpty() ? DEFAULT : variable;
    String from = admin != null || variable.isEmpty() ? "--admin" : VARIABLE;
    return Address.parse(text)
        .filter(address -> address.port() > 0)
        .orElseThrow(() ->
            new CliFailure(
                ExitCode.USAGE,
                from + ": " + text + " (expected: HOST:PORT such as " + DEFAULT + ")"));
  }

  /** A client for it: plain on this machine, by TLS and with a token to any other. */
  AdminClient client(SequencedMap<String, String> environment) {
    Address address = address(environment);
    Optional<String> token =
        Optional.ofNullable(environment.get(TOKEN_VARIABLE)).filter(text -> !text.isBlank());
    return isLoopback(address)
        ? new AdminClient(address, SocketFactory.getDefault(), token)
        : new AdminClient(address, secure(environment), token);
  }

  private SocketFactory secure(SequencedMap<String, String> environment) {
    String variable = environment.getOrDefault(AUTHORITY_VARIABLE, "");
    Path file = authority != null ? authority : Path.of(variable);
    if (file.toString().isEmpty()) {
      throw new CliFailure(
          ExitCode.USAGE,
          "a server on another machine is reached by TLS: --ca or "
              + AUTHORITY_VARIABLE
              + " names the certificate of the cluster's authority (cluster/authority.pem in a"
              + " server's data folder), and "
              + TOKEN_VARIABLE
              + " holds the content of its admin.token");
    }
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "cluster", CertificateFactory.getInstance("X.509").generateCertificate(in));
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(null, trust.getTrustManagers(), null);
      return new NamedPeers(context.getSocketFactory());
    } catch (IOException | GeneralSecurityException e) {
      throw new CliFailure(
          ExitCode.USAGE, "--ca: " + file + ": " + e + " (expected: a certificate in PEM)");
    }
  }

  private static boolean isLoopback(Address address) {
    try {
      return InetAddress.getByName(address.host()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
