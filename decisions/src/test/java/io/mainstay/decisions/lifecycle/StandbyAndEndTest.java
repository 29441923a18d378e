package io.mainstay.decisions.lifecycle;

import static io.mainstay.decisions.lifecycle.Samples.FIT;
import static io.mainstay.decisions.lifecycle.Samples.MEMORY;
import static io.mainstay.decisions.lifecycle.Samples.SERVE;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.lifecycle.LifecycleAction.Schedule;
import io.mainstay.decisions.lifecycle.LifecycleAction.SetFrozen;
import io.mainstay.decisions.lifecycle.LifecycleAction.Signal;
import io.mainstay.decisions.lifecycle.LifecyclePolicy.Wish;
import io.mainstay.decisions.lifecycle.LifecycleState.Cause;
import io.mainstay.decisions.lifecycle.LifecycleState.Rest;
import io.mainstay.model.EventKind;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StandbyAndEndTest extends LifecycleWorld {
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
