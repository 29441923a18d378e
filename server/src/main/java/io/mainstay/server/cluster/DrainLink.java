package io.mainstay.server.cluster;

import io.mainstay.admin.NodeRun;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.ports.ClusterControl.Use;
import io.mainstay.ports.ModelCodec;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Asks another node whether its gateway still uses a run. Any thread. */
record DrainLink(NodeLink link, ModelCodec codec) implements DrainEverywhere.Asking {
  private static final String PATH = "/internal/v1/use";
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  @Override
  public CompletionStage<Use> use(Address node, InstanceId instance, long generation) {
    return link.post(200, node, PATH, codec.write(new NodeRun(instance, generation)), PATIENCE)
        .thenApply(body -> codec.read(body, NodeRun.Answer.class).use());
  }
}
