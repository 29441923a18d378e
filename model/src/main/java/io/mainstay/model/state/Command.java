package io.mainstay.model.state;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What an operator can ask of the controller. */
public sealed interface Command {
  /** The operator's own words; empty if none were given. */
  String reason();

  /** Applies a deployment that was read without errors. */
  record Apply(Deployment deployment, String reason) implements Command {}

  /**
   * Applies the file that a server begins with. What is applied already is left alone: it is no new
   * try of a rollout that has failed.
   */
  record Begin(Deployment deployment, String reason) implements Command {}

  /**
   * Sets a count by hand; ends after {@code duration}, a resume, or an apply that changes replicas.
   */
  record Scale(
      ServiceName service, int replicas, Optional<Duration> duration, boolean force, String reason)
      implements Command {}

  /** Restarts all instances of a service, one after the other within the budget. */
  record RestartService(ServiceName service, boolean force, String reason) implements Command {}

  /** Restarts one instance. */
  record RestartInstance(InstanceId instance, boolean force, String reason) implements Command {}

  /** Takes an instance out of the traffic; its process goes on. */
  record Drain(InstanceId instance, Optional<Duration> duration, boolean force, String reason)
      implements Command {}

  /** Takes an instance out of the traffic for a look at it; it is not restarted. */
  record Isolate(InstanceId instance, Optional<Duration> duration, boolean force, String reason)
      implements Command {}

  /** Ends a drain or an isolation; also tries a parked instance at once. */
  record Release(InstanceId instance, String reason) implements Command {}

  /** Makes a standby serve; the least fit serving instance becomes a standby. */
  record Promote(InstanceId instance, boolean force, String reason) implements Command {}

  /** Turns automation off. */
  record Pause(Optional<ServiceName> service, Optional<Duration> duration, String reason)
      implements Command {}

  /** Turns automation on again and ends scale overrides. */
  record Resume(Optional<ServiceName> service, String reason) implements Command {}

  /** Empties a node: new ones elsewhere first, then what is on it goes. */
  record DrainNode(NodeName node, Optional<Duration> duration, String reason) implements Command {}

  /** Ends a drain: the node takes instances again. */
  record ReleaseNode(NodeName node, String reason) implements Command {}

  /** Forgets a node that is not to come back; one that is still there only by force. */
  record RemoveNode(NodeName node, boolean force, String reason) implements Command {}

  /** Keeps traffic away from a zone, if the others can carry it, or by force. */
  record Evacuate(String zone, Optional<Duration> duration, boolean force, String reason)
      implements Command {}

  /** Ends an evacuation. */
  record EndEvacuation(String zone, String reason) implements Command {}

  /**
   * Sends requests of a service elsewhere.
   *
   * @param to another service; empty: its fallback
   * @param share of its requests, more than 0, at most 1
   */
  record Divert(
      ServiceName service,
      Optional<ServiceName> to,
      double share,
      Optional<Duration> duration,
      boolean force,
      String reason)
      implements Command {}

  /**
   * Ends a diversion. Of a service that was shut down: its instances start again, and where
   * Mainstay diverted its requests, these return as after any other remedy.
   */
  record Restore(ServiceName service, String reason) implements Command {}

  /** Runs these anew in order since another one failed, each within the budget of its service. */
  record RestartGroup(List<InstanceId> instances, String reason) implements Command {
    /** Copies the list. */
    public RestartGroup {
      instances = List.copyOf(instances);
    }
  }

  /** Stops all instances of a service until it is restored. */
  record Shutdown(ServiceName service, String reason) implements Command {}

  /**
   * Lets instances of a service go, each once a fresh one is ready in its place.
   *
   * @param instances which; empty: all
   */
  record Replace(ServiceName service, List<InstanceId> instances, String reason)
      implements Command {
    /** Copies the list. */
    public Replace {
      instances = List.copyOf(instances);
    }
  }
}
