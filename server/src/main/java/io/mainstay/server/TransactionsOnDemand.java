package io.mainstay.server;

import io.mainstay.model.state.TransactionRun;
import io.mainstay.ports.TransactionRunner;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Loads what runs transactions at the first one, so that a start without any is not slower. */
final class TransactionsOnDemand implements TransactionRunner {
  private final Supplier<TransactionRunner> maker;
  private @Nullable TransactionRunner made;
  private boolean closed;

  TransactionsOnDemand(Supplier<TransactionRunner> maker) {
    this.maker = maker;
  }

  @Override
  public synchronized void run(Request request, Consumer<TransactionRun> done) {
    if (closed) {
      return;
    }
    if (made == null) {
      made = maker.get();
    }
    made.run(request, done);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (made != null) {
      made.close();
    }
  }
}
