package io.mainstay.server.drill;

import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.model.state.Status.ServiceStatus;
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
  private final Time time;
  private final ServiceName service;
  private final InstanceId victim;
  private final long victimGeneration;
  private final int servingBefore;
  private final int standbyBefore;
  private final TreeSet<InstanceId> routedBefore = new TreeSet<>();
  private boolean shown;
  private @Nullable MonotonicTime brokenAt;
  private @Nullable MonotonicTime trafficOff;
  private @Nullable MonotonicTime standbyServing;
  private @Nullable MonotonicTime fullStrength;

  DrillWatch(Time time, ServiceStatus before, InstanceId victim, long victimGeneration) {
    this.time = time;
    this.service = before.name();
    this.victim = victim;
    this.victimGeneration = victimGeneration;
    this.servingBefore = before.serving();
    this.standbyBefore = before.standby();
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

  /** An event was stored. */
  synchronized void saw(Event event) {
    if (brokenAt == null || !event.service().equals(Optional.of(service))) {
      return;
    }
    boolean ofVictim = event.instance().equals(Optional.of(victim));
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
                instance.id().equals(victim)
                    && instance.generation() == victimGeneration
                    && instance.routed());
    if (!instances.isEmpty() && !victimRouted && trafficOff == null) {
      trafficOff = time.now();
    }
    boolean another =
        instances.stream()
            .anyMatch(instance -> instance.routed() && !routedBefore.contains(instance.id()));
    if (another && standbyServing == null) {
      standbyServing = time.now();
    }
  }

  /** A look at the status. */
  synchronized void saw(ServiceStatus status) {
    if (brokenAt == null) {
      return;
    }
    boolean full = status.serving() >= servingBefore && status.standby() >= standbyBefore;
    // For a moment after the break the status still tells of the time before it.
    shown |= !full || !hasTheSameRun(status);
    if (full && shown && trafficOff != null && fullStrength == null) {
      fullStrength = time.now();
    }
  }

  private boolean hasTheSameRun(ServiceStatus status) {
    return status.instances().stream()
        .anyMatch(
            instance -> instance.id().equals(victim) && instance.generation() == victimGeneration);
  }

  synchronized Optional<Duration> trafficOff() {
    return since(trafficOff);
  }

  synchronized Optional<Duration> standbyServing() {
    return since(standbyServing);
  }

  synchronized Optional<Duration> fullStrength() {
    return since(fullStrength);
  }

  private Optional<Duration> since(@Nullable MonotonicTime moment) {
    MonotonicTime start = brokenAt;
    return start == null || moment == null ? Optional.empty() : Optional.of(moment.since(start));
  }

  private List<InstanceSignals> instances(List<ServiceSignals> signals) {
    return signals.stream()
        .filter(entry -> entry.service().equals(service))
        .flatMap(entry -> entry.instances().stream())
        .toList();
  }
}
