package io.mainstay.decisions.lifecycle;

import io.mainstay.decisions.lifecycle.LifecycleAction.DrainTraffic;
import io.mainstay.decisions.lifecycle.LifecycleAction.Emit;
import io.mainstay.decisions.lifecycle.LifecycleAction.KillGroup;
import io.mainstay.decisions.lifecycle.LifecycleAction.RunHook;
import io.mainstay.decisions.lifecycle.LifecycleAction.Schedule;
import io.mainstay.decisions.lifecycle.LifecycleAction.SetFrozen;
import io.mainstay.decisions.lifecycle.LifecycleAction.Signal;
import io.mainstay.decisions.lifecycle.LifecycleAction.Withdraw;
import io.mainstay.decisions.lifecycle.LifecycleEvent.Changed;
import io.mainstay.decisions.lifecycle.LifecycleEvent.DependenciesMet;
import io.mainstay.decisions.lifecycle.LifecycleEvent.Drained;
import io.mainstay.decisions.lifecycle.LifecycleEvent.EnvironmentResolved;
import io.mainstay.decisions.lifecycle.LifecycleEvent.Exited;
import io.mainstay.decisions.lifecycle.LifecycleEvent.GroupGone;
import io.mainstay.decisions.lifecycle.LifecycleEvent.HookFinished;
import io.mainstay.decisions.lifecycle.LifecycleEvent.ThawWanted;
import io.mainstay.decisions.lifecycle.LifecycleEvent.TimerDue;
import io.mainstay.decisions.lifecycle.LifecycleState.Aim;
import io.mainstay.decisions.lifecycle.LifecycleState.BeforeStop;
import io.mainstay.decisions.lifecycle.LifecycleState.Cause;
import io.mainstay.decisions.lifecycle.LifecycleState.Clearing;
import io.mainstay.decisions.lifecycle.LifecycleState.Draining;
import io.mainstay.decisions.lifecycle.LifecycleState.Freezing;
import io.mainstay.decisions.lifecycle.LifecycleState.Ready;
import io.mainstay.decisions.lifecycle.LifecycleState.Terminating;
import io.mainstay.decisions.lifecycle.LifecycleState.Up;
import io.mainstay.model.EventKind;
import java.time.Duration;
import java.util.List;

/**
 * From the wish to end, or from an exit, to the last leftover: draining, before stop, terminating,
 * clearing. The order is that of {@code stop:}. A frozen process is thawed before its stop hook, so
 * that the hook can still talk to it.
 */
final class Ending {
  /** A gateway that does not answer must not hold an end up for longer than this. */
  private static final Duration BEYOND_DRAIN = Duration.ofSeconds(1);

  private static final Duration KILL_AGAIN = Duration.ofSeconds(10);

  private Ending() {}

  /** Ends a run in order. */
  static Transition stop(Up state, String reason, Facts facts) {
    Transition next =
        LifecycleView.mayServe(state) && facts.policy().traffic()
            ? drain(state, Aim.STOP, reason, facts)
            : beforeStop(state, reason, facts);
    return LifecycleView.mayBeFrozen(state) ? next.after(List.of(new SetFrozen(false))) : next;
  }

  /** Out of the traffic, with time for the requests in flight. */
  static Transition drain(Up state, Aim aim, String reason, Facts facts) {
    LifecyclePolicy policy = facts.policy();
    Duration limit = policy.stop().drain();
    boolean hook = policy.has(HookMoment.DRAIN);
    if (!policy.traffic() && !hook) {
      return drained(new Draining(state.memory(), state.run(), aim, true, true), reason, facts);
    }
    return Transition.to(
            new Draining(state.memory(), state.run(), aim, !policy.traffic(), !hook), reason)
        .emit(EventKind.INSTANCE_DRAINING)
        .thenIf(policy.traffic(), new DrainTraffic(limit))
        .thenIf(hook, new RunHook(HookMoment.DRAIN))
        .then(new Schedule(LifecycleTimer.DRAIN_LIMIT, limit.plus(BEYOND_DRAIN)));
  }

  static Transition draining(Draining state, LifecycleEvent event, Facts facts) {
    Draining trafficDone =
        new Draining(state.memory(), state.run(), state.aim(), true, state.hookDone());
    Draining hookDone =
        new Draining(state.memory(), state.run(), state.aim(), state.trafficDone(), true);
    return switch (event) {
      case Drained(int cut) ->
          drained(trafficDone, cut == 0 ? "no request is in flight" : cut + " were cut", facts);
      case HookFinished(HookMoment moment, boolean succeeded, String problem) -> {
        if (moment != HookMoment.DRAIN) {
          yield Transition.ignored(state, "another hook is awaited");
        }
        yield afterHook(drained(hookDone, "the drain hook has ended", facts), succeeded, problem);
      }
      case TimerDue(LifecycleTimer timer) ->
          timer == LifecycleTimer.DRAIN_LIMIT
              ? drained(
                  new Draining(state.memory(), state.run(), state.aim(), true, true),
                  "the drain took too long",
                  facts)
              : Transition.ignored(state, "that timer is not awaited");
      case Changed _ -> drainingAndChanged(state, facts);
      case ThawWanted(String reason) ->
          state.aim() == Aim.FREEZE
              ? Transition.to(new Ready(state.memory(), state.run(), true), "serves: " + reason)
                  .then(new Schedule(LifecycleTimer.FREEZE_AGAIN, facts.policy().rehearse()))
              : Transition.ignored(state, "it is being stopped");
      case Exited exited -> exited(state, exited, facts);
      case DependenciesMet _,
          EnvironmentResolved _,
          GroupGone _,
          LifecycleEvent.Checked _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.FreezeFinished _ ->
          Transition.ignored(state, "its requests in flight finish");
    };
  }

  private static Transition drained(Draining state, String reason, Facts facts) {
    if (!state.trafficDone() || !state.hookDone()) {
      return Transition.to(state, reason);
    }
    return switch (state.aim()) {
      case STOP -> beforeStop(state, reason, facts);
      case FREEZE ->
          Transition.to(new Freezing(state.memory(), state.run()), reason + "; is being frozen")
              .then(new SetFrozen(true));
    };
  }

  private static Transition drainingAndChanged(Draining state, Facts facts) {
    if (state.aim() == Aim.STOP) {
      return Transition.ignored(state, "it ends first; what follows is decided then");
    }
    if (facts.policy().wish() == LifecyclePolicy.Wish.RUN && facts.policy().freezes()) {
      return Transition.ignored(state, "it becomes a warm standby");
    }
    Ready back = new Ready(state.memory(), state.run(), false);
    return Running.reconsider(back, false, facts)
        .orElseGet(
            () -> Transition.to(back, AtRest.because("serves again", facts.policy().reason())));
  }

  private static Transition beforeStop(Up state, String reason, Facts facts) {
    LifecyclePolicy policy = facts.policy();
    if (!policy.process()) {
      return AtRest.settle(state.memory(), Cause.ORDERED, reason, facts);
    }
    return policy.has(HookMoment.STOP)
        ? Transition.to(
                new BeforeStop(state.memory(), state.run()), reason + "; the stop hook runs")
            .then(new RunHook(HookMoment.STOP))
        : terminate(state, reason, facts);
  }

  static Transition beforeStop(BeforeStop state, LifecycleEvent event, Facts facts) {
    return switch (event) {
      case HookFinished(HookMoment moment, boolean succeeded, String problem) -> {
        if (moment != HookMoment.STOP) {
          yield Transition.ignored(state, "another hook is awaited");
        }
        yield afterHook(terminate(state, "the stop hook has ended", facts), succeeded, problem);
      }
      case Exited exited -> exited(state, exited, facts);
      case EnvironmentResolved _,
          GroupGone _,
          TimerDue _,
          Drained _,
          LifecycleEvent.Wanted _,
          LifecycleEvent.Checked _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.FreezeFinished _ ->
          Transition.ignored(state, "the stop hook runs");
    };
  }

  /** A failed hook is told and holds nothing up. */
  private static Transition afterHook(Transition next, boolean succeeded, String problem) {
    return succeeded
        ? next
        : next.after(
            List.of(new Emit(EventKind.HOOK_FAILED, AtRest.because("a hook failed", problem))));
  }

  private static Transition terminate(Up state, String reason, Facts facts) {
    LifecyclePolicy policy = facts.policy();
    return Transition.to(
            new Terminating(state.memory(), state.run()),
            reason + "; SIG" + policy.stop().signal() + " was sent")
        .then(
            new Signal(policy.stop().signal()),
            new Schedule(LifecycleTimer.GRACE, policy.stop().grace()));
  }

  static Transition terminating(Terminating state, LifecycleEvent event, Facts facts) {
    return switch (event) {
      case Exited exited -> exited(state, exited, facts);
      case TimerDue(LifecycleTimer timer) ->
          timer == LifecycleTimer.GRACE
              ? clear(
                      state.memory(),
                      Cause.ORDERED,
                      "it did not end within " + AtRest.text(facts.policy().stop().grace()))
                  .emit(EventKind.INSTANCE_KILLED)
              : Transition.ignored(state, "that timer is not awaited");
      case GroupGone _,
          Drained _,
          LifecycleEvent.Wanted _,
          LifecycleEvent.Preparation _,
          LifecycleEvent.Checked _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.FreezeFinished _ ->
          Transition.ignored(state, "it was told to end");
    };
  }

  /**
   * The main process has ended, wanted or not; what it left behind must go before the next start.
   */
  static Transition exited(Up state, Exited exited, Facts facts) {
    String how = exited.exit().describe();
    if (LifecycleView.isEnding(state)) {
      return clear(state.memory(), Cause.ORDERED, "ended as asked: " + how)
          .emit(EventKind.INSTANCE_EXITED);
    }
    Memory counted =
        RestartRule.count(
            state.memory(),
            facts.now().since(state.run().since()),
            facts.policy().restart(),
            facts.now());
    Cause cause = exited.exit().isFailure() ? Cause.FAILED : Cause.COMPLETED;
    return clear(counted, cause, "exited: " + how).emit(EventKind.INSTANCE_EXITED);
  }

  static Transition startedTooSlowly(Up state, Facts facts) {
    String within =
        facts.policy().startupWithin().map(AtRest::text).orElse("the time it was given");
    return kill(
        state,
        EventKind.INSTANCE_START_FAILED,
        "its startup check did not pass within " + within,
        facts);
  }

  /** Ends a process that is of no use, without ceremony; it counts as a failure. */
  static Transition kill(Up state, EventKind kind, String reason, Facts facts) {
    Memory counted =
        RestartRule.count(
            state.memory(),
            facts.now().since(state.run().since()),
            facts.policy().restart(),
            facts.now());
    return clear(counted, Cause.FAILED, reason).emit(kind);
  }

  static Transition clear(Memory memory, Cause cause, String reason) {
    return Transition.to(new Clearing(memory, cause, reason), reason)
        .then(
            new Withdraw(reason),
            new KillGroup(),
            new Schedule(LifecycleTimer.KILL_AGAIN, KILL_AGAIN));
  }

  static Transition clearing(Clearing state, LifecycleEvent event, Facts facts) {
    return switch (event) {
      case GroupGone _ -> AtRest.settle(state.memory(), state.cause(), state.how(), facts);
      case Exited(var exit) ->
          Transition.to(state, "killed: " + exit.describe()).emit(EventKind.INSTANCE_EXITED);
      case TimerDue(LifecycleTimer timer) ->
          timer == LifecycleTimer.KILL_AGAIN
              ? Transition.to(state, "something survived the KILL; it is tried again")
                  .emit(EventKind.INSTANCE_KILLED)
                  .then(new KillGroup(), new Schedule(LifecycleTimer.KILL_AGAIN, KILL_AGAIN))
              : Transition.ignored(state, "that timer is not awaited");
      case Drained _,
          LifecycleEvent.Wanted _,
          LifecycleEvent.Preparation _,
          LifecycleEvent.Checked _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.FreezeFinished _ ->
          Transition.ignored(state, "what is left of it is being killed");
    };
  }
}
