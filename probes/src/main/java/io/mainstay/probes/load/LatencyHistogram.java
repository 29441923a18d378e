package io.mainstay.probes.load;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Durations in buckets of at most 3.2 % width, from 1 µs to over an hour, in about 10 KiB. Any
 * thread. The layout is that of HdrHistogram with five significant bits.
 */
public final class LatencyHistogram {
  private static final int SUB_BITS = 5;
  private static final int SUB = 1 << SUB_BITS;
  private static final int BUCKETS = 40 * SUB;

  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

  /** An empty histogram. */
  public LatencyHistogram() {}

  /** Counts one duration; negative ones count as 0. */
  public void record(long nanos) {
    counts.incrementAndGet(Math.min(BUCKETS - 1, index(Math.max(0, nanos) / 1000)));
  }

  /** How many were counted. */
  public long count() {
    long sum = 0;
    for (int i = 0; i < BUCKETS; i++) {
      sum += counts.get(i);
    }
    return sum;
  }

  /**
   * The upper bound of the bucket in which that share of the durations is reached; zero if there
   * are none.
   *
   * @param share 0.5 for the median, 1 for the worst
   */
  public Duration quantile(double share) {
    long rank = Math.max(1, (long) Math.ceil(share * count()));
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += counts.get(i);
      if (seen >= rank) {
        return Duration.ofNanos(upperMicros(i) * 1000);
      }
    }
    return Duration.ZERO;
  }

  private static int index(long micros) {
    if (micros < SUB) {
      return (int) micros;
    }
    int shift = 63 - Long.numberOfLeadingZeros(micros) - SUB_BITS;
    return (shift + 1) * SUB + (int) ((micros >>> shift) - SUB);
  }

  private static long upperMicros(int index) {
    if (index < SUB) {
      return index;
    }
    int shift = index / SUB - 1;
    return ((long) (index % SUB + SUB + 1) << shift) - 1;
  }
}
