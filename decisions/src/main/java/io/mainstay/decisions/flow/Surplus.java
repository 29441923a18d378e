package io.mainstay.decisions.flow;

import java.util.ArrayDeque;

/**
 * What followed without a key before anything was seen that it may have followed. It waits for what
 * begins it for so long; but what is left over the whole time belongs to nobody who will come, as
 * the followers of what began before anybody watched: were it kept, as much might be lost later
 * without a trace. Not thread-safe.
 */
final class Surplus {
  private final long waits;

  /** The eldest first. */
  private final ArrayDeque<Batch> batches = new ArrayDeque<>();

  private long number;

  /** The fewest there were since then. */
  private long lowest;

  private long lowestSince;

  private record Batch(long time, long number) {}

  /** Nothing so far; times in nanoseconds. */
  Surplus(long waits, long now) {
    this.waits = waits;
    this.lowestSince = now;
  }

  /** So many more. */
  void add(long more, long now) {
    expire(now);
    batches.addLast(new Batch(now, more));
    number += more;
  }

  /** Takes one of them, the eldest, if there is one. */
  boolean take(long now) {
    expire(now);
    if (number == 0) {
      return false;
    }
    remove(1);
    lowest = Math.min(lowest, number);
    return true;
  }

  /** Forgets what waited for too long or was never needed. */
  void expire(long now) {
    while (!batches.isEmpty() && now - batches.getFirst().time() > waits) {
      number -= batches.removeFirst().number();
    }
    lowest = Math.min(lowest, number);
    if (now - lowestSince > waits) {
      remove(lowest);
      lowest = number;
      lowestSince = now;
    }
  }

  private void remove(long wanted) {
    long left = wanted;
    number -= wanted;
    while (left > 0) {
      Batch eldest = batches.removeFirst();
      if (eldest.number() > left) {
        batches.addFirst(new Batch(eldest.time(), eldest.number() - left));
      }
      left -= Math.min(left, eldest.number());
    }
  }
}
