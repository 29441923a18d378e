package io.mainstay.agent;

import io.mainstay.decisions.health.AgentShare;
import io.mainstay.decisions.health.CheckBeat;
import io.mainstay.decisions.health.HealthRule;
import io.mainstay.decisions.health.HealthState;
import io.mainstay.decisions.health.HealthState.Status;
import io.mainstay.decisions.health.Sample;
import io.mainstay.decisions.lifecycle.LifecycleEvent;
import io.mainstay.decisions.lifecycle.Run;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.Mailbox.Cancellable;
import io.mainstay.ports.Prober;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs the checks of one run: the startup check first, then ready and live side by side. Only
 * verdicts leave it, never single probes. In the agent's mailbox.
 */
final class HealthMonitor {
  /** Hears of verdicts. */
  interface Listener {
    /** A verdict of a check, for the lifecycle. */
    void verdict(LifecycleEvent event);

    /** Something that a user may want to see, without consequence. */
    void remark(EventKind kind, Checks.Role role, String message);

    /** {@link HealthMonitor#share} is another one. */
    void shareChanged();
  }

  private final World world;
  private final InstanceId id;
  private final RunContext context;
  private final Optional<ProcessIdentity> process;
  private final Listener listener;
  private final List<Loop> loops = new ArrayList<>();
  private double share = 1;

  HealthMonitor(
      World world,
      InstanceId id,
      RunContext context,
      Optional<ProcessIdentity> process,
      Listener listener) {
    this.process = process;
    this.world = world;
    this.id = id;
    this.context = context;
    this.listener = listener;
  }

  /** Begins where {@code run} stands. */
  void start(Run run) {
    Checks checks = context.checks();
    if (checks.startup().isPresent() && !run.startupDone()) {
      begin(Checks.Role.STARTUP, checks.startup().get(), Status.UNKNOWN);
      return;
    }
    checks
        .ready()
        .ifPresent(check ->
            begin(Checks.Role.READY, check, run.passing() ? Status.PASSING : Status.UNKNOWN));
    checks
        .live()
        .ifPresent(check ->
            begin(Checks.Role.LIVE, check, run.liveFailing() ? Status.FAILING : Status.UNKNOWN));
  }

  /** Ends all checks; answers on their way are dropped. */
  void stop() {
    loops.forEach(Loop::stop);
    loops.clear();
  }

  /** The share of its weight that the instance asks for, above 0, at most 1. */
  double share() {
    return share;
  }

  private void take(double said) {
    double before = share;
    share = AgentShare.next(before, said);
    if (share != before) {
      listener.shareChanged();
    }
  }

  /** Whether an instance with these checks may report by itself. */
  static boolean takesPushes(Checks checks) {
    return List.of(checks.startup(), checks.ready(), checks.live()).stream()
        .flatMap(Optional::stream)
        .anyMatch(check -> check.probe() instanceof Checks.Probe.Push);
  }

  /** The instance reports. */
  void push(boolean passed, String message) {
    for (Loop loop : List.copyOf(loops)) {
      if (loop.check.probe() instanceof Checks.Probe.Push) {
        loop.take(passed ? Sample.PASS : Sample.FAIL, message);
      }
    }
  }

  /** Asks the ready check once, whatever else runs; without one, being there is enough. */
  void once(Consumer<LifecycleEvent.Rehearsed> done) {
    Optional<Checks.Check> ready = context.checks().ready();
    if (ready.isEmpty() || ready.get().probe() instanceof Checks.Probe.Push) {
      done.accept(new LifecycleEvent.Rehearsed(true, "it has no check that can be asked"));
      return;
    }
    world
        .prober()
        .probe(
            request(ready.get()),
            result ->
                done.accept(
                    new LifecycleEvent.Rehearsed(
                        result.outcome() == Prober.Outcome.PASS
                            || result.outcome() == Prober.Outcome.WARNING,
                        result.message())));
  }

  private void begin(Checks.Role role, Checks.Check check, Status status) {
    Loop loop = new Loop(role, check, new HealthState(status, 0, 0, 0, false));
    loops.add(loop);
    loop.begin();
  }

  private void startupPassed(Loop startup) {
    startup.stop();
    loops.remove(startup);
    context.checks().ready().ifPresent(check -> begin(Checks.Role.READY, check, Status.UNKNOWN));
    context.checks().live().ifPresent(check -> begin(Checks.Role.LIVE, check, Status.UNKNOWN));
    listener.verdict(new LifecycleEvent.StartupPassed());
  }

  private Prober.Request request(Checks.Check check) {
    return new Prober.Request(
        id,
        check.probe(),
        context.address(),
        context.directory(),
        context.variables().environment(),
        check.timeout(),
        process);
  }

  /** One check. */
  private final class Loop {
    private final Checks.Role role;
    private final Checks.Check check;
    private HealthState state;
    private final Optional<Beats.Seat> seat;
    private Cancellable next = () -> {};
    private boolean stopped;
    private final MonotonicTime begun = world.time().now();
    private int overdueTold;

    Loop(Checks.Role role, Checks.Check check, HealthState state) {
      this.role = role;
      this.check = check;
      this.state = state;
      this.seat =
          CheckBeat.has(check.every()) && !(check.probe() instanceof Checks.Probe.Push)
              ? Optional.of(world.beats().take(check))
              : Optional.empty();
    }

    void begin() {
      if (check.probe() instanceof Checks.Probe.Push push) {
        awaitPush(push.within());
      } else if (role == Checks.Role.LIVE) {
        schedule();
      } else {
        ask();
      }
    }

    void stop() {
      if (!stopped) {
        seat.ifPresent(Beats.Seat::leave);
      }
      stopped = true;
      next.cancel();
    }

    private void ask() {
      world.prober().probe(request(check), this::answered);
    }

    private void answered(Prober.Result result) {
      Sample sample =
          switch (result.outcome()) {
            case PASS -> Sample.PASS;
            case WARNING -> Sample.WARNING;
            case FAIL -> Sample.FAIL;
            case UNKNOWN -> Sample.UNKNOWN;
          };
      if (!stopped && role == Checks.Role.READY) {
        result.share().ifPresent(HealthMonitor.this::take);
      }
      take(sample, result.message());
    }

    private void awaitPush(Duration within) {
      next.cancel();
      next =
          world
              .mailbox()
              .after(
                  within,
                  () -> take(Sample.SILENT, "no report within " + within.toMillis() + "ms"));
    }

    private void schedule() {
      Duration pause =
          seat.filter(it -> HealthRule.isSteady(state, role, check))
              .map(it -> it.beat().pause(world.time().now()))
              .orElseGet(
                  () -> HealthRule.pause(state, role, check, world.randomness().nextDouble()));
      next = world.mailbox().after(pause, this::ask);
    }

    private void take(Sample sample, String message) {
      if (stopped) {
        return;
      }
      HealthRule.Outcome outcome = HealthRule.on(state, sample, role, check);
      Status before = state.status();
      state = outcome.next();
      if (check.probe() instanceof Checks.Probe.Push push) {
        awaitPush(push.within());
      } else {
        schedule();
      }
      if (outcome.warns()) {
        listener.remark(EventKind.CHECK_WARNING, role, message);
      }
      switch (outcome.change()) {
        case NONE -> tellIfOverdue(message);
        case PASSES -> passes(before, message);
        case FAILS -> fails(message);
      }
    }

    /** A service that never gets ready would else look like one that only takes its time. */
    private void tellIfOverdue(String message) {
      if (!HealthRule.isOverdue(state, world.time().now().since(begun), overdueTold)) {
        return;
      }
      String told = "not passed since its start: " + message;
      if (overdueTold == 0) {
        listener.remark(EventKind.CHECK_FAILED, role, told);
      }
      overdueTold++;
      if (role == Checks.Role.READY) {
        listener.verdict(new LifecycleEvent.ReadyFailed(told));
      }
    }

    private void passes(Status before, String message) {
      switch (role) {
        case STARTUP -> startupPassed(this);
        case READY -> {
          if (before == Status.FAILING) {
            listener.remark(EventKind.CHECK_PASSED, role, message);
          }
          listener.verdict(new LifecycleEvent.ReadyPassed(message));
        }
        case LIVE -> {
          if (before == Status.FAILING) {
            listener.verdict(new LifecycleEvent.LiveChanged(false, message));
          }
        }
      }
    }

    private void fails(String message) {
      switch (role) {
        case STARTUP -> {}
        case READY -> {
          listener.remark(EventKind.CHECK_FAILED, role, message);
          listener.verdict(new LifecycleEvent.ReadyFailed(message));
        }
        case LIVE -> listener.verdict(new LifecycleEvent.LiveChanged(true, message));
      }
    }
  }
}
