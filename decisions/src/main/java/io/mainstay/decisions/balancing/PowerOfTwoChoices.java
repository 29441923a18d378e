package io.mainstay.decisions.balancing;

import org.jspecify.annotations.Nullable;

/**
 * Draws two different candidates, each in proportion to its weight, and takes the one with less in
 * flight for its weight; the first drawn one if they are even. So shares follow the weights while
 * the instances keep up, and the load decides when they do not.
 *
 * <p>Source: M. Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001.
 */
public final class PowerOfTwoChoices implements Balancer {
  @Override
  public @Nullable Candidate choose(Candidate[] candidates, Tried tried, long now, long bits) {
    int count = candidates.length;
    if (count >= 2) {
      int first = scale((int) bits, count);
      int second = scale((int) (bits >>> 32), count - 1);
      second += second >= first ? 1 : 0;
      Candidate a = candidates[first];
      Candidate b = candidates[second];
      if (allPlain(candidates) && Balancer.isEligible(a, tried) && Balancer.isEligible(b, tried)) {
        return b.load(now) < a.load(now) ? b : a;
      }
    }
    return chooseWeighted(candidates, tried, now, bits);
  }

  private static boolean allPlain(Candidate[] candidates) {
    for (Candidate candidate : candidates) {
      if (!candidate.isPlain()) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable Candidate chooseWeighted(
      Candidate[] candidates, Tried tried, long now, long bits) {
    double total = 0;
    for (Candidate candidate : candidates) {
      if (Balancer.isEligible(candidate, tried)) {
        total += candidate.effectiveWeight(now);
      }
    }
    Candidate first = draw(candidates, tried, now, fraction((int) bits) * total, null);
    if (first == null) {
      return null;
    }
    double rest = total - first.effectiveWeight(now);
    Candidate second = draw(candidates, tried, now, fraction((int) (bits >>> 32)) * rest, first);
    if (second == null) {
      return first;
    }
    double firstLoad = first.load(now) / first.effectiveWeight(now);
    double secondLoad = second.load(now) / second.effectiveWeight(now);
    return secondLoad < firstLoad ? second : first;
  }

  private static @Nullable Candidate draw(
      Candidate[] candidates, Tried tried, long now, double point, @Nullable Candidate except) {
    Candidate last = null;
    double left = point;
    for (Candidate candidate : candidates) {
      if (candidate != except && Balancer.isEligible(candidate, tried)) {
        last = candidate;
        left -= candidate.effectiveWeight(now);
        if (left < 0) {
          return candidate;
        }
      }
    }
    return last;
  }

  /** Uniform in 0 … bound-1 from 32 random bits (D. Lemire's multiply-shift). */
  private static int scale(int bits, int bound) {
    return (int) (((bits & 0xffff_ffffL) * bound) >>> 32);
  }

  private static double fraction(int bits) {
    return (bits & 0xffff_ffffL) * 0x1p-32;
  }
}
