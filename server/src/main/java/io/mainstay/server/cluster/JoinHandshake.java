package io.mainstay.server.cluster;

import io.mainstay.identity.JoinToken;
import io.mainstay.identity.NodeIdentity;
import io.mainstay.identity.NodeKey;
import io.mainstay.identity.PinnedTrust;
import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.ports.ClusterControl.JoinOutcome;
import io.mainstay.ports.ClusterControl.JoinRequest;
import io.mainstay.ports.ModelCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/** How a machine is let in: over TLS to a server whose authority the token pins. One thread. */
final class JoinHandshake {
  /** Where a server lets machines in. */
  static final String PATH = "/api/v1/cluster/join";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int CONNECT_MILLIS = 5_000;
  private final Address server;
  private final ModelCodec codec;

  JoinHandshake(Address server, ModelCodec codec) {
    this.server = server;
    this.codec = codec;
  }

  /** What was got. */
  record Admitted(NodeIdentity identity, JoinOutcome.Granted granted) {}

  /** The address of this machine that leads to the server. */
  String ownAddress() throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(server.host(), server.port()), CONNECT_MILLIS);
      InetAddress local = socket.getLocalAddress();
      return local.getHostAddress();
    } catch (IOException e) {
      throw new IOException(
          "server " + server + ": " + e.getMessage() + " (expected: the API of a server that runs)",
          e);
    }
  }

  /**
   * Asks.
   *
   * @param coordinationPort the first of the three at which this machine would carry it
   * @throws IOException if nobody answers, the server is not of the token's cluster, or it refuses;
   *     the message says which
   */
  Admitted ask(JoinToken token, NodeName node, String host, int coordinationPort)
      throws IOException {
    NodeKey key = NodeKey.generate(node);
    JoinRequest request =
        new JoinRequest(token.text(), node, host, coordinationPort, key.request(), false);
    NodeLink.Answer answer;
    try (NodeLink link = new NodeLink(PinnedTrust.byFingerprint(token.authorityFingerprint()))) {
      answer = link.post(server, PATH, codec.write(request), PATIENCE).join();
    } catch (CompletionException e) {
      throw new IOException("server " + server + ": " + e.getCause(), e);
    }
    if (answer.status() != 200) {
      throw new IOException(
          "server "
              + server
              + " does not let this machine in: "
              + new String(answer.body(), StandardCharsets.UTF_8));
    }
    JoinOutcome.Granted granted = codec.read(answer.body(), JoinOutcome.Granted.class);
    try {
      return new Admitted(
          key.accept(granted.certificate(), granted.certificateAuthority()), granted);
    } catch (IllegalArgumentException e) {
      throw new IOException("server " + server + ": " + e.getMessage(), e);
    }
  }
}
