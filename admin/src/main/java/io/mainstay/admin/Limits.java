package io.mainstay.admin;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Keeps slow clients from holding the API: a thread that waits for a client for too long is
 * interrupted, which closes its connection; and only so many streams run at once. Any thread.
 */
final class Limits implements AutoCloseable {
  /** Streams of events and logs at once. */
  static final int STREAMS = 64;

  /** Longest wait for a client to send its body or to take in what it asked for. */
  static final long CLIENT_SECONDS = 20;

  private final Semaphore streams = new Semaphore(STREAMS);
  private final Map<Thread, Long> waiting = new ConcurrentHashMap<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("admin-limits").factory());

  Limits() {
    var _ = clock.scheduleWithFixedDelay(this::interruptLate, 5, 5, TimeUnit.SECONDS);
  }

  private void interruptLate() {
    long latest = System.nanoTime() - TimeUnit.SECONDS.toNanos(CLIENT_SECONDS);
    waiting.forEach((thread, since) -> {
      if (since - latest < 0 && waiting.remove(thread, since)) {
        thread.interrupt();
      }
    });
  }

  /** The calling thread waits for its client from now until the watch is closed. */
  Watch watch() {
    Thread thread = Thread.currentThread();
    waiting.put(thread, System.nanoTime());
    return () -> waiting.remove(thread);
  }

  /** Ends a wait. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Takes the place of one stream.
   *
   * @throws Problem 503, if all are taken
   */
  void enterStream() {
    if (!streams.tryAcquire()) {
      throw Problem.unavailable(STREAMS + " streams are open already (expected: fewer)");
    }
  }

  void leaveStream() {
    streams.release();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
