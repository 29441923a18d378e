package io.mainstay.agent;

import io.mainstay.decisions.lifecycle.HookMoment;
import io.mainstay.decisions.lifecycle.InstanceLifecycle;
import io.mainstay.decisions.lifecycle.LifecycleAction;
import io.mainstay.decisions.lifecycle.LifecycleEvent;
import io.mainstay.decisions.lifecycle.LifecyclePolicy;
import io.mainstay.decisions.lifecycle.LifecycleState;
import io.mainstay.decisions.lifecycle.LifecycleTimer;
import io.mainstay.decisions.lifecycle.LifecycleView;
import io.mainstay.decisions.lifecycle.Memory;
import io.mainstay.decisions.lifecycle.Transition;
import io.mainstay.model.InstanceId;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.InstanceRecord;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.ServiceRevision;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the lifecycle of one instance: takes an event, asks {@link InstanceLifecycle}, tells the
 * gateway, writes the result down, then carries the actions out; their results come back as events.
 * In the agent's mailbox.
 *
 * <p>Results carry the number of the attempt that asked for them; those of an earlier attempt are
 * dropped here, so that the exit of an old process never meets the state of a new one.
 */
final class InstanceSupervisor {
  private static final Logger LOG = LoggerFactory.getLogger(InstanceSupervisor.class);

  /** What a supervisor asks of the agent. */
  interface Surroundings {
    /** Which of the services that {@code id} depends on do not serve anywhere. */
    List<String> missingDependencies(InstanceSupervisor supervisor);

    /** Whether fewer instances of its service serve than should. */
    boolean isNeeded(InstanceId id);

    /** Endpoint, observation or needs of this instance may be others now. */
    void changed();
  }

  private final World world;
  private final RunJournal journal;
  private final Surroundings surroundings;
  private final InstanceId id;
  private final InstanceEvents events;
  private final CurrentRun run;
  private final Timers timers;
  private LifecycleState state;
  private Assignment assignment;
  private ServiceRevision assigned;
  private Instant since;
  private String reason = "assigned";
  private boolean ending;
  private boolean closed;

  /** Whether the controller has said so in the life of this server; what was written down waits. */
  private boolean confirmed = true;

  private boolean awaitsDependencies;

  InstanceSupervisor(
      World world,
      RunJournal journal,
      Surroundings surroundings,
      Assignment assignment,
      ServiceRevision assigned,
      Memory memory) {
    this.world = world;
    this.journal = journal;
    this.surroundings = surroundings;
    this.id = assignment.id();
    this.assignment = assignment;
    this.assigned = assigned;
    this.state = new LifecycleState.Pending(memory);
    this.since = world.time().wallClock();
    this.events = new InstanceEvents(world, id);
    this.timers = new Timers(world.mailbox(), timer -> handle(new LifecycleEvent.TimerDue(timer)));
    this.run = new CurrentRun(world, id, assigned, events, this::handle, surroundings::changed);
  }

  InstanceId id() {
    return id;
  }

  LifecycleState state() {
    return state;
  }

  Phase phase() {
    return LifecycleView.phase(state);
  }

  Assignment assignment() {
    return assignment;
  }

  ServiceRevision assigned() {
    return assigned;
  }

  CurrentRun run() {
    return run;
  }

  /** Whether it has no process and gets none. */
  boolean takesPushes() {
    return HealthMonitor.takesPushes(assigned.spec().checks());
  }

  boolean isStopped() {
    return state instanceof LifecycleState.Stopped;
  }

  /** Whether it is gone because it is not wanted any more. */
  boolean isRemoved() {
    return state instanceof LifecycleState.Stopped stopped
        && stopped.rest() == LifecycleState.Rest.REMOVED;
  }

  /** Whether it is a frozen standby that nobody has asked for yet. */
  boolean canBeThawed() {
    return state instanceof LifecycleState.Frozen
        || state instanceof LifecycleState.Freezing
        || state instanceof LifecycleState.Rehearsing
        || (state instanceof LifecycleState.Thawing thawing && !thawing.onDemand())
        || (state instanceof LifecycleState.Draining draining
            && draining.aim() == LifecycleState.Aim.FREEZE);
  }

  /** First wish. */
  void begin() {
    events.because(assignment);
    handle(new LifecycleEvent.Changed());
  }

  /** Takes up what an earlier server wrote down. */
  void resume(InstanceRecord entry) {
    run.resume(entry);
    confirmed = false;
    if (entry.nonce().isEmpty()) {
      reason = "waits for the controller after a restart of the server";
      return;
    }
    state = new LifecycleState.Adopting(state.memory(), entry.frozen());
    reason = "is being taken over";
    perform(new LifecycleAction.Adopt());
  }

  /** A newer wish of the controller. */
  void assign(Assignment newer, ServiceRevision revision) {
    if (confirmed && newer.equals(assignment) && revision.equals(assigned)) {
      return;
    }
    confirmed = true;
    assignment = newer;
    assigned = revision;
    run.reconfigure(revision);
    events.because(newer);
    handle(new LifecycleEvent.Changed());
    events.byItself();
    run.check(state);
    journal();
    surroundings.changed();
  }

  /** The server ends: so does the instance, in order. */
  void end() {
    if (!ending) {
      ending = true;
      handle(new LifecycleEvent.Changed());
    }
  }

  /** Stops looking; the process is not touched. */
  void close() {
    closed = true;
    timers.clear();
    run.close();
  }

  /** A frozen standby is needed. */
  void thaw(String why) {
    handle(new LifecycleEvent.ThawWanted(why));
  }

  /** Others serve now; if that is what it waits for, it goes on. */
  void lookAtDependencies() {
    if (!awaitsDependencies || !(state instanceof LifecycleState.Pending)) {
      return;
    }
    List<String> missing = surroundings.missingDependencies(this);
    if (missing.isEmpty()) {
      awaitsDependencies = false;
      handle(new LifecycleEvent.DependenciesMet());
      return;
    }
    reason = "waits for " + String.join(", ", missing);
  }

  private LifecyclePolicy policy() {
    boolean resting = !LifecycleView.mayHaveProcess(state) && !isPreparing();
    return LifecyclePolicy.of(
        resting ? assigned.spec() : run.revision().spec(),
        assignment,
        ending,
        surroundings.isNeeded(id));
  }

  /** Whether a run is being prepared. */
  boolean isPreparing() {
    return state instanceof LifecycleState.Resolving
        || state instanceof LifecycleState.SettingUp
        || state instanceof LifecycleState.BeforeStart;
  }

  /** One turn: decide, tell the gateway, write down, act. */
  private void handle(LifecycleEvent event) {
    if (closed) {
      return;
    }
    Transition transition =
        InstanceLifecycle.on(
            state, event, policy(), world.time().now(), world.randomness().nextDouble());
    if (transition.ignored()) {
      LOG.debug("{}: {} ignored: {}", id, event, transition.reason());
      return;
    }
    LOG.debug("{}: {} -> {}: {}", id, event, transition.next(), transition.reason());
    enter(transition);
    // The gateway first: a slow disk must not keep requests going to what has exited.
    surroundings.changed();
    transition.actions().stream()
        .filter(LifecycleAction.Withdraw.class::isInstance)
        .forEach(this::perform);
    journal(onDisk ->
        transition.actions().stream()
            .filter(InstanceSupervisor::waitsForJournal)
            .forEach(action -> performWritten(action, transition.next(), onDisk)));
    for (LifecycleAction action : transition.actions()) {
      if (!waitsForJournal(action) && !(action instanceof LifecycleAction.Withdraw)) {
        perform(action);
      }
    }
    run.check(state);
    events.byItself();
    surroundings.changed();
  }

  private void enter(Transition transition) {
    LifecycleState next = transition.next();
    if (!next.getClass().equals(state.getClass())) {
      timers.clear();
      awaitsDependencies = false;
    }
    if (LifecycleView.phase(next) != phase()) {
      since = world.time().wallClock();
    }
    switch (next) {
      case LifecycleState.Resolving _ -> {
        if (!(state instanceof LifecycleState.Resolving)) {
          run.begin(assigned);
        }
      }
      case LifecycleState.Launching _ -> run.draw();
      case LifecycleState.BackingOff _,
          LifecycleState.Parked _,
          LifecycleState.Stopped _,
          LifecycleState.Pending _ ->
          run.end();
      case LifecycleState.SettingUp _,
          LifecycleState.Prepared _,
          LifecycleState.BeforeStart _,
          LifecycleState.Adopting _,
          LifecycleState.Clearing _,
          LifecycleState.Up _ -> {}
    }
    state = next;
    reason = transition.reason();
  }

  /** Writes down where it stands; tells whether what must be on disk first is. */
  private void journal(Consumer<Boolean> done) {
    if (isRemoved()) {
      return;
    }
    InstanceRecord entry = Records.of(state, assignment, run);
    if (Records.isUrgent(state)) {
      int attempt = run.attempt();
      journal.write(
          entry,
          onDisk -> {
            if (!closed && attempt == run.attempt()) {
              done.accept(onDisk);
            }
          });
    } else {
      journal.writeSoon(entry);
      done.accept(true);
    }
  }

  private void journal() {
    journal(onDisk -> {});
  }

  /**
   * Whether the next server must know of it first. Nothing else waits for the disk: it may stall.
   */
  private static boolean waitsForJournal(LifecycleAction action) {
    return action instanceof LifecycleAction.Spawn
        || (action instanceof LifecycleAction.SetFrozen freeze && freeze.frozen());
  }

  /** Carries out what waited for the disk, if it is still what is wanted. */
  private void performWritten(LifecycleAction action, LifecycleState asked, boolean onDisk) {
    if (!state.getClass().equals(asked.getClass())) {
      return;
    }
    if (action instanceof LifecycleAction.Spawn && !onDisk) {
      post(new LifecycleEvent.IntentNotWritten(journal.problem()));
    } else {
      perform(action);
    }
  }

  private void post(LifecycleEvent event) {
    int attempt = run.attempt();
    world
        .mailbox()
        .post(() -> {
          if (attempt == run.attempt()) {
            handle(event);
          }
        });
  }

  private void perform(LifecycleAction action) {
    switch (action) {
      case LifecycleAction.AwaitDependencies _ -> awaitDependencies();
      case LifecycleAction.ResolveEnvironment _ -> run.resolve(state.memory().generation());
      case LifecycleAction.RunHook(HookMoment moment) -> run.hook(moment);
      case LifecycleAction.Spawn _ -> run.spawn(this::journal);
      case LifecycleAction.Adopt _ ->
          run.adopt(
              state.memory().generation(),
              state instanceof LifecycleState.Adopting adopting && adopting.frozen(),
              this::journal);
      case LifecycleAction.Signal(String signal) -> run.signal(signal);
      case LifecycleAction.KillGroup _ -> run.kill();
      case LifecycleAction.SetFrozen(boolean frozen) -> run.freeze(frozen);
      case LifecycleAction.Rehearse _ -> run.rehearse();
      case LifecycleAction.Withdraw(String why) ->
          world.traffic().withdraw(id, state.memory().generation(), why);
      case LifecycleAction.DrainTraffic drain ->
          world
              .traffic()
              .drain(
                  id,
                  state.memory().generation(),
                  drain.limit(),
                  cut -> post(new LifecycleEvent.Drained(cut)));
      case LifecycleAction.Schedule(LifecycleTimer timer, Duration delay) ->
          timers.schedule(timer, delay);
      case LifecycleAction.Emit(var kind, String why) -> run.tell(kind, why, state, assignment);
      case LifecycleAction.Forget _ -> journal.forget(id);
    }
  }

  private void awaitDependencies() {
    awaitsDependencies = true;
    world.mailbox().post(this::lookAtDependencies);
  }

  /** The gateway's view; empty if the instance takes no traffic or is gone. */
  Optional<Endpoint> endpoint() {
    return Snapshots.endpoint(world.node(), this, policy());
  }

  /** The cluster's view. */
  ObservedInstance observed() {
    return Snapshots.observed(world.node(), this, since, reason);
  }
}
