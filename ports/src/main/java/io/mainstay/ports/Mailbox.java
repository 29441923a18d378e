package io.mainstay.ports;

import java.time.Duration;

/**
 * The single thread of one component, owned by an adapter: tasks run one at a time in the order of
 * their arrival. Any thread may post. A task that throws is our bug: the adapter reports it and
 * goes on with the next.
 */
public interface Mailbox {
  /** Runs {@code task} after those already posted. */
  void post(Runnable task);

  /** Posts {@code task} once {@code delay} has passed. */
  Cancellable after(Duration delay, Runnable task);

  /** Something scheduled that may be called off. */
  @FunctionalInterface
  interface Cancellable {
    /** Calls it off; no effect if it ran or was called off before. */
    void cancel();
  }
}
