package io.mainstay.zookeeper;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread on which a coordinator's state is touched and its waiting is done. */
final class CoordinatorThread implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorThread.class);

  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(
          1, body -> Thread.ofPlatform().name("coordinator").daemon(true).unstarted(body));

  CoordinatorThread() {
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Runs it soon; drops it once closed. */
  @Override
  public void execute(Runnable task) {
    if (!tryExecute(task)) {
      LOG.debug("a task came after the end");
    }
  }

  /** Whether it will run. */
  boolean tryExecute(Runnable task) {
    try {
      executor.execute(() -> guarded(task));
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Runs it later; drops it once closed. */
  void schedule(Duration delay, Runnable task) {
    try {
      Future<?> scheduled =
          executor.schedule(() -> guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
      LOG.trace("scheduled {}", scheduled);
    } catch (RejectedExecutionException e) {
      LOG.debug("a task came after the end");
    }
  }

  /** Runs what waits already, then ends the thread; waits at most that long. */
  void close(Duration patience) {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.debug("the thread ends later");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException bug) {
      LOG.error("a task of the coordinator failed", bug);
    }
  }
}
