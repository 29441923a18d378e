package io.mainstay.server.drill;

import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.state.DrillReport;
import io.mainstay.model.state.Status.InstanceStatus;
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
  private static final Duration RECOVERY_AFTER_THAW = Duration.ofSeconds(30);
  private static final double TRICKLE = 5;
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(35);

  private final DrillWorld world;
  private final Drills.Request request;
  private final LoadPlan plan;
  private final InstanceStatus victim;
  private final long group;
  private final DrillWatch watch;
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private boolean stopped;

  Drill(
      DrillWorld world,
      Drills.Request request,
      LoadPlan plan,
      ServiceStatus before,
      InstanceStatus victim) {
    this.world = world;
    this.request = request;
    this.plan = plan;
    this.victim = victim;
    this.group = victim.pid().orElseThrow();
    this.watch = new DrillWatch(world.time(), before, victim.id(), victim.generation());
  }

  InstanceStatus victim() {
    return victim;
  }

  /** Runs to the end; nothing stays broken, however it ends. */
  DrillReport run(Optional<String> startedCursor) throws Exception {
    AutoCloseable subscription = world.events().subscribe(watch::saw);
    try (LoadClient load = LoadClient.start(plan)) {
      Duration before = request.duration().dividedBy(5);
      pause(before);
      watch.broken(world.signals().signals());
      breakVictim();
      look(request.duration().minus(before), false);
      load.stop(LAST_ANSWERS);
      mend();
      recover();
      DrillReport report = report(load.report());
      finished(report, startedCursor);
      return report;
    } finally {
      subscription.close();
      mend();
      killIfItDidNotRecover();
    }
  }

  /** A few requests more, which count for nothing: an ejected instance returns by its answers. */
  private void recover() throws InterruptedException, IOException {
    if (request.kind() == DrillReport.Kind.KILL) {
      look(RECOVERY, true);
      return;
    }
    try (LoadClient trickle = LoadClient.start(plan.at(new LoadPlan.Pace.Rate(TRICKLE)))) {
      look(RECOVERY_AFTER_THAW, true);
      trickle.stop(LAST_ANSWERS);
    }
  }

  private synchronized void breakVictim() throws IOException {
    if (cancelled.getCount() == 0) {
      throw new IOException("cancelled");
    }
    switch (request.kind()) {
      case KILL -> world.breaker().send(group, Breaker.Signal.KILL);
      case HANG -> {
        stopped = true;
        world.breaker().send(group, Breaker.Signal.STOP);
      }
    }
  }

  /** Gives a stopped victim its processor back; no effect otherwise. */
  synchronized void mend() {
    if (stopped) {
      stopped = false;
      try {
        world.breaker().send(group, Breaker.Signal.CONTINUE);
      } catch (IOException e) {
        // It was killed meanwhile, as a live check does: nothing is left to mend.
      }
    }
  }

  /** Ends early: what was broken is mended, and the drill fails. */
  void cancel() {
    cancelled.countDown();
    mend();
  }

  private void pause(Duration duration) throws InterruptedException, IOException {
    if (cancelled.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new IOException("cancelled: the server ends");
    }
  }

  private void look(Duration duration, boolean untilFullStrength)
      throws InterruptedException, IOException {
    long end = world.time().now().plus(duration).nanos();
    while (world.time().now().nanos() - end < 0) {
      watch.saw(world.signals().signals());
      status().ifPresent(watch::saw);
      if (untilFullStrength && watch.fullStrength().isPresent()) {
        return;
      }
      pause(LOOK_EVERY);
    }
  }

  /** One that hung so long that it does not come back by itself gets a new process. */
  private void killIfItDidNotRecover() {
    if (request.kind() == DrillReport.Kind.HANG
        && cancelled.getCount() > 0
        && watch.fullStrength().isEmpty()
        && isSameProcess()) {
      try {
        world.breaker().send(group, Breaker.Signal.KILL);
      } catch (IOException e) {
        // It ended by itself.
      }
    }
  }

  private boolean isSameProcess() {
    return status().stream()
        .flatMap(service -> service.instances().stream())
        .anyMatch(instance ->
            instance.id().equals(victim.id())
                && instance.generation() == victim.generation()
                && instance.pid().equals(victim.pid()));
  }

  private Optional<ServiceStatus> status() {
    return world.control().status().services().stream()
        .filter(service -> service.name().equals(request.service()))
        .findFirst();
  }

  private DrillReport report(LoadReport seen) {
    List<String> failures =
        seen.reasons().entrySet().stream()
            .map(entry -> entry.getValue() + " × " + entry.getKey())
            .toList();
    return new DrillReport(
        request.service(),
        request.kind(),
        victim.id(),
        seen.sent(),
        seen.failed(),
        failures,
        seen.median(),
        seen.worst(),
        watch.trafficOff(),
        watch.standbyServing(),
        watch.fullStrength());
  }

  private void finished(DrillReport report, Optional<String> cause) {
    SequencedMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("kind", report.kind().label());
    evidence.put("sent", Long.toString(report.sent()));
    evidence.put("failed", Long.toString(report.failed()));
    evidence.put("worst-latency", millis(Optional.of(report.worstLatency())));
    evidence.put("traffic-off", millis(report.trafficOff()));
    evidence.put("standby-serving", millis(report.standbyServing()));
    evidence.put("full-strength", millis(report.fullStrength()));
    String reason = report.failed() + " of " + report.sent() + " requests failed";
    world.write(EventKind.DRILL_FINISHED, request, victim.id(), cause, reason, evidence);
  }

  private static String millis(Optional<Duration> duration) {
    return duration.map(time -> time.toMillis() + " ms").orElse("never");
  }

  /** The event with which a drill begins. */
  Event announce() {
    SequencedMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("kind", request.kind().label());
    evidence.put("requests-per-second", Integer.toString(request.requestsPerSecond()));
    evidence.put("seconds", Long.toString(request.duration().toSeconds()));
    evidence.put("pid", Long.toString(group));
    evidence.put("path", plan.paths().getFirst());
    return world.write(
        EventKind.DRILL_STARTED,
        request,
        victim.id(),
        Optional.empty(),
        request.reason().isBlank() ? "a rehearsal was asked for" : request.reason(),
        evidence);
  }
}
