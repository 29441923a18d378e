package io.mainstay.decisions.lifecycle;

import io.mainstay.decisions.lifecycle.LifecycleEvent.HookFinished;
import io.mainstay.decisions.lifecycle.LifecyclePolicy.Wish;
import io.mainstay.decisions.lifecycle.LifecycleState.Aim;
import io.mainstay.decisions.lifecycle.LifecycleState.Cause;
import io.mainstay.decisions.lifecycle.LifecycleState.Rest;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.ServiceSpec.RestartOn;
import io.mainstay.model.spec.ServiceSpec.RestartPolicy;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.spec.ServiceSpec.StopPolicy;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/** One of every state and every event, and policies with named options. */
final class Samples {
  static final MonotonicTime NOW = new MonotonicTime(Duration.ofMinutes(10).toNanos());
  static final Memory MEMORY = new Memory(1, true, 1, 0, false, List.of(), true, 1);
  static final Run FRESH =
      new Run(NOW.plus(Duration.ofSeconds(-1)), false, false, false, false, false);
  static final Run FIT = new Run(NOW.plus(Duration.ofMinutes(-5)), true, false, true, true, false);

  private Samples() {}

  static RestartPolicy restart(RestartOn on) {
    return new RestartPolicy(
        on,
        Duration.ofMillis(100),
        2,
        Duration.ofSeconds(30),
        Duration.ofSeconds(90),
        5,
        Duration.ofMinutes(1));
  }

  /** A policy to vary. */
  record Options(
      Wish wish,
      Role role,
      long minGeneration,
      int revision,
      boolean process,
      boolean traffic,
      StandbyMode mode,
      boolean needed,
      List<HookMoment> hooks,
      boolean startupCheck,
      boolean readyCheck,
      RestartOn on) {
    LifecyclePolicy policy() {
      return new LifecyclePolicy(
          wish,
          "a test wants it",
          true,
          role,
          minGeneration,
          revision,
          process,
          traffic,
          mode,
          Duration.ofMinutes(5),
          needed,
          hooks,
          startupCheck,
          startupCheck ? Optional.of(Duration.ofSeconds(60)) : Optional.empty(),
          readyCheck,
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          restart(on),
          new StopPolicy(Duration.ofSeconds(30), "TERM", Duration.ofSeconds(10)));
    }

    Options wish(Wish other) {
      return new Options(
          other,
          role,
          minGeneration,
          revision,
          process,
          traffic,
          mode,
          needed,
          hooks,
          startupCheck,
          readyCheck,
          on);
    }

    Options role(Role other) {
      return new Options(
          wish,
          other,
          minGeneration,
          revision,
          process,
          traffic,
          mode,
          needed,
          hooks,
          startupCheck,
          readyCheck,
          on);
    }

    Options standby(StandbyMode other) {
      return new Options(
          wish,
          Role.STANDBY,
          minGeneration,
          revision,
          process,
          traffic,
          other,
          needed,
          hooks,
          startupCheck,
          readyCheck,
          on);
    }

    Options minGeneration(long other) {
      return new Options(
          wish,
          role,
          other,
          revision,
          process,
          traffic,
          mode,
          needed,
          hooks,
          startupCheck,
          readyCheck,
          on);
    }

    Options revision(int other) {
      return new Options(
          wish,
          role,
          minGeneration,
          other,
          process,
          traffic,
          mode,
          needed,
          hooks,
          startupCheck,
          readyCheck,
          on);
    }

    Options external() {
      return new Options(
          wish,
          role,
          minGeneration,
          revision,
          false,
          true,
          mode,
          needed,
          List.of(),
          startupCheck,
          readyCheck,
          on);
    }

    Options withoutTraffic() {
      return new Options(
          wish,
          role,
          minGeneration,
          revision,
          process,
          false,
          mode,
          needed,
          hooks,
          startupCheck,
          false,
          on);
    }

    Options needed(boolean other) {
      return new Options(
          wish,
          role,
          minGeneration,
          revision,
          process,
          traffic,
          mode,
          other,
          hooks,
          startupCheck,
          readyCheck,
          on);
    }

    Options hooks(HookMoment... moments) {
      return new Options(
          wish,
          role,
          minGeneration,
          revision,
          process,
          traffic,
          mode,
          needed,
          List.of(moments),
          startupCheck,
          readyCheck,
          on);
    }

    Options startupCheck(boolean other) {
      return new Options(
          wish,
          role,
          minGeneration,
          revision,
          process,
          traffic,
          mode,
          needed,
          hooks,
          other,
          readyCheck,
          on);
    }

    Options on(RestartOn other) {
      return new Options(
          wish,
          role,
          minGeneration,
          revision,
          process,
          traffic,
          mode,
          needed,
          hooks,
          startupCheck,
          readyCheck,
          other);
    }
  }

  /** Serve, with a ready check, without hooks and startup check. */
  static final Options SERVE =
      new Options(
          Wish.RUN,
          Role.SERVING,
          0,
          1,
          true,
          true,
          StandbyMode.HOT,
          false,
          List.of(),
          false,
          true,
          RestartOn.ALWAYS);

  static Exit exit(int code) {
    return new Exit(OptionalInt.of(code), Optional.empty(), false, false, Instant.EPOCH, List.of());
  }

  static SequencedMap<String, LifecycleState> states() {
    SequencedMap<String, LifecycleState> all = new LinkedHashMap<>();
    all.put("pending", new LifecycleState.Pending(Memory.NEW));
    all.put("resolving", new LifecycleState.Resolving(MEMORY.notUsed()));
    all.put("setting up", new LifecycleState.SettingUp(MEMORY.notUsed()));
    all.put("prepared", new LifecycleState.Prepared(MEMORY.notUsed()));
    all.put("before start", new LifecycleState.BeforeStart(MEMORY.notUsed()));
    all.put("launching", new LifecycleState.Launching(MEMORY));
    all.put("adopting", new LifecycleState.Adopting(MEMORY, false));
    all.put("adopting, frozen", new LifecycleState.Adopting(MEMORY, true));
    all.put("starting", new LifecycleState.Starting(MEMORY, FRESH));
    all.put("ready", new LifecycleState.Ready(MEMORY, FIT, false));
    all.put("ready on demand", new LifecycleState.Ready(MEMORY, FIT, true));
    all.put("not ready", new LifecycleState.NotReady(MEMORY, FIT.withPassing(false)));
    all.put("freezing", new LifecycleState.Freezing(MEMORY, FIT));
    all.put("frozen", new LifecycleState.Frozen(MEMORY, FIT));
    all.put("thawing", new LifecycleState.Thawing(MEMORY, FIT, true));
    all.put("rehearsing", new LifecycleState.Rehearsing(MEMORY, FIT));
    all.put("held", new LifecycleState.Held(MEMORY, FIT));
    all.put("draining to stop", new LifecycleState.Draining(MEMORY, FIT, Aim.STOP, false, false));
    all.put(
        "draining to freeze", new LifecycleState.Draining(MEMORY, FIT, Aim.FREEZE, false, true));
    all.put("before stop", new LifecycleState.BeforeStop(MEMORY, FIT));
    all.put("terminating", new LifecycleState.Terminating(MEMORY, FIT));
    all.put(
        "clearing, ordered", new LifecycleState.Clearing(MEMORY, Cause.ORDERED, "ended as asked"));
    all.put(
        "clearing, failed",
        new LifecycleState.Clearing(MEMORY, Cause.FAILED, "exited: exit code 1"));
    all.put("backing off", new LifecycleState.BackingOff(MEMORY, Duration.ofMillis(70)));
    all.put("parked", new LifecycleState.Parked(MEMORY));
    all.put("completed", new LifecycleState.Stopped(MEMORY, Rest.COMPLETED));
    all.put("stopped while held", new LifecycleState.Stopped(MEMORY, Rest.HELD));
    all.put("ended", new LifecycleState.Stopped(MEMORY, Rest.ENDED));
    all.put("removed", new LifecycleState.Stopped(MEMORY, Rest.REMOVED));
    return all;
  }

  /** Every event but changes of the policy. */
  static SequencedMap<String, LifecycleEvent> events() {
    SequencedMap<String, LifecycleEvent> all = new LinkedHashMap<>();
    all.put("dependencies met", new LifecycleEvent.DependenciesMet());
    all.put("thaw wanted", new LifecycleEvent.ThawWanted("two have failed"));
    all.put("environment resolved", new LifecycleEvent.EnvironmentResolved());
    for (HookMoment moment : HookMoment.values()) {
      all.put(moment.label() + " hook passed", new HookFinished(moment, true, ""));
      all.put(moment.label() + " hook failed", new HookFinished(moment, false, "exit code 1"));
    }
    all.put("started", new LifecycleEvent.Started());
    all.put("start failed", new LifecycleEvent.StartFailed("command not found: jav"));
    all.put("intent not written", new LifecycleEvent.IntentNotWritten("no space left"));
    all.put("exited with 0", new LifecycleEvent.Exited(exit(0)));
    all.put("exited with 1", new LifecycleEvent.Exited(exit(1)));
    all.put("group gone", new LifecycleEvent.GroupGone());
    all.put("adopted", new LifecycleEvent.Adopted());
    all.put("adoption failed", new LifecycleEvent.AdoptionFailed("no such process"));
    all.put("nothing to adopt", new LifecycleEvent.NothingToAdopt());
    all.put("startup passed", new LifecycleEvent.StartupPassed());
    all.put("ready passed", new LifecycleEvent.ReadyPassed("status 200"));
    all.put("ready failed", new LifecycleEvent.ReadyFailed("status 500"));
    all.put("live fails", new LifecycleEvent.LiveChanged(true, "no answer"));
    all.put("rehearsal passed", new LifecycleEvent.Rehearsed(true, "status 200"));
    all.put("rehearsal failed", new LifecycleEvent.Rehearsed(false, "status 500"));
    all.put("drained", new LifecycleEvent.Drained(0));
    all.put("frozen", new LifecycleEvent.FreezeFinished(true, true));
    all.put("could not be frozen", new LifecycleEvent.FreezeFinished(true, false));
    all.put("thawed", new LifecycleEvent.FreezeFinished(false, true));
    all.put("could not be thawed", new LifecycleEvent.FreezeFinished(false, false));
    for (LifecycleTimer timer : LifecycleTimer.values()) {
      all.put(
          "timer " + timer.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
          new LifecycleEvent.TimerDue(timer));
    }
    return all;
  }

  /** What a change of the policy can ask for. */
  static SequencedMap<String, Options> changes() {
    SequencedMap<String, Options> all = new LinkedHashMap<>();
    all.put("changed: run", SERVE);
    all.put("changed: restart", SERVE.minGeneration(2));
    all.put("changed: new spec", SERVE.revision(2));
    all.put("changed: no check", SERVE.withoutTraffic());
    all.put("changed: hot standby", SERVE.standby(StandbyMode.HOT));
    all.put("changed: warm standby", SERVE.standby(StandbyMode.WARM));
    all.put("changed: cold standby", SERVE.standby(StandbyMode.COLD));
    all.put("changed: hold", SERVE.wish(Wish.HOLD));
    all.put("changed: remove", SERVE.wish(Wish.REMOVE));
    all.put("changed: end", SERVE.wish(Wish.END));
    return all;
  }
}
