package io.mainstay.server.cluster;

import io.mainstay.model.Address;
import io.mainstay.ports.ClusterControl.JoinOutcome;
import io.mainstay.ports.ClusterControl.JoinRequest;
import io.mainstay.ports.ModelCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/** Hands a machine that wants to join on to a server that can let it in. Any thread; waits. */
record JoinForwarding(NodeLink link, ModelCodec codec) implements ClusterDesk.Forwarding {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Override
  public JoinOutcome join(Address server, JoinRequest request) throws IOException {
    try {
      NodeLink.Answer answer =
          link.post(server, JoinHandshake.PATH, codec.write(request), PATIENCE).join();
      return answer.status() == 200
          ? codec.read(answer.body(), JoinOutcome.Granted.class)
          : new JoinOutcome.Refused(
              server + ": " + new String(answer.body(), StandardCharsets.UTF_8));
    } catch (CompletionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    }
  }
}
