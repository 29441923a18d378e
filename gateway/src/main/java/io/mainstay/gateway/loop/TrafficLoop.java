package io.mainstay.gateway.loop;

import io.mainstay.ports.Time;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop with its clock, its deadlines and its random numbers. Everything here happens on
 * that loop, but for {@link #execute}.
 */
public final class TrafficLoop {
  /** How often deadlines of requests are looked at, in milliseconds. */
  public static final int TICK_MILLIS = 20;

  private static final int SLOW_TICK_MILLIS = 500;

  private final int index;
  private final EventLoop eventLoop;
  private final Time time;
  private final TimedList active = new TimedList();
  private final TimedList quiet = new TimedList();
  private final List<Repeated> repeated = new ArrayList<>();
  private final long origin;
  private @Nullable Future<?> beat;
  private long now;
  private long random;
  private boolean ticking;

  /**
   * A loop that has not begun.
   *
   * @param seed of its random numbers
   */
  public TrafficLoop(int index, EventLoop eventLoop, Time time, long seed) {
    this.index = index;
    this.eventLoop = eventLoop;
    this.time = time;
    this.random = seed | 1;
    this.now = time.nanos();
    this.origin = now;
  }

  /** A task and when it is next due, in monotonic nanoseconds. */
  private static final class Repeated {
    final Runnable task;
    final long periodNanos;
    long due;

    Repeated(Runnable task, long periodNanos, long due) {
      this.task = task;
      this.periodNanos = periodNanos;
      this.due = due;
    }
  }

  /** Begins to look at deadlines; any thread. */
  public void start() {
    every(SLOW_TICK_MILLIS, this::slowTick);
  }

  /**
   * Repeats a task on this loop until it ends; any thread. Tasks are due at whole multiples of
   * their period, so that a loop without traffic wakes up once for all of them.
   */
  public void every(int millis, Runnable task) {
    execute(() -> {
      long period = TimeUnit.MILLISECONDS.toNanos(millis);
      long age = readClock() - origin;
      repeated.add(new Repeated(task, period, origin + (age / period + 1) * period));
      awaitBeat();
    });
  }

  private void awaitBeat() {
    if (beat != null) {
      beat.cancel(false);
    }
    long next = Long.MAX_VALUE;
    for (Repeated one : repeated) {
      next = Math.min(next, one.due - now);
    }
    beat = eventLoop.schedule(this::beat, Math.max(next, 0), TimeUnit.NANOSECONDS);
  }

  private void beat() {
    beat = null;
    long begin = readClock();
    try {
      for (Repeated one : repeated) {
        if (one.due - begin <= 0) {
          // What was missed while the machine slept is not made up for.
          one.due += ((begin - one.due) / one.periodNanos + 1) * one.periodNanos;
          one.task.run();
        }
      }
    } finally {
      awaitBeat();
    }
  }

  /** Runs a task once on this loop; any thread. */
  public void after(int millis, Runnable task) {
    Future<?> _ = eventLoop.schedule(task, millis, TimeUnit.MILLISECONDS);
  }

  /** The clocks. Any thread. */
  public Time time() {
    return time;
  }

  /** From 0. */
  public int index() {
    return index;
  }

  /** The event loop itself. */
  public EventLoop eventLoop() {
    return eventLoop;
  }

  /** Runs a task on this loop: at once if the caller is on it. Any thread. */
  public void execute(Runnable task) {
    if (eventLoop.inEventLoop()) {
      task.run();
    } else if (!eventLoop.isShuttingDown()) {
      eventLoop.execute(task);
    }
  }

  /** Runs a task on this loop, later if the caller is on it. Any thread. */
  public void post(Runnable task) {
    if (!eventLoop.isShuttingDown()) {
      eventLoop.execute(task);
    }
  }

  /** The time now, in monotonic nanoseconds; read from the clock. */
  public long readClock() {
    now = time.nanos();
    return now;
  }

  /** The time as last read: at most {@link #TICK_MILLIS} old while a request is under way. */
  public long now() {
    return now;
  }

  /** 64 random bits (xorshift64*, S. Vigna 2016); good enough to balance with. */
  public long randomBits() {
    random ^= random >>> 12;
    random ^= random << 25;
    random ^= random >>> 27;
    return random * 0x2545F4914F6CDD1DL;
  }

  /** Looks at this deadline every {@link #TICK_MILLIS}. */
  public void watchClosely(Timed timed) {
    active.add(timed);
    if (!ticking) {
      ticking = true;
      after(TICK_MILLIS, this::tick);
    }
  }

  /** No longer looks at this deadline. */
  public void release(Timed timed) {
    active.remove(timed);
  }

  /** Looks at this deadline every half second. */
  public void watch(Timed timed) {
    quiet.add(timed);
  }

  /** No longer looks at this deadline. */
  public void unwatch(Timed timed) {
    quiet.remove(timed);
  }

  private void tick() {
    active.expire(readClock());
    ticking = active.size() > 0;
    if (ticking) {
      after(TICK_MILLIS, this::tick);
    }
  }

  private void slowTick() {
    quiet.expire(readClock());
  }
}
