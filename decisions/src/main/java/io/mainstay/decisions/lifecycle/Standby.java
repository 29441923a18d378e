package io.mainstay.decisions.lifecycle;

import io.mainstay.decisions.lifecycle.LifecycleAction.Rehearse;
import io.mainstay.decisions.lifecycle.LifecycleAction.Schedule;
import io.mainstay.decisions.lifecycle.LifecycleAction.SetFrozen;
import io.mainstay.decisions.lifecycle.LifecycleEvent.Changed;
import io.mainstay.decisions.lifecycle.LifecycleEvent.DependenciesMet;
import io.mainstay.decisions.lifecycle.LifecycleEvent.Exited;
import io.mainstay.decisions.lifecycle.LifecycleEvent.FreezeFinished;
import io.mainstay.decisions.lifecycle.LifecycleEvent.GroupGone;
import io.mainstay.decisions.lifecycle.LifecycleEvent.LiveChanged;
import io.mainstay.decisions.lifecycle.LifecycleEvent.ReadyFailed;
import io.mainstay.decisions.lifecycle.LifecycleEvent.ReadyPassed;
import io.mainstay.decisions.lifecycle.LifecycleEvent.Rehearsed;
import io.mainstay.decisions.lifecycle.LifecycleEvent.StartupPassed;
import io.mainstay.decisions.lifecycle.LifecycleEvent.ThawWanted;
import io.mainstay.decisions.lifecycle.LifecycleEvent.TimerDue;
import io.mainstay.decisions.lifecycle.LifecyclePolicy.Wish;
import io.mainstay.decisions.lifecycle.LifecycleState.Freezing;
import io.mainstay.decisions.lifecycle.LifecycleState.Frozen;
import io.mainstay.decisions.lifecycle.LifecycleState.Ready;
import io.mainstay.decisions.lifecycle.LifecycleState.Rehearsing;
import io.mainstay.decisions.lifecycle.LifecycleState.Thawing;
import io.mainstay.decisions.lifecycle.LifecycleState.Up;
import io.mainstay.model.EventKind;
import io.mainstay.model.state.Role;

/** A warm standby: freezing, frozen, thawing, rehearsing. */
final class Standby {
  private Standby() {}

  static Transition freezing(Freezing state, LifecycleEvent event, Facts facts) {
    return switch (event) {
      case FreezeFinished(boolean frozen, boolean succeeded) -> {
        if (!frozen) {
          yield Transition.ignored(state, "an earlier thaw");
        }
        yield succeeded ? asleep(state, facts) : staysHot(state, facts);
      }
      case Changed _ -> asleepAndChanged(state, facts);
      case ThawWanted(String reason) -> thaw(state, true, reason);
      case Exited exited -> Ending.exited(state, exited, facts);
      case LiveChanged live -> Running.live(state, live);
      case DependenciesMet _,
          StartupPassed _,
          ReadyPassed _,
          ReadyFailed _,
          Rehearsed _,
          GroupGone _,
          TimerDue _,
          LifecycleEvent.Preparation _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.Drained _ ->
          Transition.ignored(state, "it is being frozen");
    };
  }

  private static Transition asleep(Freezing state, Facts facts) {
    return Transition.to(new Frozen(state.memory(), state.run()), "frozen as a warm standby")
        .then(new Schedule(LifecycleTimer.REHEARSE, facts.policy().rehearse()));
  }

  /** A machine that cannot freeze gets a hot standby; it is tried again at the next rehearsal. */
  private static Transition staysHot(Freezing state, Facts facts) {
    return Transition.to(
            new Ready(state.memory(), state.run(), true), "it could not be frozen and stays hot")
        .then(new Schedule(LifecycleTimer.FREEZE_AGAIN, facts.policy().rehearse()))
        .emit(EventKind.STANDBY_READY);
  }

  private static Transition thaw(Up state, boolean onDemand, String reason) {
    return Transition.to(
            new Thawing(state.memory(), state.run(), onDemand),
            AtRest.because("is being thawed", reason))
        .then(new SetFrozen(false));
  }

  /** Wishes may have changed while it has no CPU (or soon has none). */
  private static Transition asleepAndChanged(Up state, Facts facts) {
    LifecyclePolicy policy = facts.policy();
    if (policy.wish() == Wish.HOLD) {
      return thaw(state, false, "held");
    }
    return Running.reconsider(state, false, facts)
        .orElseGet(() ->
            policy.freezes()
                ? Transition.ignored(state, "it stays a warm standby")
                : thaw(state, false, policy.reason()));
  }

  static Transition frozen(Frozen state, LifecycleEvent event, Facts facts) {
    return switch (event) {
      case Changed _ -> asleepAndChanged(state, facts);
      case ThawWanted(String reason) -> thaw(state, true, reason);
      case TimerDue(LifecycleTimer timer) ->
          timer == LifecycleTimer.REHEARSE
              ? Transition.to(
                      new Rehearsing(state.memory(), state.run()), "is thawed to be checked")
                  .then(new SetFrozen(false))
              : Transition.ignored(state, "that timer is not awaited");
      case Exited exited -> Ending.exited(state, exited, facts);
      case LiveChanged live -> Running.live(state, live);
      case DependenciesMet _,
          StartupPassed _,
          ReadyPassed _,
          ReadyFailed _,
          Rehearsed _,
          GroupGone _,
          LifecycleEvent.Preparation _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.Drained _,
          FreezeFinished _ ->
          Transition.ignored(state, "it is frozen");
    };
  }

  static Transition thawing(Thawing state, LifecycleEvent event, Facts facts) {
    return switch (event) {
      case FreezeFinished(boolean frozen, boolean succeeded) -> {
        if (frozen) {
          yield Transition.ignored(state, "an earlier freeze");
        }
        yield succeeded
            ? awake(state, facts)
            : Ending.kill(state, EventKind.INSTANCE_KILLED, "it could not be thawed", facts);
      }
      case ThawWanted _ ->
          Transition.to(
              new Thawing(state.memory(), state.run(), true), "it is needed in the traffic");
      case Exited exited -> Ending.exited(state, exited, facts);
      case LiveChanged live -> Running.live(state, live);
      case Changed _,
          DependenciesMet _,
          StartupPassed _,
          ReadyPassed _,
          ReadyFailed _,
          Rehearsed _,
          GroupGone _,
          TimerDue _,
          LifecycleEvent.Preparation _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.Drained _ ->
          Transition.ignored(state, "it is being thawed");
    };
  }

  /** It was ready when it was frozen, so it takes traffic at once; its checks go on. */
  private static Transition awake(Thawing state, Facts facts) {
    LifecyclePolicy policy = facts.policy();
    var wished = Running.reconsider(state, false, facts);
    if (wished.isPresent()) {
      return wished.get();
    }
    if (policy.freezes() && !state.onDemand()) {
      return Transition.to(new Freezing(state.memory(), state.run()), "a warm standby after all")
          .then(new SetFrozen(true));
    }
    boolean onDemand = policy.role() == Role.STANDBY;
    return Transition.to(new Ready(state.memory(), state.run(), onDemand), "thawed to take traffic")
        .emit(EventKind.INSTANCE_READY)
        .thenIf(onDemand, new Schedule(LifecycleTimer.FREEZE_AGAIN, policy.rehearse()));
  }

  static Transition rehearsing(Rehearsing state, LifecycleEvent event, Facts facts) {
    return switch (event) {
      case FreezeFinished(boolean frozen, boolean succeeded) -> {
        if (frozen) {
          yield Transition.ignored(state, "an earlier freeze");
        }
        yield succeeded
            ? Transition.to(state, "thawed; it is checked").then(new Rehearse())
            : Ending.kill(state, EventKind.INSTANCE_KILLED, "it could not be thawed", facts);
      }
      case Rehearsed(boolean passed, String message) -> rehearsed(state, passed, message, facts);
      case Changed _ -> asleepAndChanged(state, facts);
      case ThawWanted(String reason) -> thaw(state, true, reason);
      case Exited exited -> Ending.exited(state, exited, facts);
      case LiveChanged live -> Running.live(state, live);
      case DependenciesMet _,
          StartupPassed _,
          ReadyPassed _,
          ReadyFailed _,
          GroupGone _,
          TimerDue _,
          LifecycleEvent.Preparation _,
          LifecycleEvent.StartResult _,
          LifecycleEvent.AdoptionResult _,
          LifecycleEvent.Drained _ ->
          Transition.ignored(state, "it is being checked");
    };
  }

  private static Transition rehearsed(
      Rehearsing state, boolean passed, String message, Facts facts) {
    if (passed) {
      return Transition.to(
              new Freezing(state.memory(), state.run()), "the rehearsal passed: " + message)
          .emit(EventKind.STANDBY_REHEARSED)
          .then(new SetFrozen(true));
    }
    String reason = "the rehearsal failed, so it is restarted: " + message;
    return Ending.stop(state, reason, facts)
        .after(java.util.List.of(new LifecycleAction.Emit(EventKind.STANDBY_REHEARSED, reason)));
  }
}
