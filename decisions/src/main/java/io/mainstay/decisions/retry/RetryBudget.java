package io.mainstay.decisions.retry;

import io.mainstay.decisions.window.SlidingCounts;

/**
 * How many tries may be repeated: a share of the requests of the last 10 s, and never less than 3 a
 * second (30 in 10 s), so that a quiet service can retry too. Keeps retries from turning a trouble
 * into an overload. One thread; no allocation. The scheme is Finagle's {@code RetryBudget}.
 */
public final class RetryBudget {
  /** Length of the window. */
  public static final long WINDOW_NANOS = 10_000_000_000L;

  /** Retries in a window that are always allowed (with a share above 0). */
  public static final int FLOOR = 30;

  private final SlidingCounts counts = new SlidingCounts(WINDOW_NANOS);
  private double share;

  /**
   * A full budget.
   *
   * @param share retries as a share of requests; 0 allows none
   */
  public RetryBudget(double share) {
    this.share = share;
  }

  /** Changes the share, keeps the counts. */
  public void share(double newShare) {
    share = newShare;
  }

  /** A request arrived (not a retry). */
  public void requestArrived(long now) {
    counts.addFirst(now, 1);
  }

  /** Whether one more retry is within the budget. */
  public boolean allows(long now) {
    return share > 0 && counts.second(now) < Math.max(FLOOR, (long) (share * counts.first(now)));
  }

  /** A try is repeated. */
  public void retried(long now) {
    counts.addSecond(now, 1);
  }
}
