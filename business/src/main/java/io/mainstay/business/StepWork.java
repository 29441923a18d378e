package io.mainstay.business;

import io.mainstay.model.spec.TransactionSpec.Action;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Does what steps say. Any thread.
 *
 * @param http for requests
 * @param grpc for calls of gRPC
 * @param sql for queries
 * @param command for commands
 */
record StepWork(HttpStep http, GrpcStep grpc, SqlStep sql, CommandStep command) {
  /**
   * Does it, blocking.
   *
   * @return what was captured
   * @throws StepFailure if it is not as expected, or nobody can tell
   * @throws InterruptedException if nobody waits for it any more
   */
  SequencedMap<String, String> perform(Action action, Attempt attempt)
      throws StepFailure, InterruptedException {
    return switch (action) {
      case Action.Http asked -> http.perform(asked, attempt);
      case Action.Grpc asked -> grpc.perform(asked, attempt);
      case Action.Sql asked -> sql.perform(asked, attempt);
      case Action.Run asked -> command.perform(asked, attempt);
      case Action.Wait wait -> {
        Thread.sleep(wait.time());
        yield new LinkedHashMap<>();
      }
    };
  }
}
