package io.mainstay.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import io.mainstay.model.spec.SpecProblem;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.Explanation;
import io.mainstay.model.state.FlowHealth;
import io.mainstay.model.state.FlowKey;
import io.mainstay.model.state.FlowStatus;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.InstanceState;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.Plan;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.model.state.ServiceTraffic;
import io.mainstay.model.state.Status;
import io.mainstay.model.state.TransactionHealth;
import io.mainstay.model.state.TransactionKey;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.model.state.TransactionStatus;
import io.mainstay.ports.ControlPlane;
import io.mainstay.ports.LogSource;
import io.mainstay.ports.ServerControl;
import io.mainstay.ports.SignalSource;
import io.mainstay.ports.SpecReader;
import io.mainstay.ports.TrafficMetricsSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** An inside with one service, shop, that notes what it is asked. */
final class FakeInside extends FakeDrills
    implements ControlPlane,
        SpecReader,
        LogSource,
        SignalSource,
        TrafficMetricsSource,
        ServerControl {
  static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
  static final NodeName NODE = new NodeName("n1");
  static final ServiceName SHOP = new ServiceName("shop");
  static final InstanceId SHOP_1 = new InstanceId(SHOP, 1);
  final FakeEventJournal events = new FakeEventJournal();
  final List<Command> commands = new CopyOnWriteArrayList<>();
  final List<Actor> actors = new CopyOnWriteArrayList<>();
  final List<String> pushes = new CopyOnWriteArrayList<>();
  final List<String> stops = new CopyOnWriteArrayList<>();
  final List<Path> baseDirectories = new CopyOnWriteArrayList<>();
  final List<Consumer<String>> followers = new CopyOnWriteArrayList<>();
  volatile CommandResult result = new CommandResult.Accepted(running("op-1"));
  volatile boolean ready = true;
  volatile boolean broken;

  AdminPorts ports() {
    return new AdminPorts(
        this, this, this, events, this, this, this, this, () -> "snapshot".getBytes(UTF_8));
  }

  static Operation running(String id) {
    return new Operation(id, "restart shop", Operation.State.RUNNING, "waits for shop-1");
  }

  static Event event(EventKind kind, String reason) {
    LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("pid", "4711");
    return new Event(
        "",
        TIME,
        NODE,
        kind,
        Optional.of(SHOP),
        Optional.of(SHOP_1),
        Actor.SYSTEM,
        Optional.empty(),
        reason,
        evidence);
  }

  @Override
  public Status status() {
    if (broken) {
      throw new IllegalStateException("broken on purpose");
    }
    Status.InstanceStatus first =
        new Status.InstanceStatus(
            SHOP_1,
            NODE,
            Role.SERVING,
            InstanceState.SERVING,
            1,
            1,
            OptionalLong.of(4711),
            Optional.of(new Address("127.0.0.1", 20001)),
            TIME,
            0,
            Optional.empty(),
            0,
            0.5,
            "ready check passed");
    Status.InstanceStatus second =
        new Status.InstanceStatus(
            new InstanceId(SHOP, 2),
            NODE,
            Role.STANDBY,
            InstanceState.BACKING_OFF,
            7,
            1,
            OptionalLong.empty(),
            Optional.empty(),
            TIME,
            6,
            Optional.of(
                new Exit(
                    OptionalInt.empty(), Optional.of("KILL"), true, false, TIME, List.of("bye"))),
            0,
            1,
            "killed by SIGKILL (out of memory)");
    return new Status(
        NODE,
        Optional.of(NODE),
        "0.1.0",
        List.of(
            new Status.ServiceStatus(
                SHOP,
                3,
                3,
                3,
                1,
                0,
                0,
                1,
                1,
                Verdict.DEGRADED,
                Optional.empty(),
                Optional.of(
                    new Status.Diverted(
                        "shop-lite",
                        0.5,
                        true,
                        Optional.empty(),
                        Actor.operator("ada"),
                        "it fails")),
                false,
                "1 of 3 serve",
                12.5,
                4,
                0,
                List.of(transaction()),
                List.of(flow()),
                List.of(first, second))));
  }

  private static FlowStatus flow() {
    return new FlowStatus(
        new FlowKey(SHOP, "ship"),
        FlowHealth.FAILING,
        "3 of 20 were not followed",
        Optional.of(SHOP),
        new FlowStatus.Counts(25, 17, 3, 1, 2, 4, 5, 6),
        1,
        List.of(
            new FlowStatus.Lost("o-1", MonotonicTime.ZERO, Optional.of(Duration.ofMillis(7))),
            new FlowStatus.Lost("o-2", MonotonicTime.ZERO, Optional.empty())));
  }

  private static TransactionStatus transaction() {
    TransactionKey buy = new TransactionKey(SHOP, "buy");
    TransactionRun failed =
        new TransactionRun(
            buy,
            List.of(),
            TransactionRun.Outcome.FAILED,
            Optional.of(
                new TransactionRun.Failure(
                    1, "POST /pay", SHOP, Optional.of(new InstanceId(SHOP, 2)), "status 500")),
            List.of(
                new TransactionRun.StepResult("POST /cart", true, Duration.ofMillis(12)),
                new TransactionRun.StepResult("POST /pay", false, Duration.ofMillis(30))),
            List.of(),
            Instant.parse("2026-01-01T00:00:00Z"),
            Duration.ofMillis(42),
            List.of("DELETE /cart: status 500 instead of 200-299"));
    return TransactionStatus.unknown(buy).ran(failed).stands(TransactionHealth.FAILING, 1);
  }

  @Override
  public Optional<Explanation> explain(String subject) {
    if (!subject.equals("shop")) {
      return Optional.empty();
    }
    LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("wanted", "4");
    return Optional.of(
        new Explanation(
            "shop",
            "degraded",
            "1 of 3 serve",
            List.of(new Explanation.Finding(TIME, "scaling", "hold", "max is 3", evidence))));
  }

  @Override
  public CompletionStage<Plan> plan(Deployment deployment) {
    return CompletableFuture.completedStage(
        new Plan(
            List.of(
                new Plan.Step(
                    Plan.Action.OPEN_LISTENER,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of("shop"),
                    "new"),
                new Plan.Step(
                    Plan.Action.START,
                    Optional.of(SHOP),
                    Optional.of(SHOP_1),
                    Optional.empty(),
                    "new"))));
  }

  @Override
  public CompletionStage<CommandResult> submit(Command command, Actor actor) {
    commands.add(command);
    actors.add(actor);
    return CompletableFuture.completedStage(result);
  }

  @Override
  public Optional<Operation> operation(String id) {
    return id.equals("op-1")
        ? Optional.of(running(id))
        : id.equals("drill-2")
            ? Optional.of(new Operation(id, "drill shop", Operation.State.DONE, "done"))
            : Optional.empty();
  }

  @Override
  public boolean push(InstanceId instance, boolean passed, String message) {
    pushes.add(instance + " " + passed + " " + message);
    return instance.equals(SHOP_1);
  }

  @Override
  public Outcome read(String text, String fileName, Path baseDirectory) {
    baseDirectories.add(baseDirectory);
    return text.contains("wrong")
        ? new Outcome.Invalid(
            List.of(
                new SpecProblem(
                    fileName,
                    2,
                    3,
                    "services.shop.replicsa",
                    "3",
                    "a key",
                    Optional.of("replicas"))))
        : new Outcome.Valid(Deployment.empty(baseDirectory));
  }

  @Override
  public List<String> tail(InstanceId instance, int lines) {
    return instance.equals(SHOP_1)
        ? List.of("one", "two").subList(0, Math.min(2, lines))
        : List.of();
  }

  @Override
  public AutoCloseable follow(InstanceId instance, int lines, Consumer<String> line) {
    tail(instance, lines).forEach(line);
    followers.add(line);
    return () -> followers.remove(line);
  }

  @Override
  public List<ServiceSignals> signals() {
    return List.of(
        new ServiceSignals(
            SHOP,
            12.5,
            4,
            0,
            0,
            List.of(
                new InstanceSignals(
                    SHOP_1, 1, 4, 12.5, 0, Duration.ofMillis(3), 20, Optional.empty(), true))));
  }

  @Override
  public List<ServiceTraffic> traffic() {
    ServiceTraffic.Latency latency =
        new ServiceTraffic.Latency(
            List.of(1_000_000L, 5_000_000L), List.of(3L, 2L, 1L), 2_500_000_000L);
    return List.of(
        new ServiceTraffic(
            SHOP,
            20,
            4,
            3,
            2,
            1,
            6,
            7,
            List.of(
                new ServiceTraffic.InstanceTraffic(
                    SHOP_1, List.of(0L, 9L, 1L, 2L, 3L), 5, 1, latency),
                new ServiceTraffic.InstanceTraffic(
                    new InstanceId(SHOP, 2), List.of(0L, 1L, 0L, 0L, 0L), 0, 0, latency))));
  }

  @Override
  public void stop(boolean keepInstances, Actor actor, String reason) {
    stops.add(keepInstances + " " + actor + " " + reason);
  }

  @Override
  public boolean ready() {
    return ready;
  }
}
