package io.mainstay.ports;

import io.mainstay.model.state.TransactionRun;
import java.util.List;

/**
 * What gateways saw of the requests of one run of a transaction: that of this node, or all that the
 * run went through. Any thread.
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
