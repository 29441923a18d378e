package io.mainstay.decisions.outliers;

import io.mainstay.model.spec.TrafficPolicy.Outliers;

/** How long an ejection lasts, and how a run is tried after it. Times are monotonic nanoseconds. */
final class TrialRule {
  /** How many times {@code eject} a run waits for a request that could try it. */
  private static final int UNTRIED = 2;

  private TrialRule() {}

  /** One {@code eject} longer each time, up to {@code max-eject}. */
  static long ejectionNanos(Outliers policy, int ejections) {
    long one = policy.eject().toNanos();
    long most = Math.max(one, policy.maxEject().toNanos());
    return one >= most / ejections ? most : one * ejections;
  }

  /** The next request may try it. */
  static void await(Member member, long now) {
    member.state = Member.State.ON_TRIAL;
    member.trialUnderWay = false;
    member.trialAt = now;
  }

  /** Whether this request tries it: then the trial has begun. */
  static boolean begin(Member member, Outliers policy, long now, boolean repeatable) {
    long waited = now - member.ejectedUntil;
    if (member.trialUnderWay || !(repeatable || waited >= policy.eject().toNanos())) {
      return false;
    }
    member.trialUnderWay = true;
    member.trialAt = now;
    return true;
  }

  /** Whether no request came for so long that nobody would be hurt if it were back. */
  static boolean isUntried(Member member, Outliers policy, long now) {
    return member.able
        && !member.trialUnderWay
        && now - member.trialAt >= UNTRIED * policy.eject().toNanos();
  }
}
