package io.mainstay.probes.load;

import io.mainstay.probes.load.LoadPlan.Pace;
import io.mainstay.probes.load.LoadSample.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Makes load and records what became of every request. It never repeats a request, so that each
 * failure is seen; connections are reused while the server keeps them open. Any thread; the
 * requests run on virtual threads.
 */
public final class LoadClient implements AutoCloseable {
  /** The header that carries the unique id of a request. */
  public static final String ID_HEADER = "X-Load-Id";

  /** Requests under way at once in an open loop; beyond it they are skipped and counted. */
  public static final int MOST_UNDER_WAY = 4096;

  /** An idle connection that is older may be closed by the server at any moment: not used again. */
  private static final long IDLE_NANOS = Duration.ofSeconds(15).toNanos();

  private final LoadPlan plan;
  private final Consumer<LoadSample> listener;
  private final LoadRecorder recorder = new LoadRecorder();
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicInteger underWay = new AtomicInteger();
  private final ConcurrentLinkedDeque<Idle> idle = new ConcurrentLinkedDeque<>();
  private final Phaser running = new Phaser(1);
  private volatile boolean stopped;

  private LoadClient(LoadPlan plan, Consumer<LoadSample> listener) {
    this.plan = plan;
    this.listener = listener;
  }

  private record Idle(LoadConnection connection, long since) {}

  /** Begins; goes on until {@link #stop} or {@link #close}. */
  public static LoadClient start(LoadPlan plan) {
    return start(plan, sample -> {});
  }

  /**
   * The same, telling of every request as it ends.
   *
   * @param listener called on many threads at once
   */
  public static LoadClient start(LoadPlan plan, Consumer<LoadSample> listener) {
    LoadClient client = new LoadClient(plan, listener);
    switch (plan.pace()) {
      case Pace.Rate rate -> client.spawn(() -> client.openLoop(rate));
      case Pace.Connections connections -> {
        for (int i = 0; i < connections.number(); i++) {
          client.spawn(() -> client.closedLoop(connections));
        }
      }
    }
    return client;
  }

  private void spawn(Runnable task) {
    running.register();
    Thread.ofVirtual()
        .name("load")
        .start(() -> {
          try {
            task.run();
          } finally {
            running.arriveAndDeregister();
          }
        });
  }

  private void openLoop(Pace.Rate rate) {
    long began = System.nanoTime();
    for (long i = 0; !stopped; i++) {
      long due = began + (long) (i * 1e9 / rate.perSecond());
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
        if (stopped) {
          return;
        }
      }
      if (underWay.get() >= MOST_UNDER_WAY) {
        recorder.skipped();
        continue;
      }
      underWay.incrementAndGet();
      spawn(() -> {
        try {
          once(due);
        } finally {
          underWay.decrementAndGet();
        }
      });
    }
  }

  private void closedLoop(Pace.Connections connections) {
    while (!stopped) {
      if (!once(System.nanoTime())) {
        // Nothing listens: do not burn the processor that the server needs to come back.
        LockSupport.parkNanos(1_000_000);
      }
      if (connections.think().isPositive()) {
        LockSupport.parkNanos(connections.think().toNanos());
      }
    }
  }

  /** One request; whether anything answered. */
  private boolean once(long due) {
    long number = numbers.getAndIncrement();
    boolean post = isPost(number);
    String method = post ? "POST" : "GET";
    String id = plan.runName() + "-" + number;
    long posts = (long) (number * plan.postShare());
    int turn = (int) ((post ? posts : number - posts) % Integer.MAX_VALUE);
    var paths = post ? plan.postPaths() : plan.paths();
    int size = post ? plan.bodySizes().get(turn % plan.bodySizes().size()) : -1;
    ByteBuffer bytes =
        ByteBuffer.wrap(
            LoadConnection.encode(plan, method, paths.get(turn % paths.size()), id, size));
    LoadSample sample;
    try {
      LoadConnection connection = connection();
      sample = connection.exchange(new LoadConnection.Request(id, method, bytes, due));
      if (connection.isReusable() && !stopped) {
        idle.push(new Idle(connection, System.nanoTime()));
      } else {
        connection.close();
      }
    } catch (IOException e) {
      sample =
          new LoadSample(
              id,
              method,
              due,
              System.nanoTime(),
              Outcome.FAILED_BEFORE,
              0,
              Optional.empty(),
              "no connection: " + e.getMessage());
    }
    recorder.record(sample);
    listener.accept(sample);
    return sample.outcome() != Outcome.FAILED_BEFORE;
  }

  private boolean isPost(long number) {
    // Evenly spread: a POST wherever the running share steps over a whole number.
    return (long) ((number + 1) * plan.postShare()) > (long) (number * plan.postShare());
  }

  private LoadConnection connection() throws IOException {
    for (Idle candidate = idle.poll(); candidate != null; candidate = idle.poll()) {
      if (System.nanoTime() - candidate.since() < IDLE_NANOS) {
        return candidate.connection();
      }
      candidate.connection().close();
    }
    return LoadConnection.open(plan);
  }

  /** What was seen so far. */
  public LoadReport report() {
    return recorder.report();
  }

  /**
   * Sends nothing more, and waits for what is under way.
   *
   * @return whether all of it ended within {@code limit}
   */
  public boolean stop(Duration limit) throws InterruptedException {
    stopped = true;
    int phase = running.arrive();
    try {
      running.awaitAdvanceInterruptibly(phase, limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } finally {
      closeIdle();
    }
  }

  private void closeIdle() {
    for (Idle candidate = idle.poll(); candidate != null; candidate = idle.poll()) {
      candidate.connection().close();
    }
  }

  /** Sends nothing more; what is under way ends by itself. */
  @Override
  public void close() {
    stopped = true;
    closeIdle();
  }
}
