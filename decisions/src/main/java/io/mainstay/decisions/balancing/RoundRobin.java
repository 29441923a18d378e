package io.mainstay.decisions.balancing;

import org.jspecify.annotations.Nullable;

/**
 * Smooth weighted round robin: each turn every eligible candidate earns its weight, the richest is
 * chosen and pays the sum of all. Over a full turn the shares are exact and evenly spread.
 *
 * <p>Source: nginx, {@code ngx_http_upstream_round_robin.c}, since 1.3.1.
 */
public final class RoundRobin implements Balancer {
  @Override
  public @Nullable Candidate choose(Candidate[] candidates, Tried tried, long now, long bits) {
    Candidate best = null;
    double total = 0;
    for (Candidate candidate : candidates) {
      if (Balancer.isEligible(candidate, tried)) {
        double weight = candidate.effectiveWeight(now);
        total += weight;
        candidate.credit += weight;
        if (best == null || candidate.credit > best.credit) {
          best = candidate;
        }
      }
    }
    if (best != null) {
      best.credit -= total;
    }
    return best;
  }
}
