package io.mainstay.decisions.lifecycle;

import static io.mainstay.decisions.lifecycle.Samples.NOW;
import static io.mainstay.decisions.lifecycle.Samples.SERVE;
import static io.mainstay.decisions.lifecycle.Samples.exit;

import io.mainstay.decisions.lifecycle.LifecycleAction.Schedule;
import io.mainstay.decisions.lifecycle.Samples.Options;
import io.mainstay.model.EventKind;
import io.mainstay.model.MonotonicTime;
import java.time.Duration;
import java.util.List;

/** What the tests of InstanceLifecycleTest and StandbyAndEndTest share. */
abstract class LifecycleWorld {
  Options options = SERVE;

  MonotonicTime now = NOW;

  double random = 0.5;

  LifecycleState state = new LifecycleState.Pending(Memory.NEW);

  Transition last = Transition.to(state, "new");

  Transition on(LifecycleEvent event) {
    last = InstanceLifecycle.on(state, event, options.policy(), now, random);
    state = last.next();
    return last;
  }

  void started() {
    on(new LifecycleEvent.DependenciesMet());
    on(new LifecycleEvent.EnvironmentResolved());
    on(new LifecycleEvent.Started());
  }

  void crash() {
    on(new LifecycleEvent.Exited(exit(1)));
    on(new LifecycleEvent.GroupGone());
  }

  Duration delay() {
    return last.actions().stream()
        .filter(Schedule.class::isInstance)
        .map(action -> ((Schedule) action).delay())
        .findFirst()
        .orElseThrow();
  }

  boolean told(EventKind kind) {
    return last.actions().stream()
        .anyMatch(action -> action instanceof LifecycleAction.Emit emit && emit.kind() == kind);
  }

  static List<LifecycleEvent> answers() {
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
}
