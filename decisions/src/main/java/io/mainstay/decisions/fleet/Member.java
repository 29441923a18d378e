package io.mainstay.decisions.fleet;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One instance with everything that is known about it: three records, three writers.
 *
 * @param node where it is assigned
 * @param assignment what is wanted of it (written by the controller)
 * @param observed what its agent says; empty: not heard of yet
 * @param signals what the traffic says; empty: the gateway does not know it
 * @param cpuCores cores in use; empty: not measured
 * @param reach whether what its agent says can be relied on
 */
public record Member(
    NodeName node,
    Assignment assignment,
    Optional<ObservedInstance> observed,
    Optional<InstanceSignals> signals,
    OptionalDouble cpuCores,
    Reach reach) {
  /** Whether what an agent said last still holds. */
  public enum Reach {
    /** Its node is there. */
    PRESENT,
    /** The session of its node is gone; it holds as far as gateways send requests to it. */
    SUSPECT,
    /** Its node is lost; it does not. */
    LOST
  }

  /** One whose node is there. */
  public Member(
      NodeName node,
      Assignment assignment,
      Optional<ObservedInstance> observed,
      Optional<InstanceSignals> signals,
      OptionalDouble cpuCores) {
    this(node, assignment, observed, signals, cpuCores, Reach.PRESENT);
  }

  /** One that was just made up: nobody has seen it yet. */
  public static Member fresh(NodeName node, Assignment assignment) {
    return new Member(node, assignment, Optional.empty(), Optional.empty(), OptionalDouble.empty());
  }

  /** The same instance with something else wanted of it. */
  public Member with(Assignment other) {
    return new Member(node, other, observed, signals, cpuCores, reach);
  }

  /** The same on a node that is so. */
  Member at(Reach other) {
    return new Member(node, assignment, observed, signals, cpuCores, other);
  }

  /** Whether its node is lost: what its agent said is old. */
  public boolean lost() {
    return reach == Reach.LOST;
  }

  /** Whether its node is there, or gateways still get answers from it. */
  private boolean isWithinReach() {
    return switch (reach) {
      case PRESENT -> true;
      case SUSPECT -> routed();
      case LOST -> false;
    };
  }

  /** Its name. */
  public InstanceId id() {
    return assignment.id();
  }

  /** Where it stands; PENDING before its agent said anything. */
  public Phase phase() {
    return observed.isPresent() ? observed.get().phase() : Phase.PENDING;
  }

  /** Of its process; 0 before the first. */
  public long generation() {
    return observed.isPresent() ? observed.get().generation() : 0;
  }

  /** Why it is out of traffic by passive evidence, if this run of it is. */
  public Optional<String> ejected() {
    return current().flatMap(InstanceSignals::ejected);
  }

  /** Whether the gateway sends new requests to it. */
  public boolean routed() {
    return current().map(InstanceSignals::routed).orElse(false);
  }

  /** Requests in flight on it, as far as known. */
  public int inFlight() {
    return current().map(InstanceSignals::inFlight).orElse(0);
  }

  /** Signals of an older run say nothing about this one. */
  private Optional<InstanceSignals> current() {
    return signals.filter(signal -> signal.generation() >= generation());
  }

  /** How its previous run ended. */
  public Optional<Exit> lastExit() {
    return observed.flatMap(ObservedInstance::lastExit);
  }

  /** Starts after the first one. */
  public int restartsSoFar() {
    return observed.isPresent() ? observed.get().restarts() : 0;
  }

  /** Whether a newer generation was asked for than the one that runs. */
  public boolean restartPending() {
    return generation() < assignment.minGeneration();
  }

  /** Whether a restart of ours is not finished: the next one may have to wait for it. */
  public boolean restarting() {
    if (lost() || assignment.minGeneration() == 0 || generation() > assignment.minGeneration()) {
      return false;
    }
    return restartPending() || isOnItsWay();
  }

  /** Whether it is between two steady states. */
  public boolean isOnItsWay() {
    return !lost()
        && switch (phase()) {
          case PENDING, STARTING, DRAINING, STOPPING -> true;
          case READY, NOT_READY, FROZEN, PREPARED, HELD, BACKING_OFF, PARKED, STOPPED -> false;
        };
  }

  /** Whether it is meant to be there: not on its way out. */
  public boolean isWanted() {
    return assignment.directive() != Directive.REMOVE;
  }

  /** Whether it is meant to run and take traffic or stand by. */
  public boolean isRun() {
    return assignment.directive() == Directive.RUN;
  }

  /** Whether it could take a request right now, for all that is known and already decided. */
  public boolean isReady() {
    return isWithinReach()
        && phase() == Phase.READY
        && isRun()
        && !restartPending()
        && ejected().isEmpty();
  }

  /** Whether it takes requests: a ready one that serves, or a standby that the gateway promoted. */
  public boolean inTraffic() {
    return isReady() && (isServing() || routed());
  }

  /**
   * Whether requests are answered by it, so that they would miss it: it takes traffic, and if its
   * live check fails, the gateway has seen good answers of it within the last second.
   */
  public boolean serves() {
    return inTraffic() && (!Restarts.failsLive(this) || answers());
  }

  private boolean answers() {
    return current()
        .filter(signal -> signal.requestsPerSecond() > signal.failuresPerSecond())
        .isPresent();
  }

  /**
   * Whether requests would miss it, for all that anybody says: what was stored last may be older
   * than what the gateway does, after a reconnect or an election for instance.
   */
  public boolean mayTakeTraffic() {
    return serves() || (routed() && !inTraffic());
  }

  /** Whether its role is to serve. */
  public boolean isServing() {
    return assignment.role() == Role.SERVING;
  }

  /** Whether it once worked, or was due to, and does not now; a first start is no failure. */
  public boolean hasFailed() {
    return lost()
        || switch (phase()) {
          case BACKING_OFF, PARKED, NOT_READY, STOPPED, HELD, DRAINING, STOPPING -> true;
          case PENDING, STARTING -> generation() > 1 || lastExit().isPresent();
          case READY -> ejected().isPresent() || restartPending() || !isRun() || !isWithinReach();
          case FROZEN, PREPARED -> false;
        };
  }

  /** Whether it is what a standby of any mode should be. */
  public boolean isReadyStandby() {
    return isRun()
        && isWithinReach()
        && !restartPending()
        && switch (phase()) {
          case READY, FROZEN -> ejected().isEmpty();
          case PREPARED -> true;
          case PENDING,
              STARTING,
              NOT_READY,
              DRAINING,
              HELD,
              STOPPING,
              BACKING_OFF,
              PARKED,
              STOPPED ->
              false;
        };
  }
}
