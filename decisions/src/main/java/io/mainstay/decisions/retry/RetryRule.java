package io.mainstay.decisions.retry;

import io.mainstay.model.spec.TrafficPolicy.Failure;
import io.mainstay.model.spec.TrafficPolicy.Retries;

/**
 * Whether a failed try may be repeated on another instance. Pure.
 *
 * <ol>
 *   <li>Never once a byte of the response has gone to the client.
 *   <li>Only for the failures that the policy names; a stall counts as a time-out, a truncated
 *       answer as a reset. A failure to connect need not be named.
 *   <li>Only if an untried instance is left, and the body (if any) can be sent again.
 *   <li>A failure to connect is repeated whatever the method, attempts and budget: nothing was
 *       sent, and each instance is tried at most once, so it can neither do harm twice nor amplify.
 *   <li>After bytes went out: only the listed methods (a POST never, even if listed).
 *   <li>From a node that is silent it is repeated whatever attempts and budget: it would wait there
 *       as long as a client waits at all, and what was in flight there is all that can be moved.
 *   <li>Else within the attempts.
 *   <li>Within the budget, unless the process is known to have exited: that is no overload, and its
 *       instance gets no second request.
 * </ol>
 */
public final class RetryRule {
  private RetryRule() {}

  /** What the rule says, and which of its points decided. */
  public enum Answer {
    /** Repeat it. */
    RETRY,
    /** A byte of the response went to the client. */
    RESPONSE_BEGUN,
    /** The policy does not name this failure. */
    FAILURE_NOT_LISTED,
    /** Nobody else is left. */
    NONE_LEFT,
    /** The body went by and was not kept. */
    BODY_GONE,
    /** Bytes went out and the method may not be sent twice. */
    METHOD_NOT_LISTED,
    /** As many tries as the policy allows. */
    ATTEMPTS_USED,
    /** Too many retries of late. */
    BUDGET_USED
  }

  /**
   * Decides, and draws from the budget if the answer is RETRY.
   *
   * @param now monotonic nanoseconds
   */
  public static Answer decide(Retries policy, FailedTry failed, RetryBudget budget, long now) {
    Answer answer = judge(policy, failed, budget, now);
    boolean free =
        failed.nodeSilent() || (failed.kind() == FailureKind.CONNECT && !failed.bytesSent());
    if (answer == Answer.RETRY && !free) {
      budget.retried(now);
    }
    return answer;
  }

  /** What {@link #decide} would answer with RETRY; draws nothing. */
  public static boolean wouldRetry(Retries policy, FailedTry failed, RetryBudget budget, long now) {
    return judge(policy, failed, budget, now) == Answer.RETRY;
  }

  private static Answer judge(Retries policy, FailedTry failed, RetryBudget budget, long now) {
    if (failed.responseBegun()) {
      return Answer.RESPONSE_BEGUN;
    }
    if (!isListed(policy, failed)) {
      return Answer.FAILURE_NOT_LISTED;
    }
    if (!failed.anotherLeft()) {
      return Answer.NONE_LEFT;
    }
    if (!failed.bodyHeld()) {
      return Answer.BODY_GONE;
    }
    if (failed.kind() == FailureKind.CONNECT && !failed.bytesSent()) {
      return Answer.RETRY;
    }
    if (failed.bytesSent() && !mayBeSentTwice(policy, failed.method())) {
      return Answer.METHOD_NOT_LISTED;
    }
    if (failed.nodeSilent()) {
      return Answer.RETRY;
    }
    if (failed.tries() >= policy.attempts()) {
      return Answer.ATTEMPTS_USED;
    }
    if (!failed.instanceGone() && !budget.allows(now)) {
      return Answer.BUDGET_USED;
    }
    return Answer.RETRY;
  }

  /** Whether a request with this method may be sent again once bytes went out. */
  public static boolean mayBeSentTwice(Retries policy, String method) {
    return !method.equals("POST") && policy.methods().contains(method);
  }

  /** Whether the policy would retry such a failure at all. */
  private static boolean isListed(Retries policy, FailedTry failed) {
    return switch (failed.kind()) {
      case CONNECT -> true;
      case RESET, TRUNCATED -> policy.on().contains(Failure.RESET);
      case GARBAGE -> policy.on().contains(Failure.GARBAGE);
      case TIMEOUT, STALL -> policy.on().contains(Failure.TIMEOUT);
      case STATUS -> policy.statuses().contains(failed.status());
    };
  }

  /** Whether the gateway must look at the status before it passes an answer on. */
  public static boolean retriesStatus(Retries policy, int status) {
    for (int i = 0; i < policy.statuses().size(); i++) {
      if (policy.statuses().get(i) == status) {
        return true;
      }
    }
    return false;
  }
}
