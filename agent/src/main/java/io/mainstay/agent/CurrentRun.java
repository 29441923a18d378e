package io.mainstay.agent;

import io.mainstay.decisions.lifecycle.HookMoment;
import io.mainstay.decisions.lifecycle.LifecycleEvent;
import io.mainstay.decisions.lifecycle.LifecycleState;
import io.mainstay.decisions.lifecycle.LifecycleView;
import io.mainstay.decisions.rollout.SpecDifference;
import io.mainstay.model.Address;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.ServiceSpec.Hook;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.InstanceRecord;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.model.state.ServiceRevision;
import io.mainstay.ports.ProcessHost;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * The run of an instance that is under way (or was last): its process, port, variables and checks,
 * and the calls that act on them. Every answer is dropped once another attempt has begun.
 */
final class CurrentRun implements HealthMonitor.Listener {
  private final World world;
  private final InstanceId id;
  private final InstanceEvents events;
  private final Consumer<LifecycleEvent> handler;
  private ServiceRevision revision;
  private int attempt;
  private Optional<String> nonce = Optional.empty();
  private Optional<ProcessIdentity> process = Optional.empty();
  private OptionalInt port = OptionalInt.empty();
  private Optional<RunContext> context = Optional.empty();
  private Optional<HealthMonitor> monitor = Optional.empty();
  private Optional<Exit> lastExit = Optional.empty();
  private final ExitTimes exitTimes;
  private final HungJvm hungJvm;
  private final Runnable changed;
  private String limitsTold = "";

  CurrentRun(
      World world,
      InstanceId id,
      ServiceRevision revision,
      InstanceEvents events,
      Consumer<LifecycleEvent> handler,
      Runnable changed) {
    this.changed = changed;
    this.world = world;
    this.id = id;
    this.revision = revision;
    this.events = events;
    this.handler = handler;
    this.hungJvm = new HungJvm(world, id, events);
    this.exitTimes = new ExitTimes(world.time());
  }

  ServiceRevision revision() {
    return revision;
  }

  int attempt() {
    return attempt;
  }

  Optional<String> nonce() {
    return nonce;
  }

  Optional<ProcessIdentity> process() {
    return process;
  }

  OptionalInt port() {
    return port;
  }

  OptionalLong pid() {
    return process.isPresent() ? OptionalLong.of(process.get().pid()) : OptionalLong.empty();
  }

  Optional<Address> address() {
    return context.flatMap(RunContext::address);
  }

  Optional<Exit> lastExit() {
    return lastExit;
  }

  /** Of its weight in the traffic, as its agent check asks for. */
  double share() {
    return monitor.map(HealthMonitor::share).orElse(1.0);
  }

  /** When exits were, by the wall clock. */
  ExitTimes exitTimes() {
    return exitTimes;
  }

  /** Takes up what was written down. */
  void resume(InstanceRecord entry) {
    attempt++;
    revision = entry.service();
    nonce = entry.nonce();
    process = entry.process();
    port = entry.port();
    lastExit = entry.lastExit();
  }

  /** A new attempt, with the spec that is wanted now. */
  void begin(ServiceRevision wanted) {
    end();
    attempt++;
    revision = wanted;
  }

  /** The nonce that the process will be found by, to be written down before it exists. */
  void draw() {
    nonce = Optional.of(world.randomness().nextToken());
    process = Optional.empty();
  }

  /** No process and no intent any more. */
  void end() {
    stopChecks();
    nonce = Optional.empty();
    process = Optional.empty();
    context = Optional.empty();
  }

  /** Drops every answer that is still to come. */
  void close() {
    stopChecks();
    attempt++;
  }

  /** Rules hold at once, for the run too, unless its process would have to be made anew. */
  void reconfigure(ServiceRevision newer) {
    if (newer.equals(revision) || SpecDifference.replaces(id, revision.spec(), newer.spec())) {
      return;
    }
    boolean sameChecks = newer.spec().checks().equals(revision.spec().checks());
    revision = newer;
    if (!sameChecks && context.isPresent()) {
      RunContext renewed = context.get().with(newer.spec());
      context = Optional.of(renewed);
      stopChecks();
    }
  }

  /** Finds out what the run needs. */
  void resolve(long generation) {
    int mine = attempt;
    RunSetup.find(
        world,
        id,
        revision.spec(),
        generation,
        port,
        false,
        outcome ->
            later(
                mine,
                () -> {
                  switch (outcome) {
                    case RunSetup.Outcome.Found(RunContext found) -> {
                      context = Optional.of(found);
                      port = found.port();
                      handler.accept(new LifecycleEvent.EnvironmentResolved());
                    }
                    case RunSetup.Outcome.Missing(String reason) ->
                        handler.accept(new LifecycleEvent.StartFailed(reason));
                  }
                }));
  }

  /** Starts the process; {@code known} runs as soon as its identity is known. */
  void spawn(Runnable known) {
    int mine = attempt;
    RunContext run = context.orElseThrow();
    String token = nonce.orElseThrow();
    SequencedMap<String, String> environment = new LinkedHashMap<>(run.variables().environment());
    environment.put("MAINSTAY_NONCE", token);
    environment.put("MAINSTAY_REVISION", Integer.toString(revision.revision()));
    ProcessHost.StartRequest request =
        new ProcessHost.StartRequest(
            id, run.command(), run.directory(), environment, run.user(), run.limits(), token);
    world
        .host()
        .start(
            request,
            outcome -> {
              switch (outcome) {
                case ProcessHost.StartOutcome.Started started ->
                    now(mine, () -> started(started, known));
                case ProcessHost.StartOutcome.Failed(String reason) ->
                    now(mine, () -> handler.accept(new LifecycleEvent.StartFailed(reason)));
              }
            },
            exit -> now(mine, () -> exited(exit)));
  }

  private void started(ProcessHost.StartOutcome.Started started, Runnable known) {
    process = Optional.of(started.process());
    known.run();
    handler.accept(new LifecycleEvent.Started());
    started
        .limitsNotEnforced()
        .filter(why -> !why.equals(limitsTold))
        .ifPresent(why -> {
          limitsTold = why;
          events.tell(EventKind.LIMITS_NOT_ENFORCED, why, InstanceEvents.evidence());
        });
  }

  private void exited(Exit exit) {
    lastExit = Optional.of(exit);
    handler.accept(new LifecycleEvent.Exited(exit));
  }

  /** Takes over the process that is written down, or looks for it by its nonce. */
  void adopt(long generation, boolean frozen, Runnable known) {
    int mine = attempt;
    RunSetup.find(
        world,
        id,
        revision.spec(),
        generation,
        port,
        true,
        outcome ->
            later(
                mine,
                () -> {
                  context =
                      Optional.of(
                          switch (outcome) {
                            case RunSetup.Outcome.Found(RunContext found) -> found;
                            // It runs: what it was started with matters, not what is missing now.
                            case RunSetup.Outcome.Missing _ ->
                                RunContext.bare(world, revision.spec(), port);
                          });
                  Adoption.of(
                      world,
                      id,
                      process,
                      nonce.orElseThrow(),
                      frozen,
                      found ->
                          now(
                              mine,
                              () -> {
                                process = Optional.of(found);
                                known.run();
                              }),
                      event -> now(mine, () -> adopted(event)),
                      exit -> now(mine, () -> exited(exit)));
                }));
  }

  private void adopted(LifecycleEvent event) {
    if (event instanceof LifecycleEvent.AdoptionFailed) {
      lastExit = Optional.of(Adoption.unknownExit(world.time().wallClock()));
    }
    handler.accept(event);
  }

  /** Tells the process to end. */
  void signal(String signal) {
    process.ifPresent(identity -> world.host().signal(identity, signal));
  }

  /** KILLs what is left; answers also if there is nothing. */
  void kill() {
    int mine = attempt;
    if (process.isEmpty()) {
      later(mine, () -> handler.accept(new LifecycleEvent.GroupGone()));
      return;
    }
    world
        .host()
        .kill(process.get(), () -> now(mine, () -> handler.accept(new LifecycleEvent.GroupGone())));
  }

  /** Takes its CPU, or gives it back. */
  void freeze(boolean frozen) {
    int mine = attempt;
    process.ifPresent(identity ->
        world
            .host()
            .freeze(
                identity,
                frozen,
                done ->
                    now(
                        mine,
                        () -> handler.accept(new LifecycleEvent.FreezeFinished(frozen, done)))));
  }

  /** Runs the command of that moment. */
  void hook(HookMoment moment) {
    int mine = attempt;
    Optional<Hook> hook =
        switch (moment) {
          case SETUP -> revision.spec().hooks().setup();
          case START -> revision.spec().hooks().start();
          case READY -> revision.spec().hooks().ready();
          case DRAIN -> revision.spec().hooks().drain();
          case STOP -> revision.spec().hooks().stop();
        };
    if (hook.isEmpty() || context.isEmpty()) {
      later(mine, () -> handler.accept(new LifecycleEvent.HookFinished(moment, true, "")));
      return;
    }
    HookCall.run(
        world,
        id,
        context.get(),
        hook.get(),
        outcome ->
            later(
                mine,
                () ->
                    handler.accept(
                        new LifecycleEvent.HookFinished(
                            moment, outcome.isEmpty(), outcome.orElse("")))));
  }

  /** Asks the ready check once. */
  void rehearse() {
    int mine = attempt;
    context.ifPresent(known ->
        new HealthMonitor(world, id, known, process, this)
            .once(result -> later(mine, () -> handler.accept(result))));
  }

  /** Lets checks run where they belong, and nowhere else. */
  void check(LifecycleState state) {
    if (!LifecycleView.isChecked(state)) {
      stopChecks();
    } else if (monitor.isEmpty() && context.isPresent() && state instanceof LifecycleState.Up up) {
      HealthMonitor started = new HealthMonitor(world, id, context.get(), process, this);
      monitor = Optional.of(started);
      started.start(up.run());
    }
  }

  /** The instance reports by itself. */
  void push(boolean passed, String message) {
    monitor.ifPresent(running -> running.push(passed, message));
  }

  private void stopChecks() {
    monitor.ifPresent(HealthMonitor::stop);
    monitor = Optional.empty();
  }

  @Override
  public void verdict(LifecycleEvent event) {
    hungJvm.hears(event, process);
    handler.accept(event);
  }

  @Override
  public void shareChanged() {
    changed.run();
  }

  @Override
  public void remark(EventKind kind, Checks.Role role, String message) {
    events.tell(
        kind,
        message.isBlank() ? kind.label() : message,
        InstanceEvents.evidence("check", role.name().toLowerCase(java.util.Locale.ROOT)));
  }

  /** Tells a fact with what belongs to it. */
  void tell(EventKind kind, String reason, LifecycleState state, Assignment assignment) {
    Evidence.tell(events, kind, reason, state, this, assignment);
  }

  /** Runs an answer, unless another attempt has begun. */
  private void now(int mine, Runnable answer) {
    if (mine == attempt) {
      answer.run();
    }
  }

  /** As {@link #now}, after the turn that is under way. */
  private void later(int mine, Runnable answer) {
    world.mailbox().post(() -> now(mine, answer));
  }
}
