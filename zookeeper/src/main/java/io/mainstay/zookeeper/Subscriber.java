package io.mainstay.zookeeper;

import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Coordinator.State;
import io.mainstay.ports.Mailbox;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One listener and its mailbox. A state that waits in the mailbox is replaced by a newer one. */
final class Subscriber implements Coordinator.Subscription {
  private final Mailbox mailbox;
  private final Coordinator.Listener listener;
  private final AtomicReference<@Nullable State> waiting = new AtomicReference<>();
  private final Runnable closed;
  private volatile boolean isClosed;

  Subscriber(
      Mailbox mailbox,
      Coordinator.Listener listener,
      java.util.function.Consumer<Subscriber> closed) {
    this.mailbox = mailbox;
    this.listener = listener;
    this.closed = () -> closed.accept(this);
  }

  void changed(State state) {
    if (waiting.getAndSet(state) == null) {
      mailbox.post(() -> {
        State newest = waiting.getAndSet(null);
        if (newest != null && !isClosed) {
          listener.changed(newest);
        }
      });
    }
  }

  void connection(boolean connected, String reason) {
    mailbox.post(() -> {
      if (!isClosed) {
        listener.connection(connected, reason);
      }
    });
  }

  @Override
  public void close() {
    isClosed = true;
    closed.run();
  }
}
