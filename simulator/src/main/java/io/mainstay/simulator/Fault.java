package io.mainstay.simulator;

/** What can go wrong in a world. Each world draws some of them. */
public enum Fault {
  EXIT,
  EXIT_OF_ALL,
  HANG,
  FREEZE,
  SLOW_STARTS,
  FAILED_SPAWNS,
  CRASH_LOOP,
  BROKEN,
  LYING_GREEN,
  LYING_RED,
  GRANDCHILDREN,
  IGNORED_TERM,
  FAILING_HOOKS,
  COORDINATOR_CUT,
  COORDINATOR_SLOW,
  LEADERSHIP_LOST,
  SERVER_CRASH,
  DISK_FULL,
  DISK_STALL,
  DAMAGED_ENTRY,
  CLOCK_STEP,
  BURST,
  OPERATOR,
  SESSION_LOST,
  COORDINATOR_SILENT,
  LINK_CUT(true),
  NODE_ISOLATED(true),
  POWER_CUT,
  MACHINE_FROZEN,
  SERVER_FROZEN,
  QUORUM_LOST(true),
  MESSAGES_LOST(true),
  NODE_HELD(true);

  private final boolean ofClusters;

  Fault() {
    this(false);
  }

  Fault(boolean ofClusters) {
    this.ofClusters = ofClusters;
  }

  /** Whether it takes several machines. */
  boolean isOfClusters() {
    return ofClusters;
  }
}
