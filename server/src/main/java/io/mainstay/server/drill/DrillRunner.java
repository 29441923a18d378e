package io.mainstay.server.drill;

import io.mainstay.model.Actor;
import io.mainstay.model.Event;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.DrillReport;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.Status.InstanceStatus;
import io.mainstay.model.state.Status.ServiceStatus;
import io.mainstay.ports.ControlPlane;
import io.mainstay.ports.Drills;
import io.mainstay.ports.EventJournal;
import io.mainstay.ports.Randomness;
import io.mainstay.ports.SignalSource;
import io.mainstay.ports.Time;
import io.mainstay.probes.load.LoadClient;
import io.mainstay.probes.load.LoadPlan;
import io.mainstay.probes.load.LoadReport;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs drills, one at a time. Any thread; each drill has a virtual thread of its own.
 *
 * <p>A hang is a STOP to the victim's process group; when the load ends, or the server does in
 * order, it gets a CONTINUE. If the server is killed half-way through a hang, the victim stays
 * stopped: out of the traffic, and restarted by its live check if it has one; {@code mainstay
 * restart INSTANCE} helps otherwise.
 */
public final class DrillRunner implements Drills, AutoCloseable {
  private static final int MOST_KEPT = 50;
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

  private final NodeName node;
  private final Supplier<Deployment> deployment;
  private final ControlPlane control;
  private final SignalSource signals;
  private final EventJournal events;
  private final Time time;
  private final Randomness randomness;
  private final Breaker breaker;
  private final SequencedMap<String, Operation> operations = new LinkedHashMap<>();
  private final SequencedMap<String, DrillReport> reports = new LinkedHashMap<>();
  private boolean busy;
  private boolean closed;
  private @Nullable Drill current;

  /**
   * A runner of which nothing runs yet.
   *
   * @param deployment what is applied now
   * @param breaker {@link GroupSignals} on a real machine
   */
  public DrillRunner(
      NodeName node,
      Supplier<Deployment> deployment,
      ControlPlane control,
      SignalSource signals,
      EventJournal events,
      Time time,
      Randomness randomness,
      Breaker breaker) {
    this.node = node;
    this.deployment = deployment;
    this.control = control;
    this.signals = signals;
    this.events = events;
    this.time = time;
    this.randomness = randomness;
    this.breaker = breaker;
  }

  @Override
  public CommandResult start(Request request, Actor actor) {
    Optional<CommandResult> wrong = rangeError(request);
    if (wrong.isPresent()) {
      return wrong.get();
    }
    synchronized (this) {
      if (busy || closed) {
        String reason = closed ? "the server ends" : "another drill runs";
        return new CommandResult.Refused(reason, new LinkedHashMap<>());
      }
      busy = true;
    }
    boolean begun = false;
    try {
      CommandResult result = prepare(request, actor);
      begun = result instanceof CommandResult.Accepted;
      return result;
    } finally {
      if (!begun) {
        release();
      }
    }
  }

  private static Optional<CommandResult> rangeError(Request request) {
    if (request.requestsPerSecond() < 1 || request.requestsPerSecond() > 5000) {
      return Optional.of(
          new CommandResult.Invalid(
              "rps: " + request.requestsPerSecond() + " (expected: 1 to 5000)"));
    }
    long millis = request.duration().toMillis();
    if (millis < 2000 || millis > 600_000) {
      return Optional.of(new CommandResult.Invalid("for: " + millis + " ms (expected: 2s to 10m)"));
    }
    return Optional.empty();
  }

  private CommandResult prepare(Request request, Actor actor) {
    Deployment applied = deployment.get();
    Optional<ServiceSpec> spec = applied.service(request.service());
    Optional<ServiceStatus> status =
        control.status().services().stream()
            .filter(service -> service.name().equals(request.service()))
            .findFirst();
    if (spec.isEmpty() || status.isEmpty()) {
      return new CommandResult.NotFound("service " + request.service());
    }
    Optional<InstanceStatus> victim = DrillRule.victim(status.get(), randomness.nextDouble());
    if (victim.isEmpty()) {
      return new CommandResult.Invalid(
          request.service() + ": no serving instance with a process of ours to break");
    }
    Optional<CommandResult.Refused> refusal = DrillRule.refusal(spec.get(), status.get());
    if (refusal.isPresent() && !request.force()) {
      return refusal.get();
    }
    List<DrillTarget> targets = DrillTarget.of(applied, request.service());
    if (targets.isEmpty()) {
      return new CommandResult.Invalid(
          request.service() + ": no http listener leads to it (expected: listen, or a route)");
    }
    String id = "drill-" + randomness.nextToken().substring(0, 12);
    Optional<LoadPlan> plan = answering(targets, request, id);
    if (plan.isEmpty()) {
      return new CommandResult.Invalid(
          request.service()
              + ": no good answer over its listener to GET "
              + String.join(" or ", targets.getFirst().paths()));
    }
    DrillWorld world = new DrillWorld(node, control, signals, events, time, breaker, actor);
    return begin(id, new Drill(world, request, plan.get(), status.get(), victim.get()), request);
  }

  private CommandResult begin(String id, Drill drill, Request request) {
    String what = "drill " + request.service() + " " + request.kind().label();
    Operation operation =
        new Operation(id, what, Operation.State.RUNNING, "breaks " + drill.victim().id());
    synchronized (this) {
      current = drill;
      keep(operations, id, operation);
    }
    Event started = drill.announce();
    Thread.ofVirtual().name(id).start(() -> run(id, what, drill, started));
    return new CommandResult.Accepted(operation);
  }

  private void run(String id, String what, Drill drill, Event started) {
    Operation ended;
    try {
      DrillReport report = drill.run(Optional.of(started.cursor()));
      synchronized (this) {
        keep(reports, id, report);
      }
      ended =
          new Operation(
              id,
              what,
              Operation.State.DONE,
              report.failed() + " of " + report.sent() + " requests failed");
    } catch (Exception e) {
      ended = new Operation(id, what, Operation.State.FAILED, String.valueOf(e.getMessage()));
    }
    synchronized (this) {
      keep(operations, id, ended);
    }
    release();
  }

  private synchronized void release() {
    busy = false;
    current = null;
  }

  private static <V> void keep(SequencedMap<String, V> map, String id, V value) {
    map.put(id, value);
    while (map.size() > MOST_KEPT) {
      map.pollFirstEntry();
    }
  }

  /** The first way to the service that gives a good answer to one GET. */
  private static Optional<LoadPlan> answering(
      List<DrillTarget> targets, Request request, String id) {
    for (DrillTarget target : targets) {
      for (String path : target.paths()) {
        LoadPlan one =
            plan(target, path, new LoadPlan.Pace.Connections(1, Duration.ofSeconds(1)), id);
        if (answers(one)) {
          return Optional.of(
              plan(target, path, new LoadPlan.Pace.Rate(request.requestsPerSecond()), id));
        }
      }
    }
    return Optional.empty();
  }

  private static LoadPlan plan(DrillTarget target, String path, LoadPlan.Pace pace, String id) {
    return new LoadPlan(
        target.address(),
        target.tls(),
        target.host(),
        pace,
        List.of(path),
        0,
        List.of(),
        List.of(),
        REQUEST_TIMEOUT,
        id);
  }

  private static boolean answers(LoadPlan plan) {
    CountDownLatch one = new CountDownLatch(1);
    try (LoadClient client = LoadClient.start(plan, sample -> one.countDown())) {
      if (!one.await(5, TimeUnit.SECONDS)) {
        return false;
      }
      LoadReport report = client.report();
      return report.ok() > 0 && report.failed() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public synchronized Optional<Operation> operation(String id) {
    return Optional.ofNullable(operations.get(id));
  }

  @Override
  public synchronized Optional<DrillReport> report(String id) {
    return Optional.ofNullable(reports.get(id));
  }

  /** Ends a drill that runs, and mends what it broke. */
  @Override
  public void close() {
    Drill running;
    synchronized (this) {
      closed = true;
      running = current;
    }
    if (running != null) {
      running.cancel();
    }
  }
}
