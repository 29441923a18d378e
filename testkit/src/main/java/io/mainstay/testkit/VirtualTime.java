package io.mainstay.testkit;

import io.mainstay.model.MonotonicTime;
import io.mainstay.ports.Mailbox.Cancellable;
import io.mainstay.ports.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * A world's clock and its only schedule: a heap of tasks ordered by time, then by the order in
 * which they were scheduled. Nothing happens by itself: {@link #step} runs the next task and moves
 * the clock to it, so the same calls give the same history. One thread.
 */
public final class VirtualTime implements Time {
  /** The wall clock at the origin of the monotonic one. */
  public static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

  private final PriorityQueue<Task> heap = new PriorityQueue<>();
  private long nanos;
  private long sequence;
  private long steps;
  private Duration wallOffset = Duration.ZERO;

  @Override
  public MonotonicTime now() {
    return new MonotonicTime(nanos);
  }

  @Override
  public Instant wallClock() {
    return EPOCH.plusNanos(nanos).plus(wallOffset);
  }

  /** Sets the wall clock forward, or back if negative; the monotonic one does not notice. */
  public void stepWallClock(Duration by) {
    wallOffset = wallOffset.plus(by);
  }

  /** Runs {@code task} once {@code delay} (from 0) has passed. */
  public Cancellable schedule(Duration delay, Runnable task) {
    Task entry = new Task(nanos + Math.max(0, delay.toNanos()), sequence++, task);
    heap.add(entry);
    return entry;
  }

  /** A mailbox whose tasks this schedule runs. */
  public VirtualMailbox mailbox(String name) {
    return new VirtualMailbox(this, name);
  }

  /** Runs the next task; false if there is none. */
  public boolean step() {
    while (true) {
      Task next = heap.poll();
      if (next == null) {
        return false;
      }
      if (!next.cancelled) {
        nanos = Math.max(nanos, next.nanos);
        next.done = true;
        steps++;
        next.task.run();
        return true;
      }
    }
  }

  /** Runs all that is due within {@code duration}, then moves the clock to its end. */
  public void runFor(Duration duration) {
    long end = nanos + duration.toNanos();
    while (isNextBy(end)) {
      step();
    }
    nanos = end;
  }

  /** Runs all that is due now, without moving the clock. */
  public void settle() {
    runFor(Duration.ZERO);
  }

  /**
   * Runs until {@code condition} holds, tested before the first and after each task.
   *
   * @param limit of virtual time
   * @return whether it held in time
   */
  public boolean runUntil(BooleanSupplier condition, Duration limit) {
    long end = nanos + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (!isNextBy(end)) {
        nanos = end;
        return condition.getAsBoolean();
      }
      step();
    }
    return true;
  }

  /** How many tasks have run. */
  public long steps() {
    return steps;
  }

  /** How many tasks wait, called-off ones left out. */
  public int waiting() {
    return (int) heap.stream().filter(task -> !task.cancelled).count();
  }

  private boolean isNextBy(long end) {
    while (true) {
      Task next = heap.peek();
      if (next == null) {
        return false;
      }
      if (!next.cancelled) {
        return next.nanos <= end;
      }
      heap.poll();
    }
  }

  private static final class Task implements Comparable<Task>, Cancellable {
    private final long nanos;
    private final long order;
    private final Runnable task;
    private boolean cancelled;
    private boolean done;

    Task(long nanos, long order, Runnable task) {
      this.nanos = nanos;
      this.order = order;
      this.task = task;
    }

    @Override
    public void cancel() {
      cancelled = !done;
    }

    @Override
    public int compareTo(Task other) {
      int byTime = Long.compare(nanos, other.nanos);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }
}
