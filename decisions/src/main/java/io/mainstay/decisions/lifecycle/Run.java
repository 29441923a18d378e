package io.mainstay.decisions.lifecycle;

import io.mainstay.model.MonotonicTime;

/**
 * What is known about the process that runs now (or the address that somebody else runs).
 *
 * @param since when it was started or taken over
 * @param hookDone whether the ready hook has passed, or there is none
 * @param hookFailed whether the ready hook has failed at least once
 * @param startupDone whether the startup check has passed, or there is none
 * @param passing whether the ready check passes now
 * @param liveFailing whether the live check has failed often enough for a restart
 */
public record Run(
    MonotonicTime since,
    boolean hookDone,
    boolean hookFailed,
    boolean startupDone,
    boolean passing,
    boolean liveFailing) {

  /** A process that was just started or taken over. */
  static Run begun(MonotonicTime now, LifecyclePolicy policy) {
    return new Run(now, !policy.has(HookMoment.READY), false, !policy.startupCheck(), false, false);
  }

  /** Whether nothing stands between it and traffic. */
  boolean isReady() {
    return hookDone && startupDone && passing;
  }

  Run withHook(boolean passed) {
    return new Run(since, passed, hookFailed || !passed, startupDone, passing, liveFailing);
  }

  Run withStartupDone() {
    return new Run(since, hookDone, hookFailed, true, passing, liveFailing);
  }

  /** A pass of the ready check; it only runs once the startup check has passed. */
  Run withPassing(boolean passes) {
    return new Run(since, hookDone, hookFailed, startupDone || passes, passes, liveFailing);
  }

  Run withLiveFailing(boolean failing) {
    return new Run(since, hookDone, hookFailed, startupDone, passing, failing);
  }
}
