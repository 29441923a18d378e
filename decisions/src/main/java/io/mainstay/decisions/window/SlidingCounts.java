package io.mainstay.decisions.window;

import java.util.Arrays;

/**
 * Two counts over a sliding window, kept in ten slices: what it answers covers between 90 % and 100
 * % of the window. One thread; no allocation after construction. All times are monotonic
 * nanoseconds, and must not go back by more than a window.
 */
public final class SlidingCounts {
  private static final int SLICES = 10;

  private final long sliceNanos;
  private final long[] first = new long[SLICES];
  private final long[] second = new long[SLICES];
  private long firstSum;
  private long secondSum;
  private long slice;
  private boolean begun;

  /**
   * Empty counts.
   *
   * @param windowNanos length of the window, at least 10
   */
  public SlidingCounts(long windowNanos) {
    if (windowNanos < SLICES) {
      throw new IllegalArgumentException("window: " + windowNanos + " ns (expected: >= 10)");
    }
    this.sliceNanos = windowNanos / SLICES;
  }

  /** Adds to the first count. */
  public void addFirst(long now, long count) {
    advance(now);
    first[index()] += count;
    firstSum += count;
  }

  /** Adds to the second count. */
  public void addSecond(long now, long count) {
    advance(now);
    second[index()] += count;
    secondSum += count;
  }

  /** The first count over the window that ends now. */
  public long first(long now) {
    advance(now);
    return firstSum;
  }

  /** The second count over the window that ends now. */
  public long second(long now) {
    advance(now);
    return secondSum;
  }

  /** Forgets everything. */
  public void clear() {
    Arrays.fill(first, 0);
    Arrays.fill(second, 0);
    firstSum = 0;
    secondSum = 0;
  }

  private int index() {
    return (int) Math.floorMod(slice, (long) SLICES);
  }

  private void advance(long now) {
    long current = Math.floorDiv(now, sliceNanos);
    if (!begun) {
      begun = true;
      slice = current;
      return;
    }
    if (current - slice >= SLICES) {
      clear();
      slice = current;
      return;
    }
    while (slice < current) {
      slice++;
      int index = index();
      firstSum -= first[index];
      secondSum -= second[index];
      first[index] = 0;
      second[index] = 0;
    }
  }
}
