package io.mainstay.server.drill;

import io.mainstay.decisions.drill.DrillSchedule;
import io.mainstay.model.Actor;
import io.mainstay.model.Event;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.DrillSpec;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.DrillRecord;
import io.mainstay.model.state.DrillReport;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.PlannedDrill;
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
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs drills, one at a time. Any thread; each drill has a virtual thread of its own.
 *
 * <p>A hang is a STOP to the victim's process group; when the load ends, or the server does in
 * order, it gets a CONTINUE. If the server is killed half-way through a drill, the next one of the
 * same data folder mends what it broke: {@link #mendWhatIsLeft}.
 */
public final class DrillRunner implements Drills, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DrillRunner.class);
  private static final int MOST_KEPT = 50;
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

  private final NodeName node;
  private final Supplier<Deployment> deployment;
  private final ControlPlane control;
  private final SignalSource signals;
  private final EventJournal events;
  private final Time time;
  private final Randomness randomness;
  private final DrillTools tools;
  private final DrillHistory history;
  private final SequencedMap<String, Operation> operations = new LinkedHashMap<>();
  private final SequencedMap<String, DrillReport> reports = new LinkedHashMap<>();
  private final Map<String, Instant> met = new ConcurrentHashMap<>();
  private boolean busy;
  private boolean closed;
  private @Nullable Drill current;

  /**
   * A runner of which nothing runs yet.
   *
   * @param deployment what is applied now
   * @param history where drills that are over are kept
   */
  public DrillRunner(
      NodeName node,
      Supplier<Deployment> deployment,
      ControlPlane control,
      SignalSource signals,
      EventJournal events,
      Time time,
      Randomness randomness,
      DrillTools tools,
      DrillHistory history) {
    this.node = node;
    this.deployment = deployment;
    this.control = control;
    this.signals = signals;
    this.events = events;
    this.time = time;
    this.randomness = randomness;
    this.tools = tools;
    this.history = history;
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
    Optional<DrillSpec> described =
        request.name().flatMap(name -> DrillFaults.of(spec.get(), name));
    if (request.name().isPresent() && described.isEmpty()) {
      return new CommandResult.NotFound(
          "drill " + request.name().get() + " of " + request.service());
    }
    DrillFaults.Made made =
        new DrillFaults(node, control, tools)
            .make(request, applied, control.status(), actor, randomness.nextDouble());
    if (made instanceof DrillFaults.Made.Wrong wrong) {
      return wrong.result();
    }
    Fault fault = ((DrillFaults.Made.Ready) made).fault();
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
    DrillWorld world = new DrillWorld(node, control, signals, events, time, actor);
    Drill drill =
        new Drill(world, request, plan.get(), control.status().services(), fault, described);
    return begin(new Begun(id, drill, request, described, actor, time.wallClock()));
  }

  /** A drill under way. */
  private record Begun(
      String id,
      Drill drill,
      Request request,
      Optional<DrillSpec> described,
      Actor actor,
      Instant at) {
    String what() {
      return "drill " + request.service() + " " + request.kind().label();
    }

    DrillRecord record(boolean passed, String message, Optional<DrillReport> report) {
      return new DrillRecord(
          id,
          at,
          actor,
          request.service(),
          request.kind(),
          request.name(),
          passed,
          message,
          report);
    }
  }

  private CommandResult begin(Begun begun) {
    Operation operation =
        new Operation(
            begun.id(),
            begun.what(),
            Operation.State.RUNNING,
            (begun.request().kind() == DrillReport.Kind.PROMOTE ? "promotes " : "breaks ")
                + begun.drill().fault().victim());
    synchronized (this) {
      current = begun.drill();
      keep(operations, begun.id(), operation);
    }
    history.open(begun.record(false, begun.drill().fault().victim(), Optional.empty()));
    Event started = begun.drill().announce();
    Thread.ofVirtual().name(begun.id()).start(() -> run(begun, started));
    return new CommandResult.Accepted(operation);
  }

  private void run(Begun begun, Event started) {
    Operation ended;
    try {
      DrillReport report = begun.drill().run(Optional.of(started.cursor()));
      synchronized (this) {
        keep(reports, begun.id(), report);
      }
      Optional<String> objection = DrillRule.objection(report, begun.described());
      String message = report.failed() + " of " + report.sent() + " requests failed";
      history.add(
          begun.record(objection.isEmpty(), objection.orElse(message), Optional.of(report)));
      ended = new Operation(begun.id(), begun.what(), Operation.State.DONE, message);
    } catch (Exception e) {
      String message = String.valueOf(e.getMessage());
      begun.drill().failed(message, Optional.of(started.cursor()));
      history.add(begun.record(false, message, Optional.empty()));
      ended = new Operation(begun.id(), begun.what(), Operation.State.FAILED, message);
    }
    synchronized (this) {
      keep(operations, begun.id(), ended);
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

  @Override
  public Optional<Request> described(
      ServiceName service, String name, boolean force, String reason) {
    return deployment
        .get()
        .service(service)
        .flatMap(spec -> DrillFaults.of(spec, name))
        .map(drill -> Request.of(service, drill, force, reason));
  }

  @Override
  public List<DrillRecord> history() {
    return history.all();
  }

  @Override
  public List<PlannedDrill> planned() {
    return DrillSchedule.decide(plans(), history.all(), isBusy(), time.wallClock());
  }

  private synchronized boolean isBusy() {
    return busy || closed;
  }

  private List<DrillSchedule.Planned> plans() {
    List<DrillSchedule.Planned> plans = new ArrayList<>();
    Deployment applied = deployment.get();
    for (ServiceStatus service : control.status().services()) {
      for (DrillSpec drill :
          applied.service(service.name()).map(ServiceSpec::drills).orElse(List.of())) {
        Instant known =
            met.computeIfAbsent(service.name() + " " + drill.name(), _ -> time.wallClock());
        plans.add(
            new DrillSchedule.Planned(
                service.name(), drill, service.verdict(), service.paused(), known));
      }
    }
    return plans;
  }

  /** Begins the one that is due, if this server decides and nothing speaks against it. */
  public void beginWhatIsDue() {
    if (!control.status().leader().equals(Optional.of(node))) {
      return;
    }
    for (PlannedDrill one : planned()) {
      if (one.against().isEmpty()) {
        described(one.service(), one.name(), false, "the file asks for it now and then")
            .ifPresent(request -> {
              CommandResult result = start(request, Actor.SCHEDULE);
              if (!(result instanceof CommandResult.Accepted)) {
                LOG.info("drill {} of {} could not begin: {}", one.name(), one.service(), result);
              }
            });
      }
    }
  }

  /**
   * Mends what the last server of this folder broke if it was killed half-way through a drill, once
   * the service is known again. Returns at once.
   */
  public void mendWhatIsLeft() {
    history
        .leftOpen()
        .ifPresent(left ->
            Thread.ofVirtual()
                .name("drill-left")
                .start(() -> new LeftOpen(deployment, control, tools, history, node).mend(left)));
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
      try {
        running.cancel();
      } catch (IOException e) {
        LOG.warn("what a drill broke could not be mended", e);
      }
    }
  }
}
