package io.mainstay.model.scenario;

import java.util.Locale;

/** What can go wrong in a scenario; {@link #label()} is the word of the file. */
public enum Trouble {
  KILL(Scope.INSTANCES, "ends by signal KILL"),
  EXIT(Scope.INSTANCES, "ends by itself with code 1"),
  HANG(Scope.INSTANCES, "makes no progress"),
  BROKEN(Scope.INSTANCES, "answers requests and checks with 500"),
  LYING_GREEN(Scope.INSTANCES, "answers requests with 500 while its checks pass"),
  LYING_RED(Scope.INSTANCES, "answers requests while its checks fail"),
  WRONG_ANSWERS(
      Scope.INSTANCES, "answers requests with 200 and the wrong content; only transactions see it"),
  IGNORED_TERM(Scope.INSTANCES, "does not end by signal TERM"),
  CRASH_LOOP(Scope.SERVICE, "new processes end at once"),
  SLOW_STARTS(Scope.SERVICE, "new processes take 5 to 30 s to answer"),
  FAILED_SPAWNS(Scope.MACHINE, "no process can be started"),
  FAILING_HOOKS(Scope.MACHINE, "every second hook fails"),
  SERVER_CRASH(Scope.MACHINE, "Mainstay ends as by kill -9; instances go on"),
  SERVER_FROZEN(Scope.MACHINE, "Mainstay stands still; instances go on"),
  MACHINE_FROZEN(Scope.MACHINE, "everything stands still"),
  POWER_CUT(Scope.MACHINE, "everything ends, and the last 5 s of its journal are lost"),
  NODE_ISOLATED(Scope.MACHINE, "no packet passes to or from others or the coordination"),
  COORDINATOR_CUT(Scope.MACHINE, "its connection to the coordination breaks"),
  COORDINATOR_SILENT(Scope.MACHINE, "its packets to and from the coordination get lost"),
  COORDINATOR_SLOW(Scope.MACHINE, "its messages to the coordination take up to 1.5 s"),
  SESSION_LOST(Scope.MACHINE, "its session ends once"),
  DISK_FULL(Scope.MACHINE, "its journal cannot be written"),
  DISK_STALL(Scope.MACHINE, "writes to its disk wait"),
  CLOCK_STEP(Scope.MACHINE, "its wall clock is set"),
  LINK_CUT(Scope.LINK, "no packet passes either way"),
  QUORUM_LOST(Scope.CLUSTER, "nothing can be stored"),
  LEADERSHIP_LOST(Scope.CLUSTER, "who decides loses the lead once"),
  MESSAGES_LOST(Scope.CLUSTER, "messages between servers are lost, late, or doubled");

  private final Scope scope;
  private final String meaning;
  private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

  Trouble(Scope scope, String meaning) {
    this.scope = scope;
    this.meaning = meaning;
  }

  /** With what it can go wrong. */
  public enum Scope {
    INSTANCES,
    SERVICE,
    MACHINE,
    LINK,
    CLUSTER
  }

  /** With what it can go wrong. */
  public Scope scope() {
    return scope;
  }

  /** What it does, one phrase. */
  public String meaning() {
    return meaning;
  }

  /** The kebab-case name, for example {@code server-frozen}. */
  public String label() {
    return label;
  }

  /** Whether it is a moment, so that nothing is left to undo. */
  public boolean isMomentary() {
    return switch (this) {
      case KILL, EXIT, SESSION_LOST, LEADERSHIP_LOST, CLOCK_STEP -> true;
      case HANG,
          BROKEN,
          LYING_GREEN,
          LYING_RED,
          WRONG_ANSWERS,
          IGNORED_TERM,
          CRASH_LOOP,
          SLOW_STARTS,
          FAILED_SPAWNS,
          FAILING_HOOKS,
          SERVER_CRASH,
          SERVER_FROZEN,
          MACHINE_FROZEN,
          POWER_CUT,
          NODE_ISOLATED,
          COORDINATOR_CUT,
          COORDINATOR_SILENT,
          COORDINATOR_SLOW,
          DISK_FULL,
          DISK_STALL,
          LINK_CUT,
          QUORUM_LOST,
          MESSAGES_LOST ->
          false;
    };
  }
}
