package io.mainstay.controller;

import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.decisions.fleet.ServiceView;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Explanation;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.Plan;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.model.state.Status;
import io.mainstay.ports.ControlPlane;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Coordinator.State;
import io.mainstay.ports.Coordinator.Term;
import io.mainstay.ports.Coordinator.WriteResult;
import io.mainstay.ports.EventJournal;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.Randomness;
import io.mainstay.ports.SignalSource;
import io.mainstay.ports.Time;
import io.mainstay.ports.TrafficObserver;
import io.mainstay.ports.UsageSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Decides for the cluster while this server leads: brings together what is wanted, observed and
 * signalled, lets the deciders decide, and writes assignments. Every second, and on each change.
 *
 * <p>Everything happens in one mailbox; readers get the last published view from any thread. While
 * it does not lead, or the coordinator is away, nothing is decided and nothing is stopped.
 */
public final class Controller implements ControlPlane, AutoCloseable {
  private static final Duration CADENCE = Duration.ofSeconds(1);
  private static final Duration PROMOTION_KEPT = Duration.ofSeconds(10);

  private final NodeName node;
  private final Coordinator coordinator;
  private final SignalSource signals;
  private final UsageSource usage;
  private final Mailbox mailbox;
  private final Time time;
  private final ControllerSettings settings;
  private final World world = new World();
  private final Findings findings = new Findings();
  private final Operations operations = new Operations();
  private final EventWriter events;
  private final AssignmentWriter assignments;
  private final DecisionPass decisions;
  private final NodeWatch watch;
  private final Cleaning cleaning;
  private final Keepers keepers;
  private final CommandDesk desk;
  private final TrafficEvents traffic;
  private final List<Coordinator.Subscription> subscriptions = new ArrayList<>();
  private volatile Published published = Published.NOTHING;
  private boolean passPosted;
  private boolean closed;

  /** Wires it up; nothing happens before {@link #start()}. */
  public Controller(
      NodeName node,
      Coordinator coordinator,
      SignalSource signals,
      UsageSource usage,
      EventJournal journal,
      Mailbox mailbox,
      Time time,
      Randomness randomness,
      ControllerSettings settings) {
    this.node = node;
    this.coordinator = coordinator;
    this.signals = signals;
    this.usage = usage;
    this.mailbox = mailbox;
    this.time = time;
    this.settings = settings;
    events = new EventWriter(node, journal, time);
    assignments = new AssignmentWriter(coordinator, mailbox, new Writes());
    decisions = new DecisionPass(events, findings);
    watch = new NodeWatch(node, events, findings);
    cleaning = new Cleaning(world, coordinator, mailbox, events, this::passSoon);
    desk =
        new CommandDesk(
            world, coordinator, mailbox, time, randomness, events, operations, new Desk());
    keepers =
        new Keepers(
            world, settings, mailbox, time, events, findings, this::bySystem, this::passSoon);
    traffic = new TrafficEvents(mailbox, events, new Promotions());
  }

  /** Begins to watch, to stand for leader if it is to, and to decide. Once. */
  public void start() {
    mailbox.post(() -> {
      subscriptions.add(coordinator.subscribe(mailbox, new Changes()));
      Optional<NodeName> candidate = settings.stands() ? Optional.of(node) : Optional.empty();
      subscriptions.add(coordinator.campaign(candidate, mailbox, new Leadership()));
      tick();
    });
  }

  /** Ends watching and leading. What runs goes on. */
  @Override
  public void close() {
    mailbox.post(() -> {
      closed = true;
      subscriptions.forEach(Coordinator.Subscription::close);
      subscriptions.clear();
    });
  }

  /** What this node's gateway is to report to. Any thread. */
  public TrafficObserver trafficObserver() {
    return traffic;
  }

  @Override
  public Status status() {
    return published.status(node, settings.version());
  }

  /** Who decides, or did when the coordinator was heard last. Any thread. */
  public Optional<NodeName> lastLeader() {
    return published.leader();
  }

  @Override
  public Optional<Explanation> explain(String subject) {
    Instant wallClock = time.wallClock();
    return Explanations.of(subject, published, findings, wallClock)
        .map(plain -> keepers.explained(plain, wallClock));
  }

  @Override
  public CompletionStage<Plan> plan(Deployment deployment) {
    CompletableFuture<Plan> result = new CompletableFuture<>();
    mailbox.post(() -> result.complete(desk.plan(deployment)));
    return result;
  }

  @Override
  public CompletionStage<CommandResult> submit(Command command, Actor actor) {
    CompletableFuture<CommandResult> result = new CompletableFuture<>();
    mailbox.post(() -> desk.submit(command, actor, result::complete));
    return result;
  }

  @Override
  public Optional<Operation> operation(String id) {
    return operations.find(id);
  }

  @Override
  public boolean push(InstanceId instance, boolean passed, String message) {
    return settings.pushes().push(instance, passed, message);
  }

  private void bySystem(Command command, Consumer<CommandResult> done) {
    desk.submit(command, Actor.SYSTEM, done);
  }

  private void tick() {
    if (closed) {
      return;
    }
    mailbox.after(watch.isWaiting() ? CADENCE.dividedBy(4) : CADENCE, this::tick);
    desk.expire();
    pass();
    cleaning.clean(published, desk.isWriting(), time.wallClock());
  }

  /** A pass after what is in the mailbox already: many changes, one pass. */
  private void passSoon() {
    if (!passPosted) {
      passPosted = true;
      mailbox.post(() -> {
        passPosted = false;
        pass();
      });
    }
  }

  /** Observe, decide, write, publish. */
  private void pass() {
    if (closed) {
      return;
    }
    MonotonicTime now = time.now();
    world.promotions.removeIf(promoted ->
        now.since(promoted.at()).compareTo(PROMOTION_KEPT) > 0
            || assignments.serves(promoted.standby()));
    List<ServiceSignals> seen = signals.signals();
    List<NodeView> nodes = watch.look(world, assignments, signals, keepers::isClosed, time);
    List<ServiceView> views =
        keepers.marked(
            ViewAssembly.assemble(
                nodes, world, assignments, seen, usage.usage(), time.wallClock()));
    // What follows from a command should name its event: wait until that is stored.
    if (world.leads() && !desk.isWriting()) {
      decisions.decide(views, nodes, assignments, time);
      world.term.ifPresent(assignments::flush);
    }
    published = decisions.publish(views, nodes, world);
    operations.follow(published, now);
    keepers.keep(decisions.unplaced(), published, time);
  }

  private void lose(String reason) {
    if (world.term.isPresent()) {
      world.term = Optional.empty();
      events.system(EventKind.LEADER_LOST, reason, new Evidence());
      decisions.forget();
      watch.forget();
      keepers.forget();
      world.state().ifPresent(state -> assignments.load(state.assignments()));
      passSoon();
    }
  }

  /** What the coordinator tells. */
  private final class Changes implements Coordinator.Listener {
    @Override
    public void changed(State state) {
      boolean first = world.state().isEmpty();
      world.state(state);
      if (world.term.isEmpty()) {
        assignments.load(state.assignments());
      } else if (first) {
        assignments.take(state.assignments());
      } else {
        assignments.overtake(state.assignments());
      }
      desk.next();
      passSoon();
    }

    @Override
    public void connection(boolean connected, String reason) {
      boolean before = world.connected.orElse(true);
      world.connected(connected, time.wallClock());
      if (before != connected) {
        events.system(
            connected ? EventKind.COORDINATION_RESTORED : EventKind.COORDINATION_LOST,
            reason,
            new Evidence());
      }
      passSoon();
    }
  }

  /** Gains and losses. */
  private final class Leadership implements Coordinator.LeadershipListener {
    @Override
    public void elected(Term term) {
      world.term = Optional.of(term);
      world.leader = Optional.of(node);
      world.state().ifPresent(state -> assignments.take(state.assignments()));
      events.system(
          EventKind.LEADER_ELECTED,
          node + " decides from now on",
          Evidence.of("term", term.token()));
      passSoon();
    }

    @Override
    public void deposed(String reason) {
      lose(reason);
    }

    @Override
    public void leader(Optional<NodeName> leader) {
      world.leader = leader;
      passSoon();
    }
  }

  /** What became of assignments. */
  private final class Writes implements AssignmentWriter.Listener {
    @Override
    public void written() {
      passSoon();
    }

    @Override
    public void deposed(String reason) {
      lose(reason);
    }
  }

  /** What commands need. */
  private final class Desk implements CommandDesk.Surroundings {
    @Override
    public Published published() {
      return published;
    }

    @Override
    public Collection<Assignments> assignments() {
      return assignments.all();
    }

    @Override
    public boolean swap(Edit.Swap swap, Actor actor) {
      if (!world.leads()) {
        return false;
      }
      decisions.swap(swap, actor, assignments);
      world.term.ifPresent(assignments::flush);
      passSoon();
      return true;
    }

    @Override
    public boolean forget(NodeName gone, Consumer<WriteResult> done) {
      if (!world.leads()) {
        return false;
      }
      coordinator.forgetNode(
          gone,
          world.term.orElseThrow(),
          mailbox,
          result -> {
            if (result instanceof WriteResult.Written) {
              assignments.forget(gone);
            }
            done.accept(result);
          });
      return true;
    }

    @Override
    public void changed() {
      pass();
    }
  }

  /** What the gateway did. */
  private final class Promotions implements TrafficEvents.Promotions {
    @Override
    public boolean isNews(InstanceId standby, InstanceId inPlaceOf) {
      boolean wanted =
          assignments
              .find(inPlaceOf)
              .filter(entry -> entry.directive() != Directive.REMOVE)
              .isPresent();
      boolean firstStart =
          published
              .member(inPlaceOf)
              .filter(other -> other.isOnItsWay() && !other.hasFailed())
              .isPresent();
      return !closed && wanted && !firstStart && !assignments.serves(standby);
    }

    @Override
    public void promoted(InstanceId standby, InstanceId inPlaceOf, String cursor) {
      if (world.promotions.size() < 1_000) {
        world.promotions.add(new World.Promoted(standby, inPlaceOf, cursor, time.now()));
      }
      passSoon();
    }

    @Override
    public void changed() {
      passSoon();
    }
  }
}
