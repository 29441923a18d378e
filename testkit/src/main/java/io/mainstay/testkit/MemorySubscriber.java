package io.mainstay.testkit;

import io.mainstay.ports.Coordinator.Listener;
import io.mainstay.ports.Coordinator.State;
import io.mainstay.ports.Coordinator.Subscription;
import io.mainstay.ports.Mailbox;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One listener of a {@link MemoryCoordinator}: only the newest state waits for it. */
final class MemorySubscriber implements Subscription {
  private final Consumer<MemorySubscriber> leave;
  private final Mailbox mailbox;
  private final Listener listener;
  private @Nullable State waiting;
  private boolean isClosed;

  MemorySubscriber(Mailbox mailbox, Listener listener, Consumer<MemorySubscriber> leave) {
    this.leave = leave;
    this.mailbox = mailbox;
    this.listener = listener;
  }

  void changed(State state) {
    boolean posted = waiting != null;
    waiting = state;
    if (!posted) {
      mailbox.post(() -> {
        State newest = waiting;
        waiting = null;
        if (newest != null && !isClosed) {
          listener.changed(newest);
        }
      });
    }
  }

  void connection(boolean now, String reason) {
    mailbox.post(() -> {
      if (!isClosed) {
        listener.connection(now, reason);
      }
    });
  }

  @Override
  public void close() {
    isClosed = true;
    leave.accept(this);
  }
}
