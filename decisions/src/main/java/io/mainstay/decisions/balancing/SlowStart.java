package io.mainstay.decisions.balancing;

/** How much of its share a new instance gets, so that it can warm up. */
public final class SlowStart {
  private static final double LEAST = 0.1;

  private SlowStart() {}

  /**
   * From 0.1 at age 0, in a straight line, to 1 at {@code duration} and after.
   *
   * @param ageNanos since the instance came into the traffic; negative counts as 0
   * @param durationNanos zero or less: no slow start
   */
  public static double factor(long ageNanos, long durationNanos) {
    if (ageNanos >= durationNanos) {
      return 1;
    }
    double share = Math.max(0, ageNanos) / (double) durationNanos;
    return LEAST + (1 - LEAST) * share;
  }
}
