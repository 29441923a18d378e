package io.mainstay.model.state;

/** Where an instance stands, as its agent knows it. One writer: the agent. */
public enum Phase {
  /** Assigned; nothing done yet, or waiting for what it depends on. */
  PENDING,
  /** Hooks run, the process starts, the first check has not passed. */
  STARTING,
  /** Its checks pass. */
  READY,
  /** It runs, but its ready check fails. */
  NOT_READY,
  /** A warm standby that was ready and is now without CPU. */
  FROZEN,
  /** A cold standby: set up, not started. */
  PREPARED,
  /** It runs and finishes what it has in flight. */
  DRAINING,
  /** Held out of traffic with its process running. */
  HELD,
  /** Signals sent, the group is not gone yet. */
  STOPPING,
  /** It exited and is started again after a delay. */
  BACKING_OFF,
  /** It crashed too often and is tried at long intervals. */
  PARKED,
  /** It ended and is not to be started. */
  STOPPED
}
