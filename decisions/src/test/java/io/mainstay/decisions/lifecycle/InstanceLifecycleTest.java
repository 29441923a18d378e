package io.mainstay.decisions.lifecycle;

import static io.mainstay.decisions.lifecycle.Samples.FIT;
import static io.mainstay.decisions.lifecycle.Samples.FRESH;
import static io.mainstay.decisions.lifecycle.Samples.MEMORY;
import static io.mainstay.decisions.lifecycle.Samples.SERVE;
import static io.mainstay.decisions.lifecycle.Samples.exit;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.lifecycle.LifecycleAction.Signal;
import io.mainstay.decisions.lifecycle.LifecyclePolicy.Wish;
import io.mainstay.decisions.lifecycle.LifecycleState.Aim;
import io.mainstay.decisions.lifecycle.LifecycleState.Rest;
import io.mainstay.model.EventKind;
import io.mainstay.model.spec.ServiceSpec.RestartOn;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.state.Phase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class InstanceLifecycleTest extends LifecycleWorld {
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
    assertThat(told(EventKind.INSTANCE_PARKED)).as("which is no news").isFalse();
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
  void runsTheSetupHookAgainBeforeEachNewGeneration() {
    options = SERVE.hooks(HookMoment.SETUP);
    state = new LifecycleState.Ready(MEMORY.withSetupDone(), FIT, false);
    crash();
    on(new LifecycleEvent.TimerDue(LifecycleTimer.BACKOFF));
    on(new LifecycleEvent.EnvironmentResolved());
    assertThat(state).isInstanceOf(LifecycleState.SettingUp.class);
  }

  @Test
  void setsUpAfreshOnceRepeatedStartsFailed() {
    options = SERVE.hooks(HookMoment.SETUP);
    on(new LifecycleEvent.DependenciesMet());
    on(new LifecycleEvent.EnvironmentResolved());
    on(new LifecycleEvent.HookFinished(HookMoment.SETUP, true, ""));
    on(new LifecycleEvent.StartFailed("no such data folder"));
    while (state instanceof LifecycleState.BackingOff) {
      on(new LifecycleEvent.TimerDue(LifecycleTimer.BACKOFF));
      on(new LifecycleEvent.EnvironmentResolved());
      assertThat(state).isInstanceOf(LifecycleState.Launching.class);
      on(new LifecycleEvent.StartFailed("no such data folder"));
    }
    assertThat(state).isInstanceOf(LifecycleState.Parked.class);
    on(new LifecycleEvent.TimerDue(LifecycleTimer.PARKED));
    on(new LifecycleEvent.EnvironmentResolved());
    assertThat(state).isInstanceOf(LifecycleState.SettingUp.class);
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
}
