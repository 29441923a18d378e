package io.mainstay.decisions.lifecycle;

import io.mainstay.model.state.Exit;

/**
 * What can happen to an instance. Results belong to the run that asked for them: whoever runs the
 * machine drops those of earlier runs.
 */
public sealed interface LifecycleEvent {
  /** Somebody wants something. */
  sealed interface Wanted extends LifecycleEvent {}

  /** The policy is new or differs from the last one. */
  record Changed() implements Wanted {}

  /** What the instance depends on serves. */
  record DependenciesMet() implements Wanted {}

  /**
   * A frozen standby is needed in the traffic.
   *
   * @param reason one sentence
   */
  record ThawWanted(String reason) implements Wanted {}

  /** Something that comes before a process. */
  sealed interface Preparation extends LifecycleEvent {}

  /** Environment, port and commands of the run are known. */
  record EnvironmentResolved() implements Preparation {}

  /**
   * A hook has ended.
   *
   * @param moment which
   * @param succeeded whether it exited with 0 in time
   * @param problem what went wrong, else empty
   */
  record HookFinished(HookMoment moment, boolean succeeded, String problem)
      implements Preparation {}

  /** What came of a start. */
  sealed interface StartResult extends LifecycleEvent {}

  /** The process runs. */
  record Started() implements StartResult {}

  /**
   * There is no process, for certain.
   *
   * @param reason such as {@code command not found: jav}
   */
  record StartFailed(String reason) implements StartResult {}

  /**
   * The start was not tried, since what it would do could not be written down.
   *
   * @param reason such as {@code no space left on device}
   */
  record IntentNotWritten(String reason) implements StartResult {}

  /** The end of a process. */
  sealed interface Ended extends LifecycleEvent {}

  /**
   * The main process has ended.
   *
   * @param exit how
   */
  record Exited(Exit exit) implements Ended {}

  /** Nothing is left of the process and what it started. */
  record GroupGone() implements Ended {}

  /** What came of taking over a process of an earlier server. */
  sealed interface AdoptionResult extends LifecycleEvent {}

  /** It runs, and its exit will be seen. */
  record Adopted() implements AdoptionResult {}

  /**
   * It has ended while nobody looked.
   *
   * @param reason one phrase
   */
  record AdoptionFailed(String reason) implements AdoptionResult {}

  /** The start that was written down never came to a process. */
  record NothingToAdopt() implements AdoptionResult {}

  /** A verdict of the checks, after their fall and rise. */
  sealed interface Checked extends LifecycleEvent {}

  /** The startup check has passed. */
  record StartupPassed() implements Checked {}

  /**
   * The ready check passes.
   *
   * @param message of the probe
   */
  record ReadyPassed(String message) implements Checked {}

  /**
   * The ready check fails.
   *
   * @param message of the probe
   */
  record ReadyFailed(String message) implements Checked {}

  /**
   * The live check fails often enough for a restart, or passes again.
   *
   * @param failing which of the two
   * @param message of the probe
   */
  record LiveChanged(boolean failing, String message) implements Checked {}

  /**
   * The one probe of a rehearsal has ended.
   *
   * @param passed whether the standby is fit
   * @param message of the probe
   */
  record Rehearsed(boolean passed, String message) implements Checked {}

  /**
   * No request is in flight on it any more.
   *
   * @param cut how many had to be cut
   */
  record Drained(int cut) implements LifecycleEvent {}

  /**
   * The process was frozen or thawed.
   *
   * @param frozen what was asked for
   * @param succeeded whether it is so now
   */
  record FreezeFinished(boolean frozen, boolean succeeded) implements LifecycleEvent {}

  /**
   * A timer has run out.
   *
   * @param timer which
   */
  record TimerDue(LifecycleTimer timer) implements LifecycleEvent {}
}
