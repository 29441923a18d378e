package io.mainstay.decisions.evidence;

/**
 * Flap detection as Nagios does it (its manual, "Detection and Handling of State Flapping"; the
 * weights are those of its source): of the last 21 results, 20 can differ from the one before; the
 * newest difference counts 1.25, the oldest 0.75, those between along a line. It flaps from 50 % on
 * and no more at 25 % or less. What there was before the first result counts as no change, so that
 * a few results do not make a flap.
 */
public final class FlapRule {
  /** Results that are looked at. */
  public static final int RESULTS = 21;

  /** Percent from which on it flaps. */
  public static final double HIGH = 50;

  /** Percent at which it does not any more. */
  public static final double LOW = 25;

  private static final int CHANGES = RESULTS - 1;
  private static final int ALL = (1 << CHANGES) - 1;
  private static final double OLDEST = 0.75;
  private static final double NEWEST = 1.25;
  private static final int MOST_DOUBLINGS = 3;

  private FlapRule() {}

  /**
   * With one more result.
   *
   * @param result any number that stands for it, from 0
   */
  public static FlapState next(FlapState before, int result) {
    boolean differs = before.last() >= 0 && before.last() != result;
    int changes = (before.changes() << 1 | (differs ? 1 : 0)) & ALL;
    double percent = percent(changes);
    boolean flapping = before.flapping() ? percent > LOW : percent >= HIGH;
    int episodes = before.episodes() + (flapping && !before.flapping() ? 1 : 0);
    return new FlapState(result, changes, flapping, changes == 0 ? 0 : episodes);
  }

  /** How much it changes, in percent: 100 if each result differs from the one before it. */
  public static double percent(FlapState state) {
    return percent(state.changes());
  }

  private static double percent(int changes) {
    double sum = 0;
    for (int age = 0; age < CHANGES; age++) {
      if ((changes >> age & 1) != 0) {
        sum += NEWEST - (NEWEST - OLDEST) * age / (CHANGES - 1);
      }
    }
    return sum * 100 / CHANGES;
  }

  /** How much longer than usual it must be well before it is believed: 1, 2, 4 or 8 times. */
  public static int penalty(int times) {
    return 1 << Math.min(MOST_DOUBLINGS, Math.max(0, times));
  }
}
