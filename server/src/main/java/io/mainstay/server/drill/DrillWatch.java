package io.mainstay.server.drill;

import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.DrillReport.Kind;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.InstanceState;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.model.state.Status.ServiceStatus;
import io.mainstay.ports.Drills;
import io.mainstay.ports.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Measures what follows a break: from events as they are stored, and from the gateway's signals and
 * the status, which are looked at every few milliseconds; whichever shows it first. Any thread.
 */
final class DrillWatch {
  /** What is shown after mending may still be the time before it: passes come every second. */
  private static final Duration SETTLING = Duration.ofMillis(1200);

  private final Time time;
  private final ServiceName service;
  private final Kind kind;
  private final List<ServiceStatus> before;
  private final Optional<InstanceId> victim;
  private final long victimGeneration;
  private final TreeSet<InstanceId> routedBefore = new TreeSet<>();
  private boolean shown;
  private @Nullable MonotonicTime brokenAt;
  private @Nullable MonotonicTime mendedAt;
  private @Nullable MonotonicTime trafficOff;
  private @Nullable MonotonicTime standbyServing;
  private @Nullable MonotonicTime fullStrength;
  private @Nullable MonotonicTime well;

  /**
   * Of one drill.
   *
   * @param before how all services stood
   * @param victim the one instance that is broken, if it is one
   */
  DrillWatch(
      Time time, Drills.Request request, List<ServiceStatus> before, Optional<InstanceId> victim) {
    this.time = time;
    this.service = request.service();
    this.kind = request.kind();
    this.before = List.copyOf(before);
    this.victim = victim;
    this.victimGeneration =
        before.stream()
            .flatMap(one -> one.instances().stream())
            .filter(instance -> victim.filter(instance.id()::equals).isPresent())
            .mapToLong(instance -> instance.generation())
            .findFirst()
            .orElse(0);
  }

  /** The last look before the break. */
  synchronized void broken(List<ServiceSignals> signals) {
    for (InstanceSignals instance : instances(signals)) {
      if (instance.routed()) {
        routedBefore.add(instance.id());
      }
    }
    brokenAt = time.now();
  }

  /** What was broken is mended. */
  synchronized void mended() {
    mendedAt = time.now();
  }

  /** An event was stored. */
  synchronized void saw(Event event) {
    if (brokenAt == null || !event.service().equals(Optional.of(service))) {
      return;
    }
    boolean ofVictim = victim.isPresent() && event.instance().equals(victim);
    boolean off =
        event.kind() == EventKind.INSTANCE_EXITED
            || event.kind() == EventKind.OUTLIER_EJECTED
            || event.kind() == EventKind.INSTANCE_NOT_READY;
    if (ofVictim && off && trafficOff == null) {
      trafficOff = time.now();
    }
    if (event.kind() == EventKind.STANDBY_PROMOTED && standbyServing == null) {
      standbyServing = time.now();
    }
  }

  /** A look at the signals. */
  synchronized void saw(List<ServiceSignals> signals) {
    if (brokenAt == null) {
      return;
    }
    List<InstanceSignals> instances = instances(signals);
    boolean victimRouted =
        instances.stream()
            .anyMatch(instance ->
                victim.filter(instance.id()::equals).isPresent()
                    && instance.generation() == victimGeneration
                    && instance.routed());
    boolean loses = victim.isPresent() && kind != Kind.PROMOTE;
    if (loses && !instances.isEmpty() && !victimRouted && trafficOff == null) {
      trafficOff = time.now();
    }
    boolean another =
        instances.stream()
            .anyMatch(instance -> instance.routed() && !routedBefore.contains(instance.id()));
    if (another && standbyServing == null) {
      standbyServing = time.now();
    }
  }

  /** A look at the status of all services. */
  synchronized void sawStatus(List<ServiceStatus> services) {
    if (brokenAt == null) {
      return;
    }
    services.stream()
        .filter(status -> status.name().equals(service))
        .findFirst()
        .ifPresent(this::sawService);
    if (well == null && isOver() && before.stream().allMatch(old -> isAsBefore(old, services))) {
      well = time.now();
    }
  }

  private void sawService(ServiceStatus status) {
    ServiceStatus old =
        before.stream().filter(one -> one.name().equals(service)).findFirst().orElse(status);
    boolean full = status.serving() >= old.serving() && status.standby() >= old.standby();
    // For a moment after the break the status still tells of the time before it.
    shown |= !full || !hasTheSameRun(status);
    boolean changed =
        kind == Kind.PROMOTE
            ? isServing(status)
            : shown && (trafficOff != null || victim.isEmpty());
    if (full && changed && fullStrength == null) {
      fullStrength = time.now();
    }
  }

  /** Whether what was broken is mended, or full strength is back where nothing is to be mended. */
  private boolean isOver() {
    return kind.mendsItself()
        ? fullStrength != null
        : mendedAt != null && time.now().since(mendedAt).compareTo(SETTLING) >= 0;
  }

  private static boolean isAsBefore(ServiceStatus old, List<ServiceStatus> services) {
    for (ServiceStatus now : services) {
      if (now.name().equals(old.name())) {
        return now.verdict() == old.verdict()
            && now.serving() >= old.serving()
            && now.standby() >= old.standby();
      }
    }
    return true;
  }

  private boolean isServing(ServiceStatus status) {
    return status.instances().stream()
        .anyMatch(instance ->
            victim.filter(instance.id()::equals).isPresent()
                && instance.state() == InstanceState.SERVING);
  }

  private boolean hasTheSameRun(ServiceStatus status) {
    return victim.isEmpty()
        || status.instances().stream()
            .anyMatch(instance ->
                victim.get().equals(instance.id()) && instance.generation() == victimGeneration);
  }

  synchronized Optional<Duration> trafficOff() {
    return since(brokenAt, trafficOff);
  }

  synchronized Optional<Duration> standbyServing() {
    return since(brokenAt, standbyServing);
  }

  synchronized Optional<Duration> fullStrength() {
    return since(brokenAt, fullStrength);
  }

  synchronized Optional<Duration> recovery() {
    return since(kind.mendsItself() ? brokenAt : mendedAt, well);
  }

  private static Optional<Duration> since(
      @Nullable MonotonicTime start, @Nullable MonotonicTime moment) {
    return start == null || moment == null ? Optional.empty() : Optional.of(moment.since(start));
  }

  private List<InstanceSignals> instances(List<ServiceSignals> signals) {
    return signals.stream()
        .filter(entry -> entry.service().equals(service))
        .flatMap(entry -> entry.instances().stream())
        .toList();
  }
}
