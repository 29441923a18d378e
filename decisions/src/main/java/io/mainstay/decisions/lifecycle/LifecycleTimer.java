package io.mainstay.decisions.lifecycle;

/** What an instance can wait for. Leaving the state in which a timer was set calls it off. */
public enum LifecycleTimer {
  /** The startup check must have passed by now. */
  STARTUP_LIMIT,
  /** Without a check: it has run long enough to count as ready. */
  READY_AFTER,
  /** The ready hook is tried again. */
  HOOK_AGAIN,
  /** The drain has taken long enough. */
  DRAIN_LIMIT,
  /** The stop signal was ignored for long enough. */
  GRACE,
  /** Something survived the KILL so far. */
  KILL_AGAIN,
  /** The delay before the next start is over. */
  BACKOFF,
  /** A parked instance is tried again. */
  PARKED,
  /** A frozen standby is thawed and checked. */
  REHEARSE,
  /** A standby that was thawed on demand may be frozen again. */
  FREEZE_AGAIN
}
