package io.mainstay.decisions.flow;

/**
 * How unlikely it is by accident that a share or a number is so far from what it should be: upper
 * bounds after Chernoff and Hoeffding, as natural logarithms with their sign turned; 14 is less
 * than one in a million.
 */
final class Chance {
  private Chance() {}

  /**
   * {@code hits} of {@code of} or more, where each hits with {@code probability}.
   *
   * @return 0 if that is no more than is to be expected
   */
  static double ofSoMany(long hits, long of, double probability) {
    return hits <= of * probability ? 0 : of * divergence((double) hits / of, probability);
  }

  /** {@code hits} of {@code of} or fewer. */
  static double ofSoFew(long hits, long of, double probability) {
    return hits >= of * probability ? 0 : of * divergence((double) hits / of, probability);
  }

  /** {@code events} or fewer where {@code expected} come by a Poisson process. */
  static double ofSoFew(long events, double expected) {
    if (events >= expected) {
      return 0;
    }
    return expected - events + (events == 0 ? 0 : events * Math.log(events / expected));
  }

  /** The relative entropy of two coins (S. Kullback, R. Leibler). */
  private static double divergence(double seen, double expected) {
    return part(seen, expected) + part(1 - seen, 1 - expected);
  }

  private static double part(double seen, double expected) {
    return seen <= 0 ? 0 : seen * Math.log(seen / expected);
  }
}
