package io.mainstay.linux;

import io.mainstay.ports.Mailbox;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A mailbox with one platform thread of its own. Delays run on the monotonic clock, so a step of
 * the wall clock moves nothing. After {@link #close} tasks are dropped.
 */
public final class ExecutorMailbox implements Mailbox, AutoCloseable {
  private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(5);

  private final ScheduledThreadPoolExecutor executor;
  private final Consumer<Throwable> bugs;
  private final Thread thread;

  /**
   * Starts the thread.
   *
   * @param name of the thread
   * @param bugs hears what a task throws, on the mailbox's thread
   */
  public ExecutorMailbox(String name, Consumer<Throwable> bugs) {
    this.bugs = bugs;
    Thread[] made = new Thread[1];
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            body -> made[0] = Thread.ofPlatform().name(name).daemon(true).unstarted(body),
            new ThreadPoolExecutor.DiscardPolicy());
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.prestartCoreThread();
    thread = made[0];
  }

  @Override
  public void post(Runnable task) {
    executor.execute(() -> run(task));
  }

  @Override
  public Cancellable after(Duration delay, Runnable task) {
    Future<?> scheduled =
        executor.schedule(() -> run(task), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  /** Whether the caller runs on the mailbox's thread; for assertions. */
  public boolean isOwnThread() {
    return Thread.currentThread() == thread;
  }

  /** Drops what waits, lets the running task end (at most 5 s), and ends the thread. */
  @Override
  public void close() {
    executor.shutdown();
    if (isOwnThread()) {
      return;
    }
    try {
      executor.awaitTermination(PATIENCE_AT_CLOSE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable bug) {
      bugs.accept(bug);
    }
  }
}
