package io.mainstay.controller;

import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.decisions.rollout.PlanDecider;
import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Plan;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Coordinator.State;
import io.mainstay.ports.Coordinator.WriteResult;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.Randomness;
import io.mainstay.ports.Time;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Carries commands out one after the other: each sees what the one before has written. Writes name
 * the version that they are based on; a conflict is decided anew from what is stored then. Commands
 * wait while the state is not known yet, and fail when the coordinator stays away.
 */
final class CommandDesk {
  private static final int WAITING_MOST = 256;

  /** A coordinator may take long to come up on a busy machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration RETRY = Duration.ofMillis(250);

  private final World world;
  private final Coordinator coordinator;
  private final Mailbox mailbox;
  private final Time time;
  private final Randomness randomness;
  private final EventWriter events;
  private final Operations operations;
  private final Surroundings surroundings;
  private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
  private boolean writing;
  private boolean resting;

  /** What the desk needs of the controller. */
  interface Surroundings {
    Published published();

    Collection<Assignments> assignments();

    /** Has two instances change roles; false: this server does not lead. */
    boolean swap(Edit.Swap swap, Actor actor);

    /** Has a node forgotten; false: this server does not lead. */
    boolean forget(NodeName node, Consumer<WriteResult> done);

    /** Something was written: decide anew. */
    void changed();
  }

  private record Pending(
      Command command, Actor actor, MonotonicTime since, Consumer<CommandResult> result) {}

  CommandDesk(
      World world,
      Coordinator coordinator,
      Mailbox mailbox,
      Time time,
      Randomness randomness,
      EventWriter events,
      Operations operations,
      Surroundings surroundings) {
    this.world = world;
    this.coordinator = coordinator;
    this.mailbox = mailbox;
    this.time = time;
    this.randomness = randomness;
    this.events = events;
    this.operations = operations;
    this.surroundings = surroundings;
  }

  /** Whether a write of the shared state is under way: what follows should know its event. */
  boolean isWriting() {
    return writing;
  }

  void submit(Command command, Actor actor, Consumer<CommandResult> result) {
    if (waiting.size() >= WAITING_MOST) {
      result.accept(new CommandResult.Invalid("too many commands wait already, try again later"));
      return;
    }
    waiting.add(new Pending(command, actor, time.now(), result));
    next();
  }

  Plan plan(Deployment deployment) {
    return plan(
        deployment, Applying.overrides(world.overrides(), world.desired(), deployment).scales());
  }

  private Plan plan(Deployment deployment, List<Overrides.Scale> scales) {
    Deployment before =
        world
            .desired()
            .map(Desired::deployment)
            .orElseGet(() -> Deployment.empty(deployment.baseDirectory()));
    return PlanDecider.plan(
        before,
        deployment,
        surroundings.assignments().stream()
            .flatMap(assignments -> assignments.instances().stream())
            .sorted((a, b) -> a.id().compareTo(b.id()))
            .toList(),
        scales);
  }

  /** Begins the next command if nothing is under way. */
  void next() {
    while (!writing && !resting && !waiting.isEmpty() && world.state().isPresent()) {
      Pending pending = waiting.peek();
      Edit edit = edit(pending);
      switch (edit) {
        case Edit.Answer answer -> finish(pending, answer.result());
        case Edit.Swap swap -> {
          CommandResult result =
              surroundings.swap(swap, pending.actor())
                  ? accepted(swap.what(), Goal.serving(swap.standby()))
                  : new CommandResult.Invalid("this server does not lead, ask the one that does");
          finish(pending, result);
        }
        case Edit.Forget forget -> forget(pending, forget);
        case Edit.Write write -> write(pending, write);
      }
    }
  }

  /** Gives up on commands that have waited too long for a coordinator. */
  void expire() {
    if (writing) {
      return;
    }
    while (!waiting.isEmpty()
        && world.state().isEmpty()
        && time.now().since(waiting.peek().since()).compareTo(PATIENCE) >= 0) {
      fail(waiting.peek(), "the coordinator cannot be reached");
    }
    next();
  }

  private Edit edit(Pending pending) {
    Optional<Edit> objection =
        OperatorFirst.objection(
            pending.command(), pending.actor(), world.overrides(), time.wallClock());
    return objection.orElseGet(() -> unopposed(pending));
  }

  private Edit unopposed(Pending pending) {
    CommandRules rules =
        new CommandRules(
            surroundings.published(), world.overrides(), pending.actor(), time.wallClock());
    return switch (pending.command()) {
      case Command.Apply apply -> apply(apply);
      case Command.Begin begin -> begin(begin);
      case Command.Scale scale -> rules.scale(scale);
      case Command.RestartService restart -> rules.restart(restart);
      case Command.RestartInstance restart -> rules.restart(restart);
      case Command.Drain drain ->
          rules.hold(
              drain.instance(), Directive.DRAIN, drain.duration(), drain.force(), drain.reason());
      case Command.Isolate isolate ->
          rules.hold(
              isolate.instance(),
              Directive.ISOLATE,
              isolate.duration(),
              isolate.force(),
              isolate.reason());
      case Command.Release release -> rules.release(release);
      case Command.Promote promote -> rules.promote(promote);
      case Command.Pause pause -> rules.pause(pause);
      case Command.Resume resume -> rules.resume(resume);
      case Command.Divert divert -> diversions(pending).divert(divert);
      case Command.Restore restore -> diversions(pending).restore(restore);
      case Command.RestartGroup group -> remedies(pending).restart(group);
      case Command.Shutdown shutdown -> remedies(pending).shutdown(shutdown);
      case Command.Replace replace -> remedies(pending).replace(replace);
      case Command.DrainNode drain -> nodes(pending).drain(drain);
      case Command.ReleaseNode release -> nodes(pending).release(release);
      case Command.RemoveNode remove -> nodes(pending).remove(remove);
      case Command.Evacuate evacuate -> nodes(pending).evacuate(evacuate);
      case Command.EndEvacuation end -> nodes(pending).endEvacuation(end);
    };
  }

  private NodeCommands nodes(Pending pending) {
    return new NodeCommands(
        surroundings.published(), world.overrides(), pending.actor(), time.wallClock());
  }

  private DiversionCommands diversions(Pending pending) {
    return new DiversionCommands(
        surroundings.published(), world.overrides(), pending.actor(), time.wallClock());
  }

  private RemedyCommands remedies(Pending pending) {
    return new RemedyCommands(
        surroundings.published(), world.overrides(), pending.actor(), time.wallClock());
  }

  private void forget(Pending pending, Edit.Forget forget) {
    writing = true;
    Edit.Write rest =
        new Edit.Write(
            Optional.empty(),
            forget.overrides(),
            "remove " + forget.node(),
            Goal.done(forget.node() + " does not belong to the cluster any more"),
            List.of());
    boolean leads =
        surroundings.forget(
            forget.node(),
            result -> after(pending, result, _ -> {}, () -> writeOverrides(pending, rest)));
    if (!leads) {
      writing = false;
      String reason = "this server does not lead, ask the one that does";
      finish(pending, new CommandResult.Invalid(reason));
    }
  }

  private Edit begin(Command.Begin command) {
    Optional<Desired> before = world.desired();
    if (before.isEmpty() || !before.get().deployment().equals(command.deployment())) {
      return apply(new Command.Apply(command.deployment(), command.reason()));
    }
    return new Edit.Write(
        Optional.empty(),
        world.overrides(),
        "begin",
        Goal.done("it was applied before"),
        List.of(
            new Edit.Told(
                EventKind.SPEC_APPLIED,
                Optional.empty(),
                Optional.empty(),
                "as applied before, nothing differs"
                    + (command.reason().isEmpty() ? "" : ": " + command.reason()),
                Evidence.of("generation", before.get().generation()))));
  }

  private Edit apply(Command.Apply command) {
    Optional<Desired> before = world.desired();
    Desired next = Applying.next(before, command.deployment(), surroundings.assignments());
    Overrides overrides = Applying.overrides(world.overrides(), before, command.deployment());
    Plan plan = plan(command.deployment(), overrides.scales());
    Evidence evidence =
        Evidence.of("generation", next.generation())
            .and("services", command.deployment().services().size())
            .and("listeners", command.deployment().listeners().size());
    for (Plan.Action action : Plan.Action.values()) {
      long count = plan.steps().stream().filter(step -> step.action() == action).count();
      if (count > 0) {
        evidence.and(action.name().toLowerCase(Locale.ROOT).replace('_', '-'), count);
      }
    }
    String reason =
        (plan.steps().isEmpty() ? "applied, nothing differs" : "applied")
            + (command.reason().isEmpty() ? "" : ": " + command.reason());
    return new Edit.Write(
        Optional.of(next),
        overrides,
        "apply",
        Goal.applied(next.generation()),
        List.of(
            new Edit.Told(
                EventKind.SPEC_APPLIED, Optional.empty(), Optional.empty(), reason, evidence)));
  }

  private void write(Pending pending, Edit.Write write) {
    writing = true;
    State state = world.state().orElseThrow();
    if (write.desired().isPresent()) {
      coordinator.writeDesired(
          write.desired().get(),
          state.desiredVersion(),
          mailbox,
          result ->
              after(
                  pending,
                  result,
                  version -> world.desiredWritten(write.desired().get(), version),
                  () -> writeOverrides(pending, write)));
    } else {
      writeOverrides(pending, write);
    }
  }

  private void writeOverrides(Pending pending, Edit.Write write) {
    State state = world.state().orElseThrow();
    if (write.overrides().equals(state.overrides())) {
      written(pending, write);
      return;
    }
    coordinator.writeOverrides(
        write.overrides(),
        state.overridesVersion(),
        mailbox,
        result ->
            after(
                pending,
                result,
                version -> world.overridesWritten(write.overrides(), version),
                () -> written(pending, write)));
  }

  private void after(Pending pending, WriteResult result, LongConsumer remember, Runnable then) {
    switch (result) {
      case WriteResult.Written done -> {
        remember.accept(done.version());
        then.run();
      }
      case WriteResult.Conflict conflict -> retry(pending, conflict.reason());
      case WriteResult.Deposed deposed -> retry(pending, deposed.reason());
      case WriteResult.Failed failed -> retry(pending, failed.reason());
    }
  }

  /** Decides the same command again, from what is stored by then. */
  private void retry(Pending pending, String reason) {
    writing = false;
    if (time.now().since(pending.since()).compareTo(PATIENCE) >= 0) {
      fail(pending, "the state could not be written: " + reason);
      next();
      return;
    }
    resting = true;
    mailbox.after(
        RETRY,
        () -> {
          resting = false;
          next();
        });
  }

  private void written(Pending pending, Edit.Write write) {
    writing = false;
    for (Edit.Told told : write.events()) {
      String cursor =
          events.write(
              told.kind(),
              told.service(),
              told.instance(),
              pending.actor(),
              Optional.empty(),
              told.reason(),
              told.evidence().map());
      if (told.service().isPresent()) {
        world.commands.put(told.service().get(), cursor);
      } else {
        world.wanted().keySet().forEach(name -> world.commands.put(name, cursor));
      }
    }
    world.commands.keySet().retainAll(world.wanted().keySet());
    // The goal is looked at after the first pass that knows of the change.
    surroundings.changed();
    finish(pending, accepted(write.what(), write.goal()));
  }

  private CommandResult accepted(String what, Goal goal) {
    String id = randomness.nextToken().substring(0, 12);
    return new CommandResult.Accepted(
        operations.begin(id, what, goal, surroundings.published(), time.now()));
  }

  private void fail(Pending pending, String reason) {
    finish(pending, accepted(what(pending.command()), Goal.failed(reason)));
  }

  private static String what(Command command) {
    return command.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private void finish(Pending pending, CommandResult result) {
    waiting.remove(pending);
    pending.result().accept(result);
  }
}
