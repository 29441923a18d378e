package io.mainstay.admin;

import io.mainstay.model.state.TransactionRun;
import java.util.List;

/**
 * A node asks another one what its gateway saw of the requests of a run of a transaction.
 *
 * @param runId 32 hexadecimal digits
 */
public record NodeCalls(String runId) {
  /**
   * The answer.
   *
   * @param calls in the order in which they ended
   */
  public record Answer(List<TransactionRun.Call> calls) {
    /** Copies the list. */
    public Answer {
      calls = List.copyOf(calls);
    }
  }
}
