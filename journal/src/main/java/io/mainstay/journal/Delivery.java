package io.mainstay.journal;

import io.mainstay.model.Event;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls listeners in the order in which things were added, one at a time, on the thread that calls
 * {@link #run} first; others that come meanwhile leave their part to it.
 */
final class Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private final CopyOnWriteArrayList<Subscriber> subscribers = new CopyOnWriteArrayList<>();
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private boolean busy;

  /** Who listens, and from which number on. Each is itself only, so no record. */
  private static final class Subscriber {
    private final Consumer<Event> listener;
    private final long from;

    Subscriber(Consumer<Event> listener, long from) {
      this.listener = listener;
      this.from = from;
    }
  }

  /** Listens to events with numbers from {@code from} on. */
  AutoCloseable subscribe(Consumer<Event> listener, long from) {
    Subscriber subscriber = new Subscriber(listener, from);
    subscribers.add(subscriber);
    return () -> subscribers.remove(subscriber);
  }

  void add(Event event, long sequence) {
    add(() -> {
      for (Subscriber subscriber : subscribers) {
        if (sequence >= subscriber.from) {
          call(() -> subscriber.listener.accept(event));
        }
      }
    });
  }

  synchronized void add(Runnable call) {
    waiting.add(call);
  }

  /** Delivers all that waits, unless somebody else is at it. */
  void run() {
    Runnable call = take(true);
    while (call != null) {
      boolean returned = false;
      try {
        call(call);
        returned = true;
      } finally {
        if (!returned) {
          free();
        }
      }
      call = take(false);
    }
  }

  private synchronized void free() {
    busy = false;
  }

  private synchronized @Nullable Runnable take(boolean first) {
    if (first && busy) {
      return null;
    }
    Runnable call = waiting.poll();
    busy = call != null;
    return call;
  }

  /** A listener that throws is its own bug and must not keep others from their events. */
  private static void call(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      LOG.error("a listener of the event journal failed", e);
    }
  }
}
