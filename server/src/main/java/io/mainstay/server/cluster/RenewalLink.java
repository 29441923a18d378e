package io.mainstay.server.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mainstay.model.Address;
import io.mainstay.ports.ClusterControl.JoinOutcome.Granted;
import io.mainstay.ports.ModelCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Asks other servers for the next certificate, as the node that the present one names. Any thread.
 */
record RenewalLink(NodeLink link, ModelCodec codec) implements CertificateKeeper.Issuers {
  private static final String PATH = "/internal/v1/certificate";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Override
  public CompletionStage<Granted> ask(Address server, String certificateRequest) {
    return link.post(server, PATH, certificateRequest.getBytes(UTF_8), PATIENCE)
        .thenApply(answer -> {
          if (answer.status() != 200) {
            throw new CompletionException(
                new IOException(answer.status() + " " + new String(answer.body(), UTF_8)));
          }
          return codec.read(answer.body(), Granted.class);
        });
  }
}
