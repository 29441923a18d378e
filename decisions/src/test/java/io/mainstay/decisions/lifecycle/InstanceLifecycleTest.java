package io.mainstay.decisions.lifecycle;

import static io.mainstay.decisions.lifecycle.Samples.FIT;
import static io.mainstay.decisions.lifecycle.Samples.FRESH;
import static io.mainstay.decisions.lifecycle.Samples.MEMORY;
import static io.mainstay.decisions.lifecycle.Samples.NOW;
import static io.mainstay.decisions.lifecycle.Samples.SERVE;
import static io.mainstay.decisions.lifecycle.Samples.exit;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.lifecycle.LifecycleAction.Schedule;
import io.mainstay.decisions.lifecycle.LifecycleAction.SetFrozen;
import io.mainstay.decisions.lifecycle.LifecycleAction.Signal;
import io.mainstay.decisions.lifecycle.LifecyclePolicy.Wish;
import io.mainstay.decisions.lifecycle.LifecycleState.Aim;
import io.mainstay.decisions.lifecycle.LifecycleState.Cause;
import io.mainstay.decisions.lifecycle.LifecycleState.Rest;
import io.mainstay.decisions.lifecycle.Samples.Options;
import io.mainstay.model.EventKind;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.ServiceSpec.RestartOn;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InstanceLifecycleTest {
  private Options options = SERVE;
  private MonotonicTime now = NOW;
  private double random = 0.5;
  private LifecycleState state = new LifecycleState.Pending(Memory.NEW);
  private Transition last = Transition.to(state, "new");

  private Transition on(LifecycleEvent event) {
    last = InstanceLifecycle.on(state, event, options.policy(), now, random);
    state = last.next();
    return last;
  }

  private void started() {
    on(new LifecycleEvent.DependenciesMet());
    on(new LifecycleEvent.EnvironmentResolved());
    on(new LifecycleEvent.Started());
  }

  private void crash() {
    on(new LifecycleEvent.Exited(exit(1)));
    on(new LifecycleEvent.GroupGone());
  }

  private Duration delay() {
    return last.actions().stream()
        .filter(Schedule.class::isInstance)
        .map(action -> ((Schedule) action).delay())
        .findFirst()
        .orElseThrow();
  }

  private boolean told(EventKind kind) {
    return last.actions().stream()
        .anyMatch(action -> action instanceof LifecycleAction.Emit emit && emit.kind() == kind);
  }

  @Test
  void servesOnlyAfterTheReadinessCheckPassed() {
    started();
    assertThat(LifecycleView.phase(state)).isEqualTo(Phase.STARTING);
    on(new LifecycleEvent.ReadyPassed("status 200"));
    assertThat(LifecycleView.phase(state)).isEqualTo(Phase.READY);
  }

  @Test
  void runsEveryHookAtItsMoment() {
    options = SERVE.hooks(HookMoment.values());
    on(new LifecycleEvent.DependenciesMet());
    on(new LifecycleEvent.EnvironmentResolved());
    assertThat(state).isInstanceOf(LifecycleState.SettingUp.class);
    on(new LifecycleEvent.HookFinished(HookMoment.SETUP, true, ""));
    assertThat(state).isInstanceOf(LifecycleState.BeforeStart.class);
    on(new LifecycleEvent.HookFinished(HookMoment.START, true, ""));
    assertThat(state).isInstanceOf(LifecycleState.Launching.class);
    on(new LifecycleEvent.Started());
    on(new LifecycleEvent.ReadyPassed("status 200"));
    assertThat(state).isInstanceOf(LifecycleState.Starting.class);
    on(new LifecycleEvent.HookFinished(HookMoment.READY, true, ""));
    assertThat(state).isInstanceOf(LifecycleState.Ready.class);
    options = options.wish(Wish.REMOVE);
    on(new LifecycleEvent.Changed());
    on(new LifecycleEvent.Drained(0));
    assertThat(state).isInstanceOf(LifecycleState.Draining.class);
    on(new LifecycleEvent.HookFinished(HookMoment.DRAIN, true, ""));
    assertThat(state).isInstanceOf(LifecycleState.BeforeStop.class);
    on(new LifecycleEvent.HookFinished(HookMoment.STOP, false, "exit code 1"));
    assertThat(state).isInstanceOf(LifecycleState.Terminating.class);
    assertThat(last.actions()).contains(new Signal("TERM"));
  }

  @Test
  void drainsBeforeItStops() {
    state = new LifecycleState.Ready(MEMORY, FIT, false);
    options = SERVE.minGeneration(2);
    on(new LifecycleEvent.Changed());
    assertThat(last.actions()).noneMatch(Signal.class::isInstance);
    on(new LifecycleEvent.Drained(0));
    assertThat(last.actions()).contains(new Signal("TERM"));
    on(new LifecycleEvent.Exited(exit(0)));
    on(new LifecycleEvent.GroupGone());
    assertThat(state).isInstanceOf(LifecycleState.Resolving.class);
    assertThat(state.memory().generation()).isEqualTo(2);
    assertThat(state.memory().failures()).isZero();
  }

  @Test
  void goesOnWhenTheGatewayNeverAnswersADrain() {
    state = new LifecycleState.Draining(MEMORY, FIT, Aim.STOP, false, true);
    on(new LifecycleEvent.TimerDue(LifecycleTimer.DRAIN_LIMIT));
    assertThat(state).isInstanceOf(LifecycleState.Terminating.class);
  }

  @Test
  void killsWhenTheGraceTimeIsOver() {
    state = new LifecycleState.Terminating(MEMORY, FIT);
    on(new LifecycleEvent.TimerDue(LifecycleTimer.GRACE));
    assertThat(last.actions()).contains(new LifecycleAction.KillGroup());
    assertThat(told(EventKind.INSTANCE_KILLED)).isTrue();
  }

  @Test
  void backsOffLongerAfterEachCrash() {
    random = 0.999999;
    state = new LifecycleState.Ready(MEMORY, FIT, false);
    crash();
    assertThat(delay()).isBetween(Duration.ofMillis(99), Duration.ofMillis(100));
    now = now.plus(Duration.ofMillis(100));
    on(new LifecycleEvent.TimerDue(LifecycleTimer.BACKOFF));
    on(new LifecycleEvent.EnvironmentResolved());
    on(new LifecycleEvent.Started());
    crash();
    assertThat(delay()).isBetween(Duration.ofMillis(199), Duration.ofMillis(200));
  }

  @Test
  void drawsTheWholeDelayFromZero() {
    random = 0;
    state = new LifecycleState.Ready(MEMORY, FIT, false);
    crash();
    assertThat(delay()).isZero();
  }

  @Test
  void forgetsCrashesAfterAQuietPeriod() {
    Memory shaken = new Memory(7, true, 7, 4, true, List.of(), true, 1);
    state = new LifecycleState.Ready(shaken, FIT, false);
    now = FIT.since().plus(Duration.ofSeconds(90));
    crash();
    assertThat(state.memory().failures()).isEqualTo(1);
    assertThat(state).isInstanceOf(LifecycleState.BackingOff.class);
  }

  @Test
  void parksACrashLoopAndTriesItAgainAtLongIntervals() {
    started();
    for (int crashes = 1; crashes < 5; crashes++) {
      crash();
      assertThat(state).isInstanceOf(LifecycleState.BackingOff.class);
      on(new LifecycleEvent.TimerDue(LifecycleTimer.BACKOFF));
      on(new LifecycleEvent.EnvironmentResolved());
      on(new LifecycleEvent.Started());
    }
    crash();
    assertThat(state).isInstanceOf(LifecycleState.Parked.class);
    assertThat(told(EventKind.INSTANCE_PARKED)).isTrue();
    assertThat(delay()).isEqualTo(Duration.ofSeconds(30));
    now = now.plus(Duration.ofSeconds(30));
    on(new LifecycleEvent.TimerDue(LifecycleTimer.PARKED));
    on(new LifecycleEvent.EnvironmentResolved());
    on(new LifecycleEvent.StartFailed("command not found"));
    assertThat(state)
        .as("one more failure parks it again")
        .isInstanceOf(LifecycleState.Parked.class);
  }

  @Test
  void countsFailedStartsLikeExits() {
    for (int failures = 1; failures < 5; failures++) {
      on(
          failures == 1
              ? new LifecycleEvent.DependenciesMet()
              : new LifecycleEvent.TimerDue(LifecycleTimer.BACKOFF));
      on(new LifecycleEvent.EnvironmentResolved());
      on(new LifecycleEvent.StartFailed("command not found"));
      assertThat(told(EventKind.INSTANCE_START_FAILED)).isTrue();
      assertThat(state).isInstanceOf(LifecycleState.BackingOff.class);
    }
    assertThat(state.memory().generation()).as("no process, no new generation").isEqualTo(1);
  }

  @Test
  void doesNotRunTheSetupHookAgainAfterAFailedStart() {
    options = SERVE.hooks(HookMoment.SETUP);
    on(new LifecycleEvent.DependenciesMet());
    on(new LifecycleEvent.EnvironmentResolved());
    on(new LifecycleEvent.HookFinished(HookMoment.SETUP, true, ""));
    on(new LifecycleEvent.StartFailed("command not found"));
    on(new LifecycleEvent.TimerDue(LifecycleTimer.BACKOFF));
    on(new LifecycleEvent.EnvironmentResolved());
    assertThat(state).isInstanceOf(LifecycleState.Launching.class);
  }

  @Test
  void followsTheRestartPolicy() {
    options = SERVE.on(RestartOn.FAILURE);
    state = new LifecycleState.Ready(MEMORY, FIT, false);
    on(new LifecycleEvent.Exited(exit(0)));
    on(new LifecycleEvent.GroupGone());
    assertThat(state).isEqualTo(new LifecycleState.Stopped(state.memory(), Rest.COMPLETED));
    options = SERVE.on(RestartOn.NEVER);
    state = new LifecycleState.Ready(MEMORY, FIT, false);
    crash();
    assertThat(state).isEqualTo(new LifecycleState.Stopped(state.memory(), Rest.COMPLETED));
    options = SERVE.on(RestartOn.FAILURE);
    state = new LifecycleState.Ready(MEMORY, FIT, false);
    crash();
    assertThat(state).isInstanceOf(LifecycleState.BackingOff.class);
  }

  @Test
  void killsWhatDoesNotStartInTimeAndCountsIt() {
    options = SERVE.startupCheck(true);
    state = new LifecycleState.Starting(MEMORY, FRESH);
    on(new LifecycleEvent.TimerDue(LifecycleTimer.STARTUP_LIMIT));
    assertThat(last.actions()).contains(new LifecycleAction.KillGroup());
    on(new LifecycleEvent.GroupGone());
    assertThat(state).isInstanceOf(LifecycleState.BackingOff.class);
    assertThat(state.memory().failures()).isEqualTo(1);
  }

  @Test
  void reportsAFailingLiveCheckAndDoesNotRestart() {
    state = new LifecycleState.Ready(MEMORY, FIT, false);
    on(new LifecycleEvent.LiveChanged(true, "no answer"));
    assertThat(state).isInstanceOf(LifecycleState.Ready.class);
    assertThat(((LifecycleState.Up) state).run().liveFailing()).isTrue();
    assertThat(last.actions()).allMatch(LifecycleAction.Emit.class::isInstance);
  }

  @Test
  void changesTheRoleWithoutARestart() {
    state = new LifecycleState.Ready(MEMORY, FIT, false);
    options = SERVE.standby(StandbyMode.HOT);
    on(new LifecycleEvent.Changed());
    assertThat(state).isInstanceOf(LifecycleState.Ready.class);
    assertThat(last.actions()).isEmpty();
    options = SERVE;
    on(new LifecycleEvent.Changed());
    assertThat(state).isInstanceOf(LifecycleState.Ready.class);
    assertThat(last.actions()).isEmpty();
  }

  @Test
  void freezesAWarmStandbyAndThawsItOnPromotion() {
    options = SERVE.standby(StandbyMode.WARM);
    started();
    on(new LifecycleEvent.ReadyPassed("status 200"));
    assertThat(last.actions()).contains(new SetFrozen(true));
    on(new LifecycleEvent.FreezeFinished(true, true));
    assertThat(LifecycleView.phase(state)).isEqualTo(Phase.FROZEN);
    options = SERVE;
    on(new LifecycleEvent.Changed());
    assertThat(last.actions()).contains(new SetFrozen(false));
    on(new LifecycleEvent.FreezeFinished(false, true));
    assertThat(LifecycleView.phase(state)).isEqualTo(Phase.READY);
  }

  @Test
  void keepsAStandbyThawedWhileItIsNeededAndFreezesItLater() {
    options = SERVE.standby(StandbyMode.WARM).needed(true);
    state = new LifecycleState.Frozen(MEMORY, FIT);
    on(new LifecycleEvent.ThawWanted("shop-1 has failed"));
    on(new LifecycleEvent.FreezeFinished(false, true));
    on(new LifecycleEvent.Changed());
    assertThat(state).isInstanceOf(LifecycleState.Ready.class);
    on(new LifecycleEvent.TimerDue(LifecycleTimer.FREEZE_AGAIN));
    assertThat(state).isInstanceOf(LifecycleState.Ready.class);
    options = options.needed(false);
    on(new LifecycleEvent.TimerDue(LifecycleTimer.FREEZE_AGAIN));
    assertThat(state).isInstanceOf(LifecycleState.Draining.class);
    on(new LifecycleEvent.Drained(0));
    assertThat(last.actions()).contains(new SetFrozen(true));
  }

  @Test
  void drainsAServingInstanceBeforeItBecomesAWarmStandby() {
    state = new LifecycleState.Ready(MEMORY, FIT, false);
    options = SERVE.standby(StandbyMode.WARM);
    on(new LifecycleEvent.Changed());
    assertThat(state).isInstanceOf(LifecycleState.Draining.class);
    options = SERVE;
    on(new LifecycleEvent.Changed());
    assertThat(state).as("needed after all").isInstanceOf(LifecycleState.Ready.class);
  }

  @Test
  void rehearsesAFrozenStandby() {
    options = SERVE.standby(StandbyMode.WARM);
    state = new LifecycleState.Frozen(MEMORY, FIT);
    on(new LifecycleEvent.TimerDue(LifecycleTimer.REHEARSE));
    on(new LifecycleEvent.FreezeFinished(false, true));
    assertThat(last.actions()).containsExactly(new LifecycleAction.Rehearse());
    on(new LifecycleEvent.Rehearsed(true, "status 200"));
    assertThat(told(EventKind.STANDBY_REHEARSED)).isTrue();
    assertThat(last.actions()).contains(new SetFrozen(true));
    state = new LifecycleState.Rehearsing(MEMORY, FIT);
    on(new LifecycleEvent.Rehearsed(false, "status 500"));
    assertThat(state).isInstanceOf(LifecycleState.Terminating.class);
  }

  @Test
  void thawsBeforeAnySignal() {
    options = SERVE.standby(StandbyMode.WARM).wish(Wish.REMOVE);
    state = new LifecycleState.Frozen(MEMORY, FIT);
    on(new LifecycleEvent.Changed());
    assertThat(last.actions().getFirst()).isEqualTo(new SetFrozen(false));
    assertThat(last.actions()).contains(new Signal("TERM"));
  }

  @Test
  void preparesAColdStandbyAndStartsItOnPromotion() {
    options = SERVE.standby(StandbyMode.COLD).hooks(HookMoment.SETUP);
    on(new LifecycleEvent.DependenciesMet());
    on(new LifecycleEvent.EnvironmentResolved());
    on(new LifecycleEvent.HookFinished(HookMoment.SETUP, true, ""));
    assertThat(LifecycleView.phase(state)).isEqualTo(Phase.PREPARED);
    options = options.role(Role.SERVING);
    on(new LifecycleEvent.Changed());
    on(new LifecycleEvent.EnvironmentResolved());
    assertThat(state).as("not set up twice").isInstanceOf(LifecycleState.Launching.class);
    assertThat(state.memory().generation()).isEqualTo(1);
  }

  @Test
  void doesNotRestartWhatIsHeld() {
    options = SERVE.wish(Wish.HOLD);
    state = new LifecycleState.Ready(MEMORY, FIT, false);
    on(new LifecycleEvent.Changed());
    assertThat(LifecycleView.phase(state)).isEqualTo(Phase.HELD);
    crash();
    assertThat(state).isEqualTo(new LifecycleState.Stopped(state.memory(), Rest.HELD));
    options = SERVE;
    on(new LifecycleEvent.Changed());
    assertThat(state).as("released").isInstanceOf(LifecycleState.Resolving.class);
  }

  @Test
  void servesAgainWhenReleased() {
    state = new LifecycleState.Held(MEMORY, FIT);
    on(new LifecycleEvent.Changed());
    assertThat(state).isInstanceOf(LifecycleState.Ready.class);
    assertThat(told(EventKind.INSTANCE_READY)).isTrue();
    state = new LifecycleState.Held(MEMORY, FIT.withPassing(false));
    on(new LifecycleEvent.Changed());
    assertThat(state).as("its check fails").isInstanceOf(LifecycleState.Starting.class);
  }

  @Test
  void isReadyAfterRunningForAWhileWithoutAnyCheck() {
    options = SERVE.withoutTraffic();
    started();
    assertThat(last.actions())
        .contains(new Schedule(LifecycleTimer.READY_AFTER, Duration.ofSeconds(1)));
    on(new LifecycleEvent.TimerDue(LifecycleTimer.READY_AFTER));
    assertThat(state).isInstanceOf(LifecycleState.Ready.class);
  }

  @Test
  void onlyChecksWhatSomebodyElseRuns() {
    options = SERVE.external();
    on(new LifecycleEvent.DependenciesMet());
    on(new LifecycleEvent.EnvironmentResolved());
    assertThat(state).isInstanceOf(LifecycleState.Starting.class);
    assertThat(last.actions()).noneMatch(LifecycleAction.Spawn.class::isInstance);
    on(new LifecycleEvent.ReadyPassed("connected"));
    options = options.wish(Wish.REMOVE);
    on(new LifecycleEvent.Changed());
    on(new LifecycleEvent.Drained(0));
    assertThat(state).isEqualTo(new LifecycleState.Stopped(state.memory(), Rest.REMOVED));
    assertThat(last.actions()).noneMatch(Signal.class::isInstance);
  }

  @Test
  void triesAtOnceWhatGotANewSpecOrAReleaseByHand() {
    state = new LifecycleState.Parked(MEMORY);
    options = SERVE.revision(2);
    on(new LifecycleEvent.Changed());
    assertThat(state).isInstanceOf(LifecycleState.Resolving.class);
    state = new LifecycleState.BackingOff(MEMORY, Duration.ofSeconds(20));
    options = SERVE.minGeneration(5);
    on(new LifecycleEvent.Changed());
    assertThat(state.memory().generation()).isEqualTo(5);
  }

  @Test
  void everyStateReachesStoppedWhenAskedToStop() {
    Samples.states()
        .forEach((name, from) -> {
          state = from;
          options = SERVE.wish(Wish.REMOVE);
          on(new LifecycleEvent.Changed());
          for (int turns = 0; turns < 12 && !(state instanceof LifecycleState.Stopped); turns++) {
            for (LifecycleEvent answer : answers()) {
              on(answer);
            }
          }
          assertThat(state)
              .as(name)
              .isEqualTo(new LifecycleState.Stopped(state.memory(), Rest.REMOVED));
        });
  }

  private static List<LifecycleEvent> answers() {
    return List.of(
        new LifecycleEvent.EnvironmentResolved(),
        new LifecycleEvent.HookFinished(HookMoment.SETUP, true, ""),
        new LifecycleEvent.HookFinished(HookMoment.START, true, ""),
        new LifecycleEvent.Started(),
        new LifecycleEvent.Adopted(),
        new LifecycleEvent.FreezeFinished(false, true),
        new LifecycleEvent.HookFinished(HookMoment.DRAIN, true, ""),
        new LifecycleEvent.Drained(0),
        new LifecycleEvent.HookFinished(HookMoment.STOP, true, ""),
        new LifecycleEvent.Exited(exit(0)),
        new LifecycleEvent.GroupGone(),
        new LifecycleEvent.Changed());
  }

  @Test
  void startsNothingBeforeTheLeftoversOfTheOldRunAreGone() {
    state = new LifecycleState.Clearing(MEMORY, Cause.FAILED, "exited: exit code 1");
    Samples.events()
        .forEach((name, event) -> {
          if (!(event instanceof LifecycleEvent.GroupGone)) {
            Transition transition =
                InstanceLifecycle.on(state, event, options.policy(), now, random);
            assertThat(transition.next()).as(name).isInstanceOf(LifecycleState.Clearing.class);
          }
        });
  }
}
