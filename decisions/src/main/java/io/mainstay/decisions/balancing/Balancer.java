package io.mainstay.decisions.balancing;

import io.mainstay.model.spec.TrafficPolicy.Balance;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the instance for the next request. One thread; no allocation. A candidate that is full or
 * was tried already is never chosen.
 */
public sealed interface Balancer permits PowerOfTwoChoices, RoundRobin, LeastTime, FirstFit {

  /**
   * Chooses.
   *
   * @param candidates who is in the traffic, sorted by instance
   * @param tried by this request
   * @param now monotonic nanoseconds
   * @param bits 64 random bits
   * @return null if all are full or tried
   */
  @Nullable Candidate choose(Candidate[] candidates, Tried tried, long now, long bits);

  /** The balancer of a policy; each loop and service needs one of its own. */
  static Balancer of(Balance balance) {
    return switch (balance) {
      case P2C -> new PowerOfTwoChoices();
      case ROUND_ROBIN -> new RoundRobin();
      case LEAST_TIME -> new LeastTime();
      case FIRST -> new FirstFit();
    };
  }

  /** Whether the request may go to that candidate at all. */
  static boolean isEligible(Candidate candidate, Tried tried) {
    return !candidate.isFull() && (tried.isEmpty() || !tried.avoids(candidate));
  }
}
