package io.mainstay.server.drill;

import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.spec.DrillSpec;
import io.mainstay.model.state.DrillReport;
import io.mainstay.model.state.DrillReport.Kind;
import io.mainstay.model.state.Status.ServiceStatus;
import io.mainstay.ports.Drills;
import io.mainstay.probes.load.LoadClient;
import io.mainstay.probes.load.LoadPlan;
import io.mainstay.probes.load.LoadReport;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One rehearsal from its first request to its report. Runs on one virtual thread; {@link #mend} may
 * be called from any other.
 */
final class Drill {
  private static final Duration LOOK_EVERY = Duration.ofMillis(5);
  private static final Duration RECOVERY = Duration.ofSeconds(60);
  private static final double TRICKLE = 5;
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(35);

  private final DrillWorld world;
  private final Drills.Request request;
  private final LoadPlan plan;
  private final Fault fault;
  private final Optional<DrillSpec> described;
  private final DrillWatch watch;
  private final DrillTimeline timeline;
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private boolean mended;

  /**
   * Wires it up.
   *
   * @param described in the file, with its limits; empty: it only has to end well
   */
  Drill(
      DrillWorld world,
      Drills.Request request,
      LoadPlan plan,
      List<ServiceStatus> before,
      Fault fault,
      Optional<DrillSpec> described) {
    this.world = world;
    this.request = request;
    this.plan = plan;
    this.fault = fault;
    this.described = described;
    this.watch = new DrillWatch(world.time(), request, before, fault.instance());
    this.timeline = new DrillTimeline(world.time());
  }

  Fault fault() {
    return fault;
  }

  /** Runs to the end; nothing stays broken, however it ends. */
  DrillReport run(Optional<String> startedCursor) throws Exception {
    AutoCloseable subscription =
        world
            .events()
            .subscribe(event -> {
              watch.saw(event);
              timeline.saw(event);
            });
    try (LoadClient load = LoadClient.start(plan)) {
      Duration before = request.duration().dividedBy(5);
      pause(before);
      watch.broken(world.signals().signals());
      timeline.broken();
      inject();
      look(request.duration().minus(before), false);
      load.stop(LAST_ANSWERS);
      mend();
      watch.mended();
      if (!request.kind().mendsItself()) {
        timeline.add("mended");
      }
      recover();
      DrillReport report = report(load.report());
      finished(report, startedCursor);
      return report;
    } finally {
      subscription.close();
      mend();
      if (cancelled.getCount() > 0 && watch.recovery().isEmpty()) {
        fault.giveUp();
      }
    }
  }

  /** A few requests more, which count for nothing: an ejected instance returns by its answers. */
  private void recover() throws InterruptedException, IOException {
    Duration within = described.map(DrillSpec::within).orElse(RECOVERY);
    if (request.kind().mendsItself()) {
      look(within, true);
      return;
    }
    try (LoadClient trickle = LoadClient.start(plan.at(new LoadPlan.Pace.Rate(TRICKLE)))) {
      look(within, true);
      trickle.stop(LAST_ANSWERS);
    }
  }

  private synchronized void inject() throws IOException, InterruptedException {
    if (cancelled.getCount() == 0) {
      throw new IOException("cancelled");
    }
    fault.inject();
  }

  /** Mends what was broken; no effect otherwise. */
  synchronized void mend() throws IOException {
    if (!mended) {
      fault.mend();
      mended = true;
    }
  }

  /** Ends early: what was broken is mended, and the drill fails. */
  void cancel() throws IOException {
    cancelled.countDown();
    mend();
  }

  private void pause(Duration duration) throws InterruptedException, IOException {
    if (cancelled.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new IOException("cancelled: the server ends");
    }
  }

  private void look(Duration duration, boolean untilWell) throws InterruptedException, IOException {
    long end = world.time().now().plus(duration).nanos();
    while (world.time().now().nanos() - end < 0) {
      watch.saw(world.signals().signals());
      watch.sawStatus(world.control().status().services());
      if (untilWell && watch.recovery().isPresent()) {
        return;
      }
      pause(LOOK_EVERY);
    }
  }

  private DrillReport report(LoadReport seen) {
    List<String> failures =
        seen.reasons().entrySet().stream()
            .map(entry -> entry.getValue() + " × " + entry.getKey())
            .toList();
    return new DrillReport(
        request.service(),
        request.kind(),
        fault.victim(),
        seen.sent(),
        seen.failed(),
        failures,
        seen.median(),
        seen.worst(),
        watch.trafficOff(),
        watch.standbyServing(),
        watch.fullStrength(),
        watch.recovery(),
        timeline.moments());
  }

  private void finished(DrillReport report, Optional<String> cause) {
    SequencedMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("kind", report.kind().label());
    evidence.put("victim", report.victim());
    evidence.put("sent", Long.toString(report.sent()));
    evidence.put("failed", Long.toString(report.failed()));
    evidence.put("worst-latency", millis(Optional.of(report.worstLatency())));
    if (report.kind() == Kind.KILL || report.kind() == Kind.HANG) {
      evidence.put("traffic-off", millis(report.trafficOff()));
      evidence.put("standby-serving", millis(report.standbyServing()));
      evidence.put("full-strength", millis(report.fullStrength()));
    }
    evidence.put("recovery", millis(report.recovery()));
    Optional<String> objection = DrillRule.objection(report, described);
    evidence.put("passed", Boolean.toString(objection.isEmpty()));
    String reason =
        report.failed()
            + " of "
            + report.sent()
            + " requests failed"
            + objection.map(why -> "; the drill did not pass: " + why).orElse("");
    world.write(EventKind.DRILL_FINISHED, request, fault.instance(), cause, reason, evidence);
  }

  /** It could not be run to its end, or what it broke could not be mended. */
  void failed(String message, Optional<String> cause) {
    SequencedMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("kind", request.kind().label());
    evidence.put("victim", fault.victim());
    evidence.put("passed", "false");
    world.write(
        EventKind.DRILL_FINISHED,
        request,
        fault.instance(),
        cause,
        "the drill did not pass: " + message,
        evidence);
  }

  private static String millis(Optional<Duration> duration) {
    return duration.map(time -> time.toMillis() + " ms").orElse("never");
  }

  /** The event with which a drill begins. */
  Event announce() {
    SequencedMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("kind", request.kind().label());
    request.name().ifPresent(name -> evidence.put("name", name));
    evidence.put("victim", fault.victim());
    evidence.put("requests-per-second", Integer.toString(request.requestsPerSecond()));
    evidence.put("seconds", Long.toString(request.duration().toSeconds()));
    evidence.put("path", plan.paths().getFirst());
    return world.write(
        EventKind.DRILL_STARTED,
        request,
        fault.instance(),
        Optional.empty(),
        request.reason().isBlank() ? "a rehearsal was asked for" : request.reason(),
        evidence);
  }
}
