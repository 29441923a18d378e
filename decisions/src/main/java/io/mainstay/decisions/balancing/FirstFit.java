package io.mainstay.decisions.balancing;

import org.jspecify.annotations.Nullable;

/** Fills the first instance up to its limit before the next one gets anything. */
public final class FirstFit implements Balancer {
  @Override
  public @Nullable Candidate choose(Candidate[] candidates, Tried tried, long now, long bits) {
    for (Candidate candidate : candidates) {
      if (Balancer.isEligible(candidate, tried)) {
        return candidate;
      }
    }
    return null;
  }
}
