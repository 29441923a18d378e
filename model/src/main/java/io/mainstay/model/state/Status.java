package io.mainstay.model.state;

import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What users see of everything at one moment.
 *
 * @param node who answers
 * @param leader who decides; empty while nobody does
 * @param version of Mainstay
 * @param services sorted in file order
 * @param nodes sorted by name; empty on a single machine
 * @param coordinationLost since when the coordination cannot be reached, so that nothing new is
 *     decided; empty: it can
 */
public record Status(
    NodeName node,
    Optional<NodeName> leader,
    String version,
    List<ServiceStatus> services,
    List<NodeStatus> nodes,
    Optional<Instant> coordinationLost) {
  /** Copies the lists. */
  public Status {
    services = List.copyOf(services);
    nodes = List.copyOf(nodes);
  }

  /** Of a single machine. */
  public Status(
      NodeName node, Optional<NodeName> leader, String version, List<ServiceStatus> services) {
    this(node, leader, version, services, List.of(), Optional.empty());
  }

  /** The same with only these services. */
  public Status of(List<ServiceStatus> some) {
    return new Status(node, leader, version, some, nodes, coordinationLost);
  }

  /**
   * One service.
   *
   * @param name its name
   * @param desired serving instances wanted now
   * @param min lower bound
   * @param max upper bound
   * @param serving instances in the traffic now
   * @param starting instances on their way
   * @param standby standbys ready behind them
   * @param failing backing off, parked or isolated
   * @param revision of the spec applied last
   * @param verdict what the evidence says
   * @param override a count set by hand, one phrase
   * @param diverted where its requests go instead
   * @param paused whether automation is off
   * @param reason one sentence for the verdict
   * @param requestsPerSecond arriving now
   * @param inFlight on instances now
   * @param queued waiting now
   * @param transactions in file order; empty where another server decides
   * @param flows the same
   * @param instances sorted by id
   */
  public record ServiceStatus(
      ServiceName name,
      int desired,
      int min,
      int max,
      int serving,
      int starting,
      int standby,
      int failing,
      int revision,
      Verdict verdict,
      Optional<String> override,
      Optional<Diverted> diverted,
      boolean paused,
      String reason,
      double requestsPerSecond,
      int inFlight,
      int queued,
      List<TransactionStatus> transactions,
      List<FlowStatus> flows,
      List<InstanceStatus> instances) {
    /** Copies the lists. */
    public ServiceStatus {
      transactions = List.copyOf(transactions);
      flows = List.copyOf(flows);
      instances = List.copyOf(instances);
    }
  }

  /**
   * Requests that go elsewhere.
   *
   * @param to one phrase: a service, or the answer that they get
   * @param share of the requests, up to 1
   * @param answers whether somebody there takes requests
   * @param until when it ends by itself
   * @param actor who asked for it
   * @param reason given with it
   */
  public record Diverted(
      String to,
      double share,
      boolean answers,
      Optional<Instant> until,
      Actor actor,
      String reason) {}

  /**
   * One instance.
   *
   * @param id its name
   * @param node where
   * @param role as the traffic has it now
   * @param state derived
   * @param generation of the process
   * @param revision of the spec that it runs
   * @param pid of the process
   * @param address where it takes traffic
   * @param since of the state
   * @param restarts starts after the first
   * @param lastExit how the previous run ended
   * @param inFlight requests now
   * @param share of its weight that its agent check asks for, above 0, at most 1
   * @param reason one sentence for the state
   */
  public record InstanceStatus(
      InstanceId id,
      NodeName node,
      Role role,
      InstanceState state,
      long generation,
      int revision,
      OptionalLong pid,
      Optional<Address> address,
      Instant since,
      int restarts,
      Optional<Exit> lastExit,
      int inFlight,
      double share,
      String reason) {}
}
