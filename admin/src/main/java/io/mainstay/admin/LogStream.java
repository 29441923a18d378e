package io.mainstay.admin;

import io.mainstay.model.InstanceId;
import io.mainstay.ports.LogSource;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The lines of an instance as they come. Between writer and client stands a bounded queue: a client
 * that cannot keep up is told how many lines it missed, the writer never waits.
 */
final class LogStream implements Response.Events {
  private static final int QUEUE = 20_000;
  private static final long HEARTBEAT_SECONDS = 10;
  private final LogSource logs;
  private final InstanceId instance;
  private final int lines;

  LogStream(LogSource logs, InstanceId instance, int lines) {
    this.logs = logs;
    this.instance = instance;
    this.lines = lines;
  }

  @Override
  public void write(ServerSentEvents out) throws Exception {
    BlockingQueue<String> queue = new ArrayBlockingQueue<>(QUEUE);
    AtomicLong missed = new AtomicLong();
    out.retry(1000);
    try (AutoCloseable _ =
        logs.follow(
            instance,
            lines,
            line -> {
              if (!queue.offer(line)) {
                missed.incrementAndGet();
              }
            })) {
      while (true) {
        @Nullable String line = queue.poll(HEARTBEAT_SECONDS, TimeUnit.SECONDS);
        if (line == null) {
          out.heartbeat();
        } else {
          out.event(Optional.empty(), Optional.empty(), line);
        }
        // What was missed lies behind everything that the queue holds.
        if (queue.isEmpty() && missed.get() > 0) {
          out.event(Optional.empty(), Optional.of("missed"), Long.toString(missed.getAndSet(0)));
        }
      }
    }
  }
}
