package io.mainstay.simulator;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** Counts interesting states, so that a test can prove that worlds reach them. */
public final class Sometimes {
  /** What should happen in some worlds. */
  public enum State {
    PROCESS_EXITED,
    PROCESS_HUNG,
    PROCESS_FROZEN,
    SPAWN_FAILED,
    SLOW_START,
    CRASH_LOOP,
    CHECK_LIED_GREEN,
    CHECK_LIED_RED,
    GRANDCHILDREN_LEFT,
    TERM_IGNORED,
    SERVER_CRASHED,
    PROCESS_ADOPTED,
    INTENT_ADOPTED,
    COORDINATOR_CUT,
    LEADERSHIP_LOST,
    WRITE_FAILED,
    DISK_FULL,
    DISK_STALLED,
    ENTRY_DAMAGED,
    STRAY_FOUND,
    CLOCK_STEPPED,
    INSTANCE_PARKED,
    LIVE_RESTART,
    REMEDY_REFUSED,
    OUTLIER_EJECTED,
    OUTLIER_RESTORED,
    STANDBY_PROMOTED,
    STANDBY_THAWED,
    REQUEST_QUEUED,
    REQUEST_RETRIED,
    REQUEST_REFUSED,
    SCALED_UP,
    SCALED_DOWN,
    ROLLED_OUT,
    ROLLOUT_HALTED,
    OPERATOR_ACTED
  }

  private final EnumMap<State, Integer> counts = new EnumMap<>(State.class);

  void saw(State state) {
    counts.merge(state, 1, Integer::sum);
  }

  /** How often each was reached. */
  public Map<State, Integer> counts() {
    return Collections.unmodifiableMap(counts);
  }
}
