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
    OPERATOR_ACTED,
    MACHINE_UNREACHABLE,
    STRANGER_ASKED,
    NODE_SILENT,
    NODE_HEARD,
    NODE_SUSPECT,
    NODE_LOST,
    NODE_RESTORED,
    NODE_REPLACED,
    NODE_RECONCILED,
    NODE_DRAINED,
    NODE_PENALISED,
    REPLACEMENT_FROZEN,
    REPLACEMENT_RESUMED,
    POWER_CUT,
    JOURNAL_LOST,
    MACHINE_FROZEN,
    SERVER_FROZEN,
    LINK_CUT,
    LINK_CUT_ONE_WAY,
    NODE_ISOLATED,
    COORDINATOR_SILENT,
    SESSION_LOST,
    QUORUM_LOST,
    QUORUM_REGAINED,
    LEADER_CHANGED,
    LEADER_CHANGED_IN_A_ROLLOUT,
    STALE_LEADER_REFUSED,
    TRIAL_ANSWERED,
    MESSAGE_LOST,
    MESSAGE_DELAYED,
    MESSAGE_DOUBLED,
    COMMAND_FORWARDED,
    ZONE_EVACUATED,
    SERVICE_DIVERTED,
    TRANSACTION_PASSED,
    TRANSACTION_FAILED,
    REQUEST_DIVERTED
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
