package io.mainstay.decisions.lifecycle;

import io.mainstay.decisions.lifecycle.LifecycleAction.Emit;
import io.mainstay.decisions.lifecycle.LifecycleAction.RunHook;
import io.mainstay.decisions.lifecycle.LifecycleAction.Schedule;
import io.mainstay.decisions.lifecycle.LifecycleAction.SetFrozen;
import io.mainstay.decisions.lifecycle.LifecycleEvent.Changed;
import io.mainstay.decisions.lifecycle.LifecycleEvent.DependenciesMet;
import io.mainstay.decisions.lifecycle.LifecycleEvent.EnvironmentResolved;
import io.mainstay.decisions.lifecycle.LifecycleEvent.Exited;
import io.mainstay.decisions.lifecycle.LifecycleEvent.GroupGone;
import io.mainstay.decisions.lifecycle.LifecycleEvent.HookFinished;
import io.mainstay.decisions.lifecycle.LifecycleEvent.LiveChanged;
import io.mainstay.decisions.lifecycle.LifecycleEvent.ReadyFailed;
import io.mainstay.decisions.lifecycle.LifecycleEvent.ReadyPassed;
import io.mainstay.decisions.lifecycle.LifecycleEvent.Rehearsed;
import io.mainstay.decisions.lifecycle.LifecycleEvent.StartupPassed;
import io.mainstay.decisions.lifecycle.LifecycleEvent.ThawWanted;
import io.mainstay.decisions.lifecycle.LifecycleEvent.TimerDue;
import io.mainstay.decisions.lifecycle.LifecycleState.Aim;
import io.mainstay.decisions.lifecycle.LifecycleState.Freezing;
import io.mainstay.decisions.lifecycle.LifecycleState.Held;
import io.mainstay.decisions.lifecycle.LifecycleState.NotReady;
import io.mainstay.decisions.lifecycle.LifecycleState.Ready;
import io.mainstay.decisions.lifecycle.LifecycleState.Starting;
import io.mainstay.decisions.lifecycle.LifecycleState.Up;
import io.mainstay.model.EventKind;
import io.mainstay.model.state.Role;
import java.util.List;
import java.util.Optional;

/** A process that runs with its CPU: starting, ready, not ready, held. */
final class Running {
  private Running() {}

  /** A process was started or taken over. */
  static Transition begin(Memory memory, EventKind kind, String reason, Facts facts) {
    Run run = Run.begun(facts.now(), facts.policy());
    Transition starting = starting(memory, run, reason, facts);
    List<LifecycleAction> told = List.of(new Emit(kind, reason));
    return reconsider((Starting) starting.next(), true, facts).orElse(starting).after(told);
  }

  /** Waits for the first pass, with what that takes. */
  private static Transition starting(Memory memory, Run run, String reason, Facts facts) {
    LifecyclePolicy policy = facts.policy();
    Transition next =
        Transition.to(new Starting(memory, run), reason + "; waits for its first pass")
            .thenIf(!run.hookDone(), new RunHook(HookMoment.READY))
            .thenIf(
                !policy.readyCheck(),
                new Schedule(LifecycleTimer.READY_AFTER, policy.readyAfter()));
    return policy.startupWithin().isPresent() && !run.startupDone()
        ? next.then(
            new Schedule(LifecycleTimer.STARTUP_LIMIT, policy.startupWithin().orElseThrow()))
        : next;
  }

  /** What the wishes ask of a process that runs, if they ask for anything but to go on. */
  static Optional<Transition> reconsider(Up state, boolean mayFreeze, Facts facts) {
    LifecyclePolicy policy = facts.policy();
    return switch (policy.wish()) {
      case REMOVE, END -> Optional.of(Ending.stop(state, policy.reason(), facts));
      case HOLD -> state instanceof Held ? Optional.empty() : Optional.of(hold(state, facts));
      case RUN -> {
        if (policy.minGeneration() > state.memory().generation()) {
          yield Optional.of(Ending.stop(state, AtRest.because("restart", policy.reason()), facts));
        }
        if (policy.staysPrepared()) {
          yield Optional.of(Ending.stop(state, "a cold standby has no process", facts));
        }
        yield mayFreeze && policy.freezes() && state instanceof Ready
            ? Optional.of(Ending.drain(state, Aim.FREEZE, "becomes a warm standby", facts))
            : Optional.empty();
      }
    };
  }

  private static Transition hold(Up state, Facts facts) {
    String reason = AtRest.because("held out of the traffic", facts.policy().reason());
    boolean served = state instanceof Ready;
    return Transition.to(new Held(state.memory(), state.run()), reason)
        .emit(facts.policy().isolated() ? EventKind.INSTANCE_ISOLATED : EventKind.INSTANCE_DRAINING)
        .thenIf(served && facts.policy().has(HookMoment.DRAIN), new RunHook(HookMoment.DRAIN));
  }

  static Transition starting(Starting state, LifecycleEvent event, Facts facts) {
    Run run = state.run();
    return switch (event) {
      case Changed _ ->
          reconsider(state, true, facts)
              .orElseGet(() ->
                  facts.policy().readyCheck() || run.passing()
                      ? Transition.ignored(state, "it is on its way")
                      : Transition.to(state, "it has no ready check (any more)")
                          .then(
                              new Schedule(
                                  LifecycleTimer.READY_AFTER, facts.policy().readyAfter())));
      case HookFinished hook -> readyHook(state, hook, facts);
      case StartupPassed _ ->
          known(state, run.withStartupDone(), "the startup check passed", facts);
      case ReadyPassed(String message) ->
          known(state, run.withPassing(true), "the ready check passed: " + message, facts);
      case ReadyFailed(String message) -> failsFromTheStart(state, message, facts);
      case LiveChanged live -> live(state, live);
      case TimerDue(LifecycleTimer timer) -> timerWhileStarting(state, timer, facts);
      case Exited exited -> Ending.exited(state, exited, facts);
      case DependenciesMet _,
          ThawWanted _,
          EnvironmentResolved _,
          Rehearsed _,
          GroupGone _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.Drained _,
          LifecycleEvent.FreezeFinished _ ->
          Transition.ignored(state, "it waits for its first pass");
    };
  }

  /** What nobody here starts is not starting, however often it is asked: it is not there. */
  private static Transition failsFromTheStart(Starting state, String message, Facts facts) {
    String reason = "the ready check fails: " + message;
    Run run = state.run().withPassing(false);
    return facts.policy().process()
        ? known(state, run, reason, facts)
        : Transition.to(new NotReady(state.memory(), run), reason)
            .emit(EventKind.INSTANCE_NOT_READY);
  }

  private static Transition timerWhileStarting(Starting state, LifecycleTimer timer, Facts facts) {
    Run run = state.run();
    return switch (timer) {
      case READY_AFTER ->
          known(
              state,
              run.withPassing(true),
              "it has run for " + AtRest.text(facts.policy().readyAfter()),
              facts);
      case HOOK_AGAIN ->
          run.hookDone()
              ? Transition.ignored(state, "the ready hook has passed")
              : Transition.to(state, "the ready hook is tried again")
                  .then(new RunHook(HookMoment.READY));
      case STARTUP_LIMIT ->
          run.startupDone()
              ? Transition.ignored(state, "the startup check has passed")
              : Ending.startedTooSlowly(state, facts);
      case DRAIN_LIMIT, GRACE, KILL_AGAIN, BACKOFF, PARKED, REHEARSE, FREEZE_AGAIN ->
          Transition.ignored(state, "that timer is not awaited");
    };
  }

  private static Transition readyHook(Starting state, HookFinished hook, Facts facts) {
    if (hook.moment() != HookMoment.READY) {
      return Transition.ignored(state, "another hook is awaited");
    }
    Run run = state.run();
    if (hook.succeeded()) {
      return known(state, run.withHook(true), "the ready hook passed", facts);
    }
    String reason = AtRest.because("the ready hook failed", hook.problem());
    Transition next =
        Transition.to(state.with(run.withHook(false)), reason)
            .then(new Schedule(LifecycleTimer.HOOK_AGAIN, facts.policy().hookAgain()));
    return run.hookFailed() ? next : next.emit(EventKind.HOOK_FAILED);
  }

  private static Transition known(Starting state, Run run, String reason, Facts facts) {
    return run.isReady()
        ? becomeReady(state.memory(), run, reason, facts)
        : Transition.to(state.with(run), reason);
  }

  /** Nothing stands between it and traffic; a warm standby goes to sleep. */
  private static Transition becomeReady(Memory memory, Run run, String reason, Facts facts) {
    LifecyclePolicy policy = facts.policy();
    if (policy.freezes()) {
      return Transition.to(new Freezing(memory, run), reason + "; frozen as a warm standby")
          .emit(EventKind.STANDBY_READY)
          .then(new SetFrozen(true));
    }
    return Transition.to(new Ready(memory, run, false), reason)
        .emit(policy.role() == Role.STANDBY ? EventKind.STANDBY_READY : EventKind.INSTANCE_READY);
  }

  static Transition ready(Ready state, LifecycleEvent event, Facts facts) {
    return switch (event) {
      case Changed _ -> readyAndChanged(state, facts);
      case ReadyFailed(String message) ->
          Transition.to(
                  new NotReady(state.memory(), state.run().withPassing(false)),
                  "the ready check fails: " + message)
              .emit(EventKind.INSTANCE_NOT_READY);
      case LiveChanged live -> live(state, live);
      case TimerDue(LifecycleTimer timer) ->
          timer == LifecycleTimer.FREEZE_AGAIN
              ? freezeAgain(state, facts)
              : Transition.ignored(state, "that timer is not awaited");
      case Exited exited -> Ending.exited(state, exited, facts);
      case DependenciesMet _,
          ThawWanted _,
          StartupPassed _,
          ReadyPassed _,
          Rehearsed _,
          GroupGone _,
          LifecycleEvent.Preparation _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.Drained _,
          LifecycleEvent.FreezeFinished _ ->
          Transition.ignored(state, "it is ready already");
    };
  }

  private static Transition readyAndChanged(Ready state, Facts facts) {
    boolean standsBy = facts.policy().role() == Role.STANDBY;
    boolean onDemand = state.onDemand() && standsBy;
    return reconsider(state, !onDemand, facts)
        .orElseGet(() ->
            Transition.to(
                new Ready(state.memory(), state.run(), onDemand),
                AtRest.because(
                    standsBy ? "ready behind the serving ones" : "ready to serve",
                    facts.policy().reason())));
  }

  private static Transition freezeAgain(Ready state, Facts facts) {
    LifecyclePolicy policy = facts.policy();
    if (!policy.freezes()) {
      return Transition.ignored(state, "it is no warm standby any more");
    }
    return policy.needed()
        ? Transition.to(state, "it is still needed in the traffic")
            .then(new Schedule(LifecycleTimer.FREEZE_AGAIN, policy.rehearse()))
        : Ending.drain(state, Aim.FREEZE, "is not needed in the traffic any more", facts);
  }

  static Transition notReady(NotReady state, LifecycleEvent event, Facts facts) {
    return switch (event) {
      case Changed _ ->
          reconsider(state, true, facts)
              .orElseGet(() ->
                  facts.policy().readyCheck()
                      ? Transition.ignored(state, "its ready check still fails")
                      : becomeReady(
                          state.memory(),
                          state.run().withPassing(true),
                          "it has no ready check any more",
                          facts));
      case ReadyPassed(String message) ->
          becomeReady(
              state.memory(),
              state.run().withPassing(true),
              "the ready check passes again: " + message,
              facts);
      case ReadyFailed(String message) -> Transition.to(state, "the ready check fails: " + message);
      case LiveChanged live -> live(state, live);
      case Exited exited -> Ending.exited(state, exited, facts);
      case DependenciesMet _,
          ThawWanted _,
          StartupPassed _,
          Rehearsed _,
          GroupGone _,
          TimerDue _,
          LifecycleEvent.Preparation _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.Drained _,
          LifecycleEvent.FreezeFinished _ ->
          Transition.ignored(state, "its ready check fails");
    };
  }

  static Transition held(Held state, LifecycleEvent event, Facts facts) {
    Run run = state.run();
    return switch (event) {
      case Changed _ ->
          reconsider(state, true, facts)
              .orElseGet(() ->
                  facts.policy().wish() == LifecyclePolicy.Wish.RUN
                      ? released(state, facts)
                      : Transition.ignored(state, "it stays held"));
      case HookFinished(HookMoment moment, boolean succeeded, String _) ->
          moment == HookMoment.READY
              ? Transition.to(state.with(run.withHook(succeeded)), "the ready hook has ended")
              : Transition.ignored(state, "nothing follows that hook");
      case StartupPassed _ ->
          Transition.to(state.with(run.withStartupDone()), "the startup check passed");
      case ReadyPassed(String message) ->
          Transition.to(state.with(run.withPassing(true)), "held; its check passes: " + message);
      case ReadyFailed(String message) ->
          Transition.to(state.with(run.withPassing(false)), "held; its check fails: " + message);
      case LiveChanged live -> live(state, live);
      case Exited exited -> Ending.exited(state, exited, facts);
      case DependenciesMet _,
          ThawWanted _,
          EnvironmentResolved _,
          Rehearsed _,
          GroupGone _,
          TimerDue _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.Drained _,
          LifecycleEvent.FreezeFinished _ ->
          Transition.ignored(state, "it is held out of the traffic");
    };
  }

  private static Transition released(Held state, Facts facts) {
    Run run = state.run();
    String reason = AtRest.because("released", facts.policy().reason());
    return run.isReady()
        ? becomeReady(state.memory(), run, reason, facts)
        : starting(state.memory(), run, reason, facts);
  }

  /** Live checks never restart here: the controller asks the governor and orders a restart. */
  static Transition live(Up state, LiveChanged live) {
    String reason =
        (live.failing() ? "the live check fails: " : "the live check passes again: ")
            + live.message();
    return Transition.to(state.with(state.run().withLiveFailing(live.failing())), reason)
        .emit(live.failing() ? EventKind.CHECK_FAILED : EventKind.CHECK_PASSED);
  }
}
