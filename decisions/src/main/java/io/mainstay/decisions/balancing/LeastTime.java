package io.mainstay.decisions.balancing;

import org.jspecify.annotations.Nullable;

/**
 * The candidate with the least expected time: smoothed peak latency × what would be in flight,
 * divided by the weight. One whose latency is unknown gets one request, and no second one before it
 * has answered, as long as there are others. The random bits only break ties.
 *
 * <p>Source: Finagle's peak EWMA balancer; instead of its two draws all candidates are compared,
 * which costs little at the sizes that one gateway sees.
 */
public final class LeastTime implements Balancer {
  /** Expected time of an instance that has not answered yet and has something in flight. */
  private static final double UNKNOWN_NANOS = 1e12;

  @Override
  public @Nullable Candidate choose(Candidate[] candidates, Tried tried, long now, long bits) {
    int count = candidates.length;
    if (count == 0) {
      return null;
    }
    int start = (int) Long.remainderUnsigned(bits, count);
    Candidate best = null;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      int index = start + i;
      Candidate candidate = candidates[index < count ? index : index - count];
      if (Balancer.isEligible(candidate, tried)) {
        double cost = cost(candidate, now);
        if (best == null || cost < least) {
          best = candidate;
          least = cost;
        }
      }
    }
    return best;
  }

  private static double cost(Candidate candidate, long now) {
    int load = candidate.load(now);
    double latency = candidate.latency(now);
    if (latency == 0 && load > 0) {
      latency = UNKNOWN_NANOS;
    }
    return latency * (load + 1) / candidate.effectiveWeight(now);
  }
}
