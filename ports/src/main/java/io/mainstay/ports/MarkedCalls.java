package io.mainstay.ports;

import io.mainstay.model.state.TransactionRun;
import java.util.List;

/**
 * What the gateway of this node saw of the requests of one run of a transaction. Calls that went
 * through the gateways of other nodes are not among them. Any thread.
 */
public interface MarkedCalls {
  /**
   * Takes them out; asked again, it answers those that ended since. Bounded: the newest 64 calls of
   * a run, of 256 runs, until 60 s after the first call.
   *
   * @param runId 32 hexadecimal digits
   * @return in the order in which the answers ended; empty: none was seen, or nobody asked in time
   */
  List<TransactionRun.Call> take(String runId);
}
