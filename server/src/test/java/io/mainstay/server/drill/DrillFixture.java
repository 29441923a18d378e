package io.mainstay.server.drill;

import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.Verdict;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Explanation;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.InstanceState;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.Plan;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.model.state.Status;
import io.mainstay.ports.ControlPlane;
import io.mainstay.ports.EventJournal;
import io.mainstay.ports.Prober;
import io.mainstay.ports.ProcessHost.CommandOutcome;
import io.mainstay.ports.SignalSource;
import io.mainstay.ports.Time;
import io.mainstay.server.drill.Breaker.Signal;
import io.mainstay.spec.JsonModelCodec;
import io.mainstay.testkit.SeededRandomness;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A service "shop" of three with one standby, whose state a test sets; nothing is real in it. */
final class DrillFixture implements ControlPlane, SignalSource, EventJournal, Time, Breaker {
  static final ServiceName SHOP = new ServiceName("shop");
  private static final NodeName NODE = new NodeName("n1");

  private final int listenerPort;
  private final List<Signal> sent = new CopyOnWriteArrayList<>();
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
  private final Map<Signal, Runnable> reactions = new EnumMap<>(Signal.class);
  private final FalseChecks checks = new FalseChecks(DrillFixture::pass, this);
  private final List<String> failing = new CopyOnWriteArrayList<>();
  private final List<String> commands = new CopyOnWriteArrayList<>();
  private final Map<String, Runnable> reactionsToCommands = new ConcurrentHashMap<>();
  private final Path folder;
  private volatile NodeName where = NODE;
  private volatile Duration ahead = Duration.ZERO;
  private volatile Verdict verdict = Verdict.HEALTHY;
  private volatile List<Command> submitted = List.of();
  private volatile List<Integer> serving = List.of(1, 2, 3);
  private volatile List<Integer> standby = List.of(4);

  DrillFixture(int listenerPort, Path folder) {
    this.listenerPort = listenerPort;
    this.folder = folder;
  }

  DrillRunner runner() {
    return runner(folder);
  }

  /** One whose drills are kept in that folder. */
  DrillRunner runner(Path data) {
    return new DrillRunner(
        NODE,
        () -> DrillDeployment.of(listenerPort),
        this,
        this,
        this,
        this,
        new SeededRandomness(0),
        new DrillTools(this, checks, this::run),
        new DrillHistory(data, new JsonModelCodec()));
  }

  private CommandOutcome run(List<String> command, SequencedMap<String, String> environment) {
    commands.add(String.join(" ", command));
    reactionsToCommands.getOrDefault(command.getFirst(), () -> {}).run();
    boolean fails = failing.contains(command.getFirst());
    return new CommandOutcome(
        OptionalInt.of(fails ? 7 : 0), fails ? "no such host" : "", Optional.empty());
  }

  /** This command fails from now on. */
  void fails(String word) {
    failing.add(word);
  }

  void onCommand(String word, Runnable reaction) {
    reactionsToCommands.put(word, reaction);
  }

  List<String> commands() {
    return commands;
  }

  /** How the service stands from now on. */
  void verdict(Verdict now) {
    verdict = now;
  }

  FalseChecks checks() {
    return checks;
  }

  void onSignal(Signal signal, Runnable reaction) {
    reactions.put(signal, reaction);
  }

  void serving(int number, int standbys) {
    serving = List.of(1, 2, 3).subList(0, number);
    standby = List.of(4).subList(0, standbys);
  }

  /** What the real parts do after a kill: the standby serves, and a new one comes. */
  void replaceVictimByStandby() {
    int victim = events.getFirst().instance().orElseThrow().number();
    List<Integer> left = new ArrayList<>(serving);
    left.remove(Integer.valueOf(victim));
    left.add(4);
    serving = List.copyOf(left);
    standby = List.of(5);
    append(event(EventKind.STANDBY_PROMOTED, 4));
  }

  List<Signal> sent() {
    return sent;
  }

  List<Event> events() {
    return events;
  }

  @Override
  public void send(long group, Signal signal) {
    sent.add(signal);
    reactions.getOrDefault(signal, () -> {}).run();
  }

  @Override
  public Status status() {
    List<Status.InstanceStatus> instances = new ArrayList<>();
    serving.forEach(number -> instances.add(instance(number, InstanceState.SERVING)));
    standby.forEach(number -> instances.add(instance(number, InstanceState.STANDBY)));
    Status.ServiceStatus shop =
        new Status.ServiceStatus(
            SHOP,
            3,
            3,
            3,
            serving.size(),
            0,
            standby.size(),
            0,
            1,
            verdict,
            Optional.empty(),
            Optional.empty(),
            false,
            "",
            0,
            0,
            0,
            List.of(),
            List.of(),
            instances);
    return new Status(NODE, Optional.of(NODE), "test", List.of(shop));
  }

  /** So much time goes by at once, by the clock on the wall. */
  void later(Duration duration) {
    ahead = ahead.plus(duration);
  }

  /** All processes are of another machine from now on. */
  void elsewhere() {
    where = new NodeName("n2");
  }

  private Status.InstanceStatus instance(int number, InstanceState state) {
    return new Status.InstanceStatus(
        new InstanceId(SHOP, number),
        where,
        state == InstanceState.SERVING ? Role.SERVING : Role.STANDBY,
        state,
        1,
        1,
        OptionalLong.of(4_000_000 + number),
        Optional.of(new Address("127.0.0.1", 20000 + number)),
        Instant.EPOCH,
        0,
        Optional.empty(),
        0,
        1,
        "");
  }

  @Override
  public List<ServiceSignals> signals() {
    List<InstanceSignals> instances = new ArrayList<>();
    for (int number : serving) {
      InstanceId id = new InstanceId(SHOP, number);
      instances.add(
          new InstanceSignals(id, 1, 0, 10, 0, Duration.ZERO, 100, Optional.empty(), true));
    }
    return List.of(new ServiceSignals(SHOP, 30, 0, 0, 0, instances));
  }

  private Event event(EventKind kind, int instance) {
    return new Event(
        "",
        wallClock(),
        NODE,
        kind,
        Optional.of(SHOP),
        Optional.of(new InstanceId(SHOP, instance)),
        Actor.SYSTEM,
        Optional.empty(),
        "",
        new LinkedHashMap<>());
  }

  @Override
  public synchronized Event append(Event event) {
    Event stored = event.at(Integer.toString(events.size()));
    events.add(stored);
    listeners.forEach(listener -> listener.accept(stored));
    return stored;
  }

  @Override
  public AutoCloseable subscribe(Consumer<Event> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public List<Event> after(Optional<String> cursor, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean knows(String cursor) {
    return true;
  }

  @Override
  public List<Event> latest(int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MonotonicTime now() {
    return new MonotonicTime(System.nanoTime());
  }

  @Override
  public Instant wallClock() {
    return Instant.now().plus(ahead);
  }

  @Override
  public Optional<Explanation> explain(String subject) {
    return Optional.empty();
  }

  @Override
  public CompletionStage<Plan> plan(Deployment deployment) {
    return CompletableFuture.failedFuture(new UnsupportedOperationException());
  }

  @Override
  public CompletionStage<CommandResult> submit(Command command, Actor actor) {
    submitted = List.of(command);
    if (command instanceof Command.Promote promote) {
      List<Integer> left = new ArrayList<>(serving);
      standby = List.of(left.removeFirst());
      left.add(promote.instance().number());
      serving = List.copyOf(left);
      append(event(EventKind.STANDBY_PROMOTED, promote.instance().number()));
    }
    return CompletableFuture.completedFuture(
        new CommandResult.Accepted(new Operation("1", "", Operation.State.DONE, "")));
  }

  /** What was asked of the control plane last. */
  List<Command> submitted() {
    return submitted;
  }

  private static void pass(Prober.Request request, Consumer<Prober.Result> done) {
    done.accept(new Prober.Result(Prober.Outcome.PASS, "well", "", Duration.ZERO));
  }

  @Override
  public Optional<Operation> operation(String id) {
    return Optional.empty();
  }

  @Override
  public boolean push(InstanceId instance, boolean passed, String message) {
    return false;
  }
}
