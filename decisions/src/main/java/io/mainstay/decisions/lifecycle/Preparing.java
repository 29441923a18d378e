package io.mainstay.decisions.lifecycle;

import io.mainstay.decisions.lifecycle.LifecycleAction.ResolveEnvironment;
import io.mainstay.decisions.lifecycle.LifecycleAction.RunHook;
import io.mainstay.decisions.lifecycle.LifecycleAction.SetFrozen;
import io.mainstay.decisions.lifecycle.LifecycleAction.Spawn;
import io.mainstay.decisions.lifecycle.LifecycleEvent.Adopted;
import io.mainstay.decisions.lifecycle.LifecycleEvent.AdoptionFailed;
import io.mainstay.decisions.lifecycle.LifecycleEvent.EnvironmentResolved;
import io.mainstay.decisions.lifecycle.LifecycleEvent.Exited;
import io.mainstay.decisions.lifecycle.LifecycleEvent.GroupGone;
import io.mainstay.decisions.lifecycle.LifecycleEvent.HookFinished;
import io.mainstay.decisions.lifecycle.LifecycleEvent.IntentNotWritten;
import io.mainstay.decisions.lifecycle.LifecycleEvent.NothingToAdopt;
import io.mainstay.decisions.lifecycle.LifecycleEvent.StartFailed;
import io.mainstay.decisions.lifecycle.LifecycleEvent.Started;
import io.mainstay.decisions.lifecycle.LifecyclePolicy.Wish;
import io.mainstay.decisions.lifecycle.LifecycleState.Adopting;
import io.mainstay.decisions.lifecycle.LifecycleState.BeforeStart;
import io.mainstay.decisions.lifecycle.LifecycleState.Cause;
import io.mainstay.decisions.lifecycle.LifecycleState.Freezing;
import io.mainstay.decisions.lifecycle.LifecycleState.Launching;
import io.mainstay.decisions.lifecycle.LifecycleState.Prepared;
import io.mainstay.decisions.lifecycle.LifecycleState.Resolving;
import io.mainstay.decisions.lifecycle.LifecycleState.SettingUp;
import io.mainstay.decisions.lifecycle.LifecycleState.Thawing;
import io.mainstay.model.EventKind;
import java.time.Duration;
import java.util.List;

/**
 * From the decision to start to the process: resolving, setting up, prepared, before start,
 * launching; and adopting, which replaces them after a restart of the server. A change of wishes is
 * looked at when the step that is under way has ended: none of them can be taken back half-way.
 */
final class Preparing {
  private static final Duration WRITE_AGAIN = Duration.ofSeconds(2);

  private Preparing() {}

  /** The first step of a run. */
  static Transition begin(Memory memory, String reason, Facts facts) {
    return Transition.to(new Resolving(memory.begun(facts.policy())), "starting: " + reason)
        .then(new ResolveEnvironment());
  }

  static Transition resolving(Resolving state, LifecycleEvent event, Facts facts) {
    return switch (event) {
      case EnvironmentResolved _ ->
          AtRest.atWish(state, facts).orElseGet(() -> setUp(state.memory(), facts));
      case StartFailed(String reason) -> failed(state.memory(), reason, facts);
      case HookFinished _,
          Started _,
          IntentNotWritten _,
          LifecycleEvent.Wanted _,
          LifecycleEvent.Ended _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.Checked _,
          LifecycleEvent.TimerDue _,
          LifecycleEvent.Drained _,
          LifecycleEvent.FreezeFinished _ ->
          Transition.ignored(state, "its environment is being found out");
    };
  }

  private static Transition setUp(Memory memory, Facts facts) {
    LifecyclePolicy policy = facts.policy();
    if (policy.has(HookMoment.SETUP) && !memory.setupDone()) {
      return Transition.to(new SettingUp(memory), "runs its setup hook")
          .then(new RunHook(HookMoment.SETUP));
    }
    return prepared(memory.withSetupDone(), facts);
  }

  static Transition settingUp(SettingUp state, LifecycleEvent event, Facts facts) {
    return switch (event) {
      case HookFinished(HookMoment moment, boolean succeeded, String problem) -> {
        if (moment != HookMoment.SETUP) {
          yield Transition.ignored(state, "another hook is awaited");
        }
        if (!succeeded) {
          yield hookFailed(state.memory(), moment, problem, facts);
        }
        Memory done = state.memory().withSetupDone();
        yield AtRest.atWish(new SettingUp(done), facts).orElseGet(() -> prepared(done, facts));
      }
      case EnvironmentResolved _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.Wanted _,
          LifecycleEvent.Ended _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.Checked _,
          LifecycleEvent.TimerDue _,
          LifecycleEvent.Drained _,
          LifecycleEvent.FreezeFinished _ ->
          Transition.ignored(state, "its setup hook runs");
    };
  }

  private static Transition prepared(Memory memory, Facts facts) {
    LifecyclePolicy policy = facts.policy();
    if (!policy.process()) {
      return Running.begin(memory.launched(), EventKind.INSTANCE_STARTED, "it is checked", facts);
    }
    if (policy.staysPrepared()) {
      return Transition.to(new Prepared(memory), "set up; started when it is promoted")
          .emit(EventKind.STANDBY_READY);
    }
    if (policy.has(HookMoment.START)) {
      return Transition.to(new BeforeStart(memory), "runs its start hook")
          .then(new RunHook(HookMoment.START));
    }
    return launch(memory);
  }

  static Transition prepared(Prepared state, LifecycleEvent event, Facts facts) {
    return switch (event) {
      case LifecycleEvent.Changed _ ->
          AtRest.atWish(state, facts)
              .or(() -> AtRest.afresh(state.memory(), facts))
              .orElseGet(() ->
                  facts.policy().staysPrepared()
                      ? Transition.ignored(state, "it stays a cold standby")
                      : begin(state.memory(), "promoted: " + facts.policy().reason(), facts));
      case LifecycleEvent.DependenciesMet _,
          LifecycleEvent.ThawWanted _,
          LifecycleEvent.Preparation _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.Ended _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.Checked _,
          LifecycleEvent.TimerDue _,
          LifecycleEvent.Drained _,
          LifecycleEvent.FreezeFinished _ ->
          Transition.ignored(state, "a cold standby has no process");
    };
  }

  static Transition beforeStart(BeforeStart state, LifecycleEvent event, Facts facts) {
    return switch (event) {
      case HookFinished(HookMoment moment, boolean succeeded, String problem) -> {
        if (moment != HookMoment.START) {
          yield Transition.ignored(state, "another hook is awaited");
        }
        yield succeeded
            ? AtRest.atWish(state, facts).orElseGet(() -> launch(state.memory()))
            : hookFailed(state.memory(), moment, problem, facts);
      }
      case EnvironmentResolved _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.Wanted _,
          LifecycleEvent.Ended _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.Checked _,
          LifecycleEvent.TimerDue _,
          LifecycleEvent.Drained _,
          LifecycleEvent.FreezeFinished _ ->
          Transition.ignored(state, "its start hook runs");
    };
  }

  private static Transition launch(Memory memory) {
    return Transition.to(new Launching(memory.launched()), "the process is being started")
        .then(new Spawn());
  }

  static Transition launching(Launching state, LifecycleEvent event, Facts facts) {
    Memory memory = state.memory();
    return switch (event) {
      case Started _ ->
          Running.begin(memory, EventKind.INSTANCE_STARTED, "the process runs", facts);
      case StartFailed(String reason) -> failed(memory.notUsed(), reason, facts);
      case IntentNotWritten(String reason) ->
          AtRest.atWish(state, facts)
              .orElseGet(() ->
                  AtRest.backOff(
                      memory.notLaunched(),
                      "not started, since that could not be written down: " + reason,
                      WRITE_AGAIN.plusMillis((long) (facts.random() * 1000))));
      case LifecycleEvent.Preparation _,
          LifecycleEvent.Wanted _,
          LifecycleEvent.Ended _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.Checked _,
          LifecycleEvent.TimerDue _,
          LifecycleEvent.Drained _,
          LifecycleEvent.FreezeFinished _ ->
          Transition.ignored(state, "the process is being started");
    };
  }

  static Transition adopting(Adopting state, LifecycleEvent event, Facts facts) {
    Memory memory = state.memory();
    return switch (event) {
      case Adopted _ -> adopted(state, facts);
      case AdoptionFailed(String reason) ->
          lost(memory, "ended while Mainstay was away: " + reason, Cause.FAILED, facts);
      case Exited(var exit) ->
          lost(
              memory,
              "exited: " + exit.describe(),
              exit.isFailure() ? Cause.FAILED : Cause.COMPLETED,
              facts);
      case NothingToAdopt _ ->
          AtRest.atWish(state, facts)
              .orElseGet(() -> begin(memory, "the last start was cut off", facts));
      case GroupGone _,
          LifecycleEvent.Preparation _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.Wanted _,
          LifecycleEvent.Checked _,
          LifecycleEvent.TimerDue _,
          LifecycleEvent.Drained _,
          LifecycleEvent.FreezeFinished _ ->
          Transition.ignored(state, "it is being taken over");
    };
  }

  private static Transition adopted(Adopting state, Facts facts) {
    LifecyclePolicy policy = facts.policy();
    Memory memory = state.memory();
    String reason = "taken over from the server before";
    if (!state.frozen()) {
      return Running.begin(memory, EventKind.INSTANCE_ADOPTED, reason, facts);
    }
    // It was ready once, or it would not have been frozen.
    Run run = Run.begun(facts.now(), policy).withHook(true).withStartupDone().withPassing(true);
    boolean again = policy.wish() == Wish.RUN && policy.freezes();
    return Transition.to(
            again ? new Freezing(memory, run) : new Thawing(memory, run, false), reason)
        .emit(EventKind.INSTANCE_ADOPTED)
        .then(new SetFrozen(again));
  }

  private static Transition lost(Memory memory, String reason, Cause cause, Facts facts) {
    Memory counted =
        RestartRule.count(memory, Duration.ZERO, facts.policy().restart(), facts.now());
    return Ending.clear(counted, cause, reason).emit(EventKind.INSTANCE_EXITED);
  }

  /** No process came to be. */
  private static Transition failed(Memory memory, String reason, Facts facts) {
    Memory counted =
        RestartRule.count(memory, Duration.ZERO, facts.policy().restart(), facts.now());
    return AtRest.settle(counted, Cause.FAILED, "not started: " + reason, facts)
        .after(List.of(new LifecycleAction.Emit(EventKind.INSTANCE_START_FAILED, reason)));
  }

  private static Transition hookFailed(
      Memory memory, HookMoment moment, String problem, Facts facts) {
    String reason = AtRest.because("the " + moment.label() + " hook failed", problem);
    return failed(memory, reason, facts)
        .after(List.of(new LifecycleAction.Emit(EventKind.HOOK_FAILED, reason)));
  }
}
