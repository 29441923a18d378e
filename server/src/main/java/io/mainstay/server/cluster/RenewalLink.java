package io.mainstay.server.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mainstay.model.Address;
import io.mainstay.ports.ClusterControl.JoinOutcome.Granted;
import io.mainstay.ports.ModelCodec;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Asks other servers for the next certificate, as the node that the present one names. Any thread.
 */
record RenewalLink(NodeLink link, ModelCodec codec) implements CertificateKeeper.Issuers {
  private static final String PATH = "/internal/v1/certificate";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Override
  public CompletionStage<Granted> ask(Address server, String certificateRequest) {
    return link.post(200, server, PATH, certificateRequest.getBytes(UTF_8), PATIENCE)
        .thenApply(body -> codec.read(body, Granted.class));
  }
}
