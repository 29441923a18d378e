package io.mainstay.identity;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** One TLS connection over loopback, with a byte each way: TLS 1.3 refuses clients only then. */
final class Handshake {
  private static final int PATIENCE_MILLIS = 10_000;

  private Handshake() {}

  /** The names that both ends showed; fails as the client fails, or else as the server does. */
  static Seen run(SSLContext server, SSLContext client, String host) throws Exception {
    try (SSLServerSocket listening =
        (SSLServerSocket)
            server
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      listening.setWantClientAuth(true);
      listening.setSoTimeout(PATIENCE_MILLIS);
      CompletableFuture<String> served = new CompletableFuture<>();
      Thread thread = Thread.ofVirtual().start(() -> serve(listening, served));
      try (Socket plain = new Socket()) {
        plain.connect(listening.getLocalSocketAddress());
        SSLSocket named =
            (SSLSocket) client.getSocketFactory().createSocket(plain, host, plain.getPort(), true);
        SSLParameters parameters = named.getSSLParameters();
        if (!host.isEmpty()) {
          parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        named.setSSLParameters(parameters);
        named.setSoTimeout(PATIENCE_MILLIS);
        named.getOutputStream().write(1);
        if (named.getInputStream().read() != 2) {
          throw new IOException("the server hung up");
        }
        X509Certificate shown = (X509Certificate) named.getSession().getPeerCertificates()[0];
        return new Seen(
            shown.getSubjectX500Principal().getName(), served.get(10, TimeUnit.SECONDS));
      } catch (ExecutionException e) {
        throw (Exception) e.getCause();
      } finally {
        thread.join(PATIENCE_MILLIS);
      }
    }
  }

  private static void serve(SSLServerSocket listening, CompletableFuture<String> served) {
    try (SSLSocket socket = (SSLSocket) listening.accept()) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getInputStream().read();
      String peer;
      try {
        peer = socket.getSession().getPeerPrincipal().getName();
      } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
        peer = "nobody";
      }
      served.complete(peer);
      socket.getOutputStream().write(2);
      socket.getOutputStream().flush();
    } catch (IOException e) {
      served.completeExceptionally(e);
    }
  }

  record Seen(String server, String client) {}
}
