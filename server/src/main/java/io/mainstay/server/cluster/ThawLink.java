package io.mainstay.server.cluster;

import io.mainstay.admin.NodeThaw;
import io.mainstay.model.Address;
import io.mainstay.model.ServiceName;
import io.mainstay.ports.ModelCodec;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Has another node thaw a standby. Any thread. */
record ThawLink(NodeLink link, ModelCodec codec) implements RemoteThawing.Asking {
  private static final String PATH = "/internal/v1/thaw";
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  @Override
  public CompletionStage<?> thaw(Address node, ServiceName service, String reason) {
    return link.post(204, node, PATH, codec.write(new NodeThaw(service, reason)), PATIENCE);
  }
}
