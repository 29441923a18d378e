package io.mainstay.decisions.lifecycle;

import io.mainstay.decisions.lifecycle.LifecycleState.Cause;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.ServiceSpec.RestartPolicy;
import java.time.Duration;

/**
 * Whether and when a process that is gone is started again: exponential back-off with full jitter
 * ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015), and parking of crash loops.
 */
final class RestartRule {
  private RestartRule() {}

  /**
   * The memory after one more end of a process, or after a failed start (which ran for nothing).
   */
  static Memory count(Memory memory, Duration ranFor, RestartPolicy policy, MonotonicTime now) {
    boolean longEnough = ranFor.compareTo(policy.resetAfter()) >= 0;
    return (longEnough ? memory.forgiven() : memory).failed(now, policy);
  }

  /** Whether the policy wants another run. */
  static boolean restarts(Cause cause, RestartPolicy policy) {
    return switch (policy.on()) {
      case ALWAYS -> true;
      case FAILURE -> cause != Cause.COMPLETED;
      case NEVER -> false;
    };
  }

  /**
   * The delay before the next start: uniform between zero and {@code backoff × factor^n}, bounded
   * by {@code max}, where n counts earlier failures. With 100 ms and factor 2, the fourth failure
   * in a row waits up to 800 ms.
   */
  static Duration delay(Memory memory, RestartPolicy policy, double random) {
    double bound =
        (double) policy.backoff().toNanos()
            * Math.pow(policy.factor(), Math.max(0, memory.failures() - 1));
    return Duration.ofNanos((long) (random * Math.min((double) policy.max().toNanos(), bound)));
  }
}
