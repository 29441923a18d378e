package io.mainstay.testkit;

import io.mainstay.ports.Mailbox;
import java.time.Duration;

/**
 * A mailbox in virtual time. {@link #close} is the death of its owner: what waits and what comes
 * later is dropped. A task that throws ends the run of the schedule, so that tests see our bugs.
 */
public final class VirtualMailbox implements Mailbox {
  private final VirtualTime time;
  private final String name;
  private boolean closed;
  private Runnable afterEach = () -> {};

  VirtualMailbox(VirtualTime time, String name) {
    this.time = time;
    this.name = name;
  }

  @Override
  public void post(Runnable task) {
    after(Duration.ZERO, task);
  }

  @Override
  public Cancellable after(Duration delay, Runnable task) {
    return time.schedule(delay, () -> run(task));
  }

  /** Calls {@code check} after every task, for instance to look at invariants. */
  public void afterEach(Runnable check) {
    this.afterEach = check;
  }

  /** Drops what waits and what comes later. */
  public void close() {
    closed = true;
  }

  /** Whether {@link #close} was called. */
  public boolean isClosed() {
    return closed;
  }

  @Override
  public String toString() {
    return name;
  }

  private void run(Runnable task) {
    if (!closed) {
      task.run();
      afterEach.run();
    }
  }
}
