package io.mainstay.gateway.loop;

/** Fixed buckets of durations, in nanoseconds: 100 us to 60 s, three a decade. */
public final class Histogram {
  private static final long[] BOUNDS = {
    100_000L,
    250_000L,
    500_000L,
    1_000_000L,
    2_500_000L,
    5_000_000L,
    10_000_000L,
    25_000_000L,
    50_000_000L,
    100_000_000L,
    250_000_000L,
    500_000_000L,
    1_000_000_000L,
    2_500_000_000L,
    5_000_000_000L,
    10_000_000_000L,
    30_000_000_000L,
    60_000_000_000L,
  };

  private static final int SUM = BOUNDS.length + 1;

  private final Counters counts = new Counters(BOUNDS.length + 2);

  /** Upper bounds in nanoseconds, rising; the last bucket has none. */
  public static long[] bounds() {
    return BOUNDS.clone();
  }

  /** Counts one duration; only on the owning loop. */
  public void record(long nanos) {
    int bucket = 0;
    while (bucket < BOUNDS.length && nanos > BOUNDS[bucket]) {
      bucket++;
    }
    counts.add(bucket, 1);
    counts.add(SUM, nanos);
  }

  /** Adds the counts of each bucket, not cumulated, to {@code totals}; any thread. */
  public void addTo(long[] totals) {
    for (int i = 0; i <= BOUNDS.length; i++) {
      totals[i] += counts.get(i);
    }
  }

  /** The sum of all durations in nanoseconds; any thread. */
  public long sum() {
    return counts.get(SUM);
  }
}
