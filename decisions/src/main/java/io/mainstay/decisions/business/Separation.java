package io.mainstay.decisions.business;

import io.mainstay.decisions.business.Trial.Score;
import io.mainstay.model.InstanceId;
import io.mainstay.model.state.Pin;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether some pins fail and others pass beyond chance: a sequential test of two explanations of
 * the same results (A. Wald: Sequential Tests of Statistical Hypotheses, 1945). One says that every
 * pin fails at the same rate, since what fails is not pinned; the other that some nearly always
 * fail and the rest nearly always pass. Runs go on until one explains the results a thousand times
 * better.
 *
 * @param verdict what the results say so far
 * @param failing the pinned instances that fail, if they are separate; sorted
 * @param passing how many pass then
 * @param reason why the last of those failed
 */
record Separation(Verdict verdict, List<InstanceId> failing, int passing, String reason) {
  /** How rarely what works fails, and what is broken works. */
  private static final double EXCEPTION = 0.03;

  private static final double ENOUGH = Math.log(1000);
  private static final double NEARLY_ALL = 0.9;
  private static final int FEWEST_ROUNDS = 2;

  /** What fails once in five times passes so often in a row once in a hundred times. */
  private static final int FEWEST_PASSES = 21;

  /** Then what is not clear stays so. */
  static final int MOST_ROUNDS = 12;

  /** The same for those behind a suspect, where only passes tell. */
  static final int MOST_ROUNDS_BEHIND = 24;

  enum Verdict {
    /** No run failed. */
    NONE_FAILS,
    /** Nearly all fail with whomever. */
    ALL_FAIL,
    /** Some fail, and the others pass. */
    SEPARATE,
    /** Not clear yet. */
    OPEN
  }

  Separation {
    failing = List.copyOf(failing);
  }

  /** Looks at all results of pins of one service. */
  static Separation of(List<Score> scores, int rounds) {
    int failed = 0;
    int all = 0;
    double apart = 0;
    int passing = 0;
    String reason = "";
    List<InstanceId> failing = new ArrayList<>();
    for (Score score : scores) {
      if (score.pin().target() instanceof Pin.Target.One one) {
        failed += score.failed();
        all += score.failed() + score.passed();
        double bad = likelihood(score.failed(), score.passed(), 1 - EXCEPTION);
        double good = likelihood(score.failed(), score.passed(), EXCEPTION);
        apart += Math.max(bad, good);
        if (bad > good) {
          failing.add(one.instance());
          reason = score.reason();
        } else {
          passing++;
        }
      }
    }
    failing.sort(null);
    double rate = all == 0 ? 0 : (double) failed / all;
    Verdict verdict = Verdict.OPEN;
    if (failed == 0 && (all >= FEWEST_PASSES || rounds >= MOST_ROUNDS)) {
      verdict = Verdict.NONE_FAILS;
    } else if (failed > 0 && rounds >= FEWEST_ROUNDS && rate >= NEARLY_ALL) {
      verdict = Verdict.ALL_FAIL;
    } else if (!failing.isEmpty()
        && passing > 0
        && apart - likelihood(failed, all - failed, rate) >= ENOUGH) {
      verdict = Verdict.SEPARATE;
    }
    return new Separation(verdict, failing, passing, reason);
  }

  /**
   * Whether so many passes in a row are more than luck for something that fails at that rate.
   *
   * @param rate 0 to 1
   */
  static boolean isBetter(Score score, double rate) {
    double asBefore = likelihood(score.failed(), score.passed(), Math.min(rate, 1 - EXCEPTION));
    return likelihood(score.failed(), score.passed(), EXCEPTION) - asBefore >= ENOUGH / 1.5;
  }

  /** The logarithm of how likely these results are at that rate of failure. */
  private static double likelihood(int failed, int passed, double rate) {
    return (failed == 0 ? 0 : failed * Math.log(rate))
        + (passed == 0 ? 0 : passed * Math.log(1 - rate));
  }
}
