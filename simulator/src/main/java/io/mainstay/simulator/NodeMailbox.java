package io.mainstay.simulator;

import io.mainstay.ports.Mailbox;
import io.mainstay.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A mailbox of one server, by the clock of its machine. When the server stands still, what is due
 * waits, and is done in order afterwards; its death drops everything.
 */
final class NodeMailbox implements Mailbox {
  private final VirtualTime time;
  private final NodeClock clock;
  private final Deque<Entry> due = new ArrayDeque<>();
  private boolean frozen;
  private boolean closed;

  NodeMailbox(VirtualTime time, NodeClock clock) {
    this.time = time;
    this.clock = clock;
  }

  @Override
  public void post(Runnable task) {
    after(Duration.ZERO, task);
  }

  @Override
  public Cancellable after(Duration delay, Runnable task) {
    Entry entry = new Entry(task);
    time.schedule(clock.truly(delay), () -> fall(entry));
    return entry;
  }

  /** Drops what waits and what comes later. */
  void close() {
    closed = true;
    due.clear();
  }

  boolean isClosed() {
    return closed;
  }

  /** Stands still from now on, or goes on. */
  void freeze(boolean now) {
    frozen = now;
    if (!now) {
      next();
    }
  }

  private void fall(Entry entry) {
    if (closed) {
      return;
    }
    if (frozen || !due.isEmpty()) {
      due.addLast(entry);
    } else {
      entry.run();
    }
  }

  /** One task an event, so that invariants are looked at between them. */
  private void next() {
    if (!due.isEmpty()) {
      time.schedule(
          Duration.ZERO,
          () -> {
            Entry entry = frozen ? null : due.pollFirst();
            if (entry != null) {
              entry.run();
              next();
            }
          });
    }
  }

  private static final class Entry implements Cancellable {
    private final Runnable task;
    private boolean over;

    Entry(Runnable task) {
      this.task = task;
    }

    @Override
    public void cancel() {
      over = true;
    }

    void run() {
      if (!over) {
        over = true;
        task.run();
      }
    }
  }
}
