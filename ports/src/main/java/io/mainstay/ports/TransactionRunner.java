package io.mainstay.ports;

import io.mainstay.model.spec.TransactionSpec;
import io.mainstay.model.state.Pin;
import io.mainstay.model.state.TransactionKey;
import io.mainstay.model.state.TransactionRun;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs business transactions as a user would. Returns at once; the result arrives once, in the
 * mailbox that the implementation was made with, at the latest shortly after the limit of the
 * transaction and that of its cleanup. A slow run delays no other.
 */
public interface TransactionRunner extends AutoCloseable {
  /** Runs one transaction once. */
  void run(Request request, Consumer<TransactionRun> done);

  /** Ends what is under way; no result arrives any more. */
  @Override
  void close();

  /**
   * One run.
   *
   * @param key which transaction
   * @param spec its steps, unexpanded
   * @param pins where requests of some services must go in this run
   */
  record Request(TransactionKey key, TransactionSpec spec, List<Pin> pins) {
    /** Copies the pins. */
    public Request {
      pins = List.copyOf(pins);
    }
  }
}
