package io.mainstay.testkit;

import io.mainstay.ports.Mailbox;
import java.time.Duration;

/** Mailboxes for tests that have no thread of their own. */
final class Runnables {
  /** Runs everything at once, on the thread that posts; delays are not taken. */
  static final Mailbox ON_CALLER =
      new Mailbox() {
        @Override
        public void post(Runnable task) {
          task.run();
        }

        @Override
        public Cancellable after(Duration delay, Runnable task) {
          throw new UnsupportedOperationException("no delays here");
        }
      };

  private Runnables() {}
}
