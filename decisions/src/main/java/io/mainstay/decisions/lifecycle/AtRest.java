package io.mainstay.decisions.lifecycle;

import io.mainstay.decisions.lifecycle.LifecycleAction.AwaitDependencies;
import io.mainstay.decisions.lifecycle.LifecycleAction.Forget;
import io.mainstay.decisions.lifecycle.LifecycleAction.Schedule;
import io.mainstay.decisions.lifecycle.LifecycleEvent.Changed;
import io.mainstay.decisions.lifecycle.LifecycleEvent.DependenciesMet;
import io.mainstay.decisions.lifecycle.LifecycleEvent.ThawWanted;
import io.mainstay.decisions.lifecycle.LifecycleEvent.TimerDue;
import io.mainstay.decisions.lifecycle.LifecyclePolicy.Wish;
import io.mainstay.decisions.lifecycle.LifecycleState.BackingOff;
import io.mainstay.decisions.lifecycle.LifecycleState.Cause;
import io.mainstay.decisions.lifecycle.LifecycleState.Parked;
import io.mainstay.decisions.lifecycle.LifecycleState.Pending;
import io.mainstay.decisions.lifecycle.LifecycleState.Rest;
import io.mainstay.decisions.lifecycle.LifecycleState.Stopped;
import io.mainstay.model.EventKind;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * States without a process, in which nothing is under way: pending, backing off, parked, stopped.
 */
final class AtRest {
  private AtRest() {}

  static Transition pending(Pending state, LifecycleEvent event, Facts facts) {
    return switch (event) {
      case Changed _ -> atWish(state, facts).orElseGet(() -> wanted(state.memory(), facts));
      case DependenciesMet _ ->
          atWish(state, facts).orElseGet(() -> Preparing.begin(state.memory(), "assigned", facts));
      case ThawWanted _,
          TimerDue _,
          LifecycleEvent.Preparation _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.Ended _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.Checked _,
          LifecycleEvent.Drained _,
          LifecycleEvent.FreezeFinished _ ->
          Transition.ignored(state, "it has not been started yet");
    };
  }

  static Transition backingOff(BackingOff state, LifecycleEvent event, Facts facts) {
    return switch (event) {
      case Changed _ -> changedAtRest(state, "waits for its next start", facts);
      case TimerDue(LifecycleTimer timer) ->
          timer == LifecycleTimer.BACKOFF
              ? Preparing.begin(state.memory(), "the delay is over", facts)
              : Transition.ignored(state, "that timer is not awaited");
      case DependenciesMet _,
          ThawWanted _,
          LifecycleEvent.Preparation _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.Ended _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.Checked _,
          LifecycleEvent.Drained _,
          LifecycleEvent.FreezeFinished _ ->
          Transition.ignored(state, "it is backing off");
    };
  }

  static Transition parked(Parked state, LifecycleEvent event, Facts facts) {
    return switch (event) {
      case Changed _ -> changedAtRest(state, "stays parked until its next try", facts);
      case TimerDue(LifecycleTimer timer) ->
          timer == LifecycleTimer.PARKED
              ? Preparing.begin(
                  state.memory().withoutSetup(), "a parked instance is tried again", facts)
              : Transition.ignored(state, "that timer is not awaited");
      case DependenciesMet _,
          ThawWanted _,
          LifecycleEvent.Preparation _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.Ended _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.Checked _,
          LifecycleEvent.Drained _,
          LifecycleEvent.FreezeFinished _ ->
          Transition.ignored(state, "it is parked");
    };
  }

  static Transition stopped(Stopped state, LifecycleEvent event, Facts facts) {
    return switch (event) {
      case Changed _ -> stoppedAndChanged(state, facts);
      case DependenciesMet _,
          ThawWanted _,
          TimerDue _,
          LifecycleEvent.Preparation _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.Ended _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.Checked _,
          LifecycleEvent.Drained _,
          LifecycleEvent.FreezeFinished _ ->
          Transition.ignored(state, "it is stopped");
    };
  }

  private static Transition stoppedAndChanged(Stopped state, Facts facts) {
    Memory memory = state.memory();
    return switch (facts.policy().wish()) {
      case REMOVE ->
          state.rest() == Rest.REMOVED
              ? Transition.ignored(state, "it is gone already")
              : rest(memory, Wish.REMOVE, facts);
      case END ->
          state.rest() == Rest.REMOVED || state.rest() == Rest.ENDED
              ? Transition.ignored(state, "it is stopped already")
              : rest(memory, Wish.END, facts);
      case HOLD -> Transition.ignored(state, "it is held without a process");
      case RUN ->
          state.rest() != Rest.COMPLETED
              ? wanted(memory, facts)
              : changedAtRest(state, "it ended, and its restart policy lets it rest", facts);
    };
  }

  /** Only the first start waits for what it depends on. */
  private static Transition wanted(Memory memory, Facts facts) {
    return memory.starts() == 0
        ? Transition.to(new Pending(memory), "waits for what it depends on")
            .then(new AwaitDependencies())
        : Preparing.begin(memory, facts.policy().reason(), facts);
  }

  /** A change of wishes where nothing runs and the next start is not due. */
  private static Transition changedAtRest(LifecycleState state, String otherwise, Facts facts) {
    return atWish(state, facts)
        .or(() -> afresh(state.memory(), facts))
        .orElseGet(() -> Transition.ignored(state, otherwise));
  }

  /** A restart was asked for, or the spec that failed was replaced: tried at once. */
  static Optional<Transition> afresh(Memory memory, Facts facts) {
    LifecyclePolicy policy = facts.policy();
    if (policy.minGeneration() <= memory.generation() && policy.revision() == memory.revision()) {
      return Optional.empty();
    }
    return Optional.of(Preparing.begin(memory.forgiven(), policy.reason(), facts));
  }

  /** To rest, if the wish is not to run. */
  static Optional<Transition> atWish(LifecycleState state, Facts facts) {
    Wish wish = facts.policy().wish();
    return wish == Wish.RUN ? Optional.empty() : Optional.of(rest(state.memory(), wish, facts));
  }

  private static Transition rest(Memory memory, Wish wish, Facts facts) {
    String reason = facts.policy().reason();
    return switch (wish) {
      case REMOVE ->
          Transition.to(new Stopped(memory, Rest.REMOVED), because("removed", reason))
              .then(new Forget())
              .thenIf(
                  memory.generation() > 0,
                  // That it goes was told by whoever decided it; this is that it is gone.
                  new LifecycleAction.Emit(EventKind.INSTANCE_STOPPED, because("removed", reason)));
      case END ->
          Transition.to(new Stopped(memory, Rest.ENDED), because("stopped", reason))
              .thenIf(
                  memory.starts() > 0,
                  new LifecycleAction.Emit(EventKind.INSTANCE_STOPPED, because("stopped", reason)));
      case HOLD ->
          Transition.to(new Stopped(memory, Rest.HELD), because("held without a process", reason));
      case RUN -> throw new IllegalStateException("an instance that is to run cannot rest");
    };
  }

  static String because(String what, String reason) {
    return reason.isBlank() ? what : what + ": " + reason;
  }

  /** What follows once nothing of the old run is left (or none came to be). */
  static Transition settle(Memory memory, Cause cause, String reason, Facts facts) {
    LifecyclePolicy policy = facts.policy();
    if (policy.wish() != Wish.RUN) {
      return rest(memory, policy.wish(), facts);
    }
    Optional<Transition> afresh = afresh(memory, facts);
    if (afresh.isPresent()) {
      return afresh.get();
    }
    if (cause == Cause.ORDERED) {
      return Preparing.begin(memory, "the old run has ended", facts);
    }
    if (!RestartRule.restarts(cause, policy.restart())) {
      String text = reason + "; restart: " + label(policy) + " lets it rest";
      return Transition.to(new Stopped(memory, Rest.COMPLETED), text)
          .emit(EventKind.INSTANCE_STOPPED);
    }
    return memory.parked() ? park(memory, reason, policy) : backOff(memory, reason, facts);
  }

  private static Transition park(Memory memory, String reason, LifecyclePolicy policy) {
    String text =
        reason
            + "; it fails over and over ("
            + memory.failures()
            + " times) and is tried again every "
            + text(policy.restart().max());
    Transition parked =
        Transition.to(new Parked(memory.withParkingTold()), text)
            .then(new Schedule(LifecycleTimer.PARKED, policy.restart().max()));
    // Told once: a retry every half a minute that fails like the last is in the status only.
    return memory.parkingTold() ? parked : parked.emit(EventKind.INSTANCE_PARKED);
  }

  private static Transition backOff(Memory memory, String reason, Facts facts) {
    Duration delay = RestartRule.delay(memory, facts.policy().restart(), facts.random());
    return backOff(memory, reason, delay);
  }

  static Transition backOff(Memory memory, String reason, Duration delay) {
    return Transition.to(new BackingOff(memory, delay), reason + "; starts again in " + text(delay))
        .then(new Schedule(LifecycleTimer.BACKOFF, delay));
  }

  private static String label(LifecyclePolicy policy) {
    return policy.restart().on().name().toLowerCase(Locale.ROOT);
  }

  /** Such as {@code 250ms} or {@code 30s}. */
  static String text(Duration duration) {
    long millis = duration.toMillis();
    return millis >= 1000 && millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }
}
