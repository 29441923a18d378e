package io.mainstay.decisions.lifecycle;

import io.mainstay.model.EventKind;
import java.time.Duration;

/**
 * What is to be done in the world. What merely follows from the state (what is written down,
 * published, observed, and which checks run) is no action: see {@link LifecycleView}.
 */
public sealed interface LifecycleAction {
  /** Say {@code DependenciesMet} once what it depends on serves. */
  record AwaitDependencies() implements LifecycleAction {}

  /** Find out environment, port and commands of the next run. */
  record ResolveEnvironment() implements LifecycleAction {}

  /** Run the command of that moment. */
  record RunHook(HookMoment moment) implements LifecycleAction {}

  /** Start the process; the intent is on disk before. */
  record Spawn() implements LifecycleAction {}

  /** Take over the process that is written down. */
  record Adopt() implements LifecycleAction {}

  /**
   * Tell the process to end.
   *
   * @param signal name without SIG
   */
  record Signal(String signal) implements LifecycleAction {}

  /** KILL whatever is left of the process and what it started. */
  record KillGroup() implements LifecycleAction {}

  /**
   * Take its CPU, or give it back.
   *
   * @param frozen which of the two
   */
  record SetFrozen(boolean frozen) implements LifecycleAction {}

  /**
   * The short cut: no new request to this run from now on.
   *
   * @param reason one phrase
   */
  record Withdraw(String reason) implements LifecycleAction {}

  /**
   * Wait for the requests in flight.
   *
   * @param limit how long they may take
   */
  record DrainTraffic(Duration limit) implements LifecycleAction {}

  /** Ask the ready check once. */
  record Rehearse() implements LifecycleAction {}

  /**
   * Say {@code TimerDue} after a delay; replaces an earlier one of that name.
   *
   * @param timer which
   * @param delay from now
   */
  record Schedule(LifecycleTimer timer, Duration delay) implements LifecycleAction {}

  /**
   * Tell users a fact.
   *
   * @param kind which fact
   * @param reason one sentence
   */
  record Emit(EventKind kind, String reason) implements LifecycleAction {}

  /** Remove what is written down about the instance. */
  record Forget() implements LifecycleAction {}
}
