package io.mainstay.business;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one run: its place is free for another run once all of them have ended, those too
 * that nobody waits for any more. So drivers that hang cannot pile up without bound.
 */
final class RunThreads {
  private final Semaphore places;
  private final AtomicInteger living = new AtomicInteger();

  /**
   * Of a run that has a place.
   *
   * @param places gets it back
   */
  RunThreads(Semaphore places) {
    this.places = places;
  }

  /** Starts a virtual thread. */
  Thread start(String name, Runnable work) {
    living.incrementAndGet();
    return Thread.ofVirtual()
        .name(name)
        .start(() -> {
          try {
            work.run();
          } finally {
            if (living.decrementAndGet() == 0) {
              places.release();
            }
          }
        });
  }
}
