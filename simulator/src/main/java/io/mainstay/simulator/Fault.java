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
  OPERATOR
}
