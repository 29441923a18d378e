package io.mainstay.decisions.admission;

/**
 * How much one instance may have in flight: fixed, or learned from its latency. One thread; no
 * allocation. All times are monotonic nanoseconds.
 *
 * <p>Learned: the gradient between the usual and the present latency moves the limit. Latencies are
 * averaged over windows (at least 100 answers, or a second with at least 10), so that single slow
 * requests do not count; the limit grows by the square root of itself a window while the latency is
 * no worse than twice the usual one, shrinks towards the ratio when it is, and stays while less
 * than half of it is in use. It starts at 100 and stays between 10 and 1000.
 *
 * <p>The usual latency follows at once when the present one is less than half of it, and slowly
 * otherwise; but upwards only while less than half of the limit is in use, or the limit is down to
 * twice the least: a latency that comes from the queue in the instance must not become the usual
 * one.
 *
 * <p>Source: Netflix concurrency-limits, {@code Gradient2Limit} (usual latency as a long moving
 * average, tolerance 2.0, smoothing 0.2); windows, and learning the usual latency at low
 * concurrency, as in Envoy's adaptive concurrency filter.
 */
public final class ConcurrencyLimit {
  /** Where a learned limit starts. */
  public static final int FIRST = 100;

  /** The least that is learned. */
  public static final int LEAST = 10;

  /** The most that is learned. */
  public static final int MOST = 1000;

  private static final int WINDOW_ANSWERS = 100;
  private static final int LEAST_WINDOW_ANSWERS = 10;
  private static final long WINDOW_NANOS = 1_000_000_000L;
  private static final double TOLERANCE = 2.0;
  private static final double SMOOTHING = 0.2;
  private static final double USUAL_WEIGHT = 0.02;
  private static final double BACKOFF = 0.9;

  private final boolean learned;
  private double limit;
  private double usual;
  private long windowBegan;
  private long sum;
  private int count;
  private int mostInFlight;

  private ConcurrencyLimit(boolean learned, double limit) {
    this.learned = learned;
    this.limit = limit;
  }

  /** Always the same. */
  public static ConcurrencyLimit fixed(int limit) {
    return new ConcurrencyLimit(false, Math.max(1, limit));
  }

  /** Learned from answers. */
  public static ConcurrencyLimit learned() {
    return new ConcurrencyLimit(true, FIRST);
  }

  /** The limit in force. */
  public int limit() {
    return (int) limit;
  }

  /**
   * A good answer came.
   *
   * @param latencyNanos to its first byte
   * @param inFlight on the instance when it came, itself included
   * @return whether the limit may have changed
   */
  public boolean answered(long now, long latencyNanos, int inFlight) {
    if (!learned) {
      return false;
    }
    if (count == 0) {
      windowBegan = now;
    }
    sum += latencyNanos;
    count++;
    mostInFlight = Math.max(mostInFlight, inFlight);
    boolean complete =
        count >= WINDOW_ANSWERS
            || (count >= LEAST_WINDOW_ANSWERS && now - windowBegan >= WINDOW_NANOS);
    if (complete) {
      learn((double) sum / count);
      sum = 0;
      count = 0;
      mostInFlight = 0;
    }
    return complete;
  }

  /** The instance said that it has too much (503), or did not answer in time. */
  public void overloaded() {
    if (learned) {
      limit = Math.max(LEAST, limit * BACKOFF);
    }
  }

  private void learn(double latency) {
    boolean genuine = mostInFlight < limit / 2 || limit <= 2 * LEAST;
    if (usual == 0 || usual > 2 * latency) {
      usual = latency;
    } else if (latency < usual || genuine) {
      usual += (latency - usual) * USUAL_WEIGHT;
    }
    if (mostInFlight < limit / 2) {
      return;
    }
    double gradient = Math.clamp(TOLERANCE * usual / Math.max(1, latency), 0.5, 1.0);
    double wanted = limit * gradient + Math.sqrt(limit);
    limit = Math.clamp(limit * (1 - SMOOTHING) + wanted * SMOOTHING, LEAST, MOST);
  }
}
