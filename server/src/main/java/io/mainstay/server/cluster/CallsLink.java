package io.mainstay.server.cluster;

import io.mainstay.admin.NodeCalls;
import io.mainstay.model.Address;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.ports.ModelCodec;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Asks another node what its gateway saw of a run. Any thread. */
record CallsLink(NodeLink link, ModelCodec codec) implements GatheredCalls.Asking {
  private static final String PATH = "/internal/v1/calls";

  @Override
  public CompletableFuture<List<TransactionRun.Call>> calls(Address node, String runId) {
    byte[] body = codec.write(new NodeCalls(runId));
    return link.post(200, node, PATH, body, GatheredCalls.PATIENCE)
        .thenApply(answer -> codec.read(answer, NodeCalls.Answer.class).calls());
  }
}
