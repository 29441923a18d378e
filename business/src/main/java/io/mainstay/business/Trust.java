package io.mainstay.business;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Whose certificates are good. */
final class Trust {
  private final SSLContext everybody;
  private final SSLContext usual;

  Trust() {
    try {
      everybody = SSLContext.getInstance("TLS");
      everybody.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
      usual = SSLContext.getDefault();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has them
    }
  }

  /**
   * Speaks TLS over a connection, which is closed with it.
   *
   * @param host as a URL has it, with or without a port
   * @param own whether it leads to a listener of ours on this machine, whose certificate may be
   *     made by itself; those of others must come from an authority that the JDK knows
   * @param protocols what is to be spoken inside, by the names of ALPN; empty: whatever
   * @throws IOException if the other side does not want to, or is not who it should be
   */
  Socket secured(Socket plain, String host, boolean own, List<String> protocols)
      throws IOException {
    String name = nameOf(host);
    SSLSocket socket =
        (SSLSocket)
            (own ? everybody : usual)
                .getSocketFactory()
                .createSocket(plain, name, plain.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(protocols.toArray(String[]::new));
    if (!own) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    if (!name.matches("[0-9.]+") && name.indexOf(':') < 0) {
      try {
        parameters.setServerNames(List.of(new SNIHostName(name)));
      } catch (IllegalArgumentException e) {
        // Not a name that can be said; the default certificate answers.
        parameters.setServerNames(List.of());
      }
    }
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static String nameOf(String host) {
    String name = host.replaceFirst(":[0-9]*$", "");
    return name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
  }

  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
