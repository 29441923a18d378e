package io.mainstay.zookeeper;

import io.mainstay.ports.Mailbox;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A mailbox with a thread of its own. */
final class ThreadMailbox implements Mailbox, AutoCloseable {
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          body -> Thread.ofPlatform().daemon(true).name("mailbox").unstarted(body));

  @Override
  public void post(Runnable task) {
    thread.execute(task);
  }

  @Override
  public Cancellable after(Duration delay, Runnable task) {
    Future<?> scheduled = thread.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    return () -> scheduled.cancel(false);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
