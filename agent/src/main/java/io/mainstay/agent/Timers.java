package io.mainstay.agent;

import io.mainstay.decisions.lifecycle.LifecycleTimer;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.Mailbox.Cancellable;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/** What an instance waits for in the state in which it is. */
final class Timers {
  private final Mailbox mailbox;
  private final Consumer<LifecycleTimer> due;
  private final Map<LifecycleTimer, Cancellable> running = new EnumMap<>(LifecycleTimer.class);

  Timers(Mailbox mailbox, Consumer<LifecycleTimer> due) {
    this.mailbox = mailbox;
    this.due = due;
  }

  /** Replaces an earlier one of that name. */
  void schedule(LifecycleTimer timer, Duration delay) {
    Cancellable earlier = running.put(timer, mailbox.after(delay, () -> due.accept(timer)));
    if (earlier != null) {
      earlier.cancel();
    }
  }

  /** Calls all off. */
  void clear() {
    running.values().forEach(Cancellable::cancel);
    running.clear();
  }
}
