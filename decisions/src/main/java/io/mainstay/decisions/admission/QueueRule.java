package io.mainstay.decisions.admission;

import io.mainstay.model.spec.TrafficPolicy.Concurrency;

/**
 * Who may wait for an instance, and until when. Pure. The queue is first in, first out and bounded;
 * all times are monotonic nanoseconds.
 */
public final class QueueRule {
  private QueueRule() {}

  /** Whether one more request may wait. */
  public static boolean mayWait(Concurrency policy, int waiting) {
    return waiting < policy.queue();
  }

  /**
   * When a waiting request has waited long enough. Ask again whenever {@code serving} or {@code
   * starting} changes: a request that waits for a start gets the longer time only as long as an
   * instance is starting, and none of its wait so far is forgotten.
   *
   * @param arrived when the request began to wait
   * @param serving how many instances take traffic
   * @param starting whether one is on its way
   * @param requestDeadline the end of the whole request's time
   */
  public static long deadline(
      Concurrency policy, long arrived, int serving, boolean starting, long requestDeadline) {
    boolean forStart = serving == 0 && starting;
    long wait = (forStart ? policy.queueStartTimeout() : policy.queueTimeout()).toNanos();
    long deadline = arrived + wait;
    return forStart || deadline - requestDeadline < 0 ? deadline : requestDeadline;
  }

  /** Whole seconds for {@code Retry-After} when a request is turned away: 1 to 30. */
  public static int retryAfterSeconds(Concurrency policy, boolean starting) {
    long seconds = starting ? policy.queueStartTimeout().toSeconds() / 4 : 1;
    return Math.clamp(seconds, 1, 30);
  }
}
