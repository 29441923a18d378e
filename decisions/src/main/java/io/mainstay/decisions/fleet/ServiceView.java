package io.mainstay.decisions.fleet;

import io.mainstay.decisions.nodes.NodeStanding;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.FlowStatus;
import io.mainstay.model.state.ServiceRevision;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.model.state.TransactionStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Everything that is known about one service at one moment.
 *
 * @param name its name
 * @param wanted its spec; empty: it is no longer part of the file
 * @param generation of the desired state
 * @param applied cursor of the event that told of the last apply
 * @param members its instances, sorted by id
 * @param known every revision that an assignment refers to
 * @param unassigned instances that an agent still lists though nothing is assigned: their numbers
 *     are taken
 * @param signals what the traffic says
 * @param overrides what operators asked for
 * @param nodes all that are known, sorted, with what other services have there; the service's own
 *     instances are put there from {@code members}
 * @param caughtUp nodes whose agents have taken in all that was written for them
 * @param promotions standbys that a gateway promoted and roles that do not tell so yet
 * @param transactions how those of the file stand, if this server decides
 * @param flows the same
 */
public record ServiceView(
    ServiceName name,
    Optional<ServiceRevision> wanted,
    long generation,
    Optional<String> applied,
    List<Member> members,
    List<ServiceRevision> known,
    List<InstanceId> unassigned,
    Optional<ServiceSignals> signals,
    ServiceOverrides overrides,
    List<NodeView> nodes,
    List<NodeName> caughtUp,
    List<Promotion> promotions,
    List<TransactionStatus> transactions,
    List<FlowStatus> flows) {
  /** Copies the lists. */
  public ServiceView {
    members = List.copyOf(members);
    known = List.copyOf(known);
    unassigned = List.copyOf(unassigned);
    nodes = List.copyOf(nodes);
    caughtUp = List.copyOf(caughtUp);
    promotions = List.copyOf(promotions);
    transactions = List.copyOf(transactions);
    flows = List.copyOf(flows);
  }

  /** Without transactions. */
  public ServiceView(
      ServiceName name,
      Optional<ServiceRevision> wanted,
      long generation,
      Optional<String> applied,
      List<Member> members,
      List<ServiceRevision> known,
      List<InstanceId> unassigned,
      Optional<ServiceSignals> signals,
      ServiceOverrides overrides,
      List<NodeView> nodes,
      List<NodeName> caughtUp,
      List<Promotion> promotions) {
    this(
        name,
        wanted,
        generation,
        applied,
        members,
        known,
        unassigned,
        signals,
        overrides,
        nodes,
        caughtUp,
        promotions,
        List.of(),
        List.of());
  }

  /** The same with what is known of its instances marked by how their nodes stand. */
  public ServiceView byReach() {
    TreeMap<NodeName, NodeStanding> standings = new TreeMap<>();
    nodes.forEach(node -> standings.put(node.name(), node.standing()));
    List<Member> marked = new ArrayList<>(members.size());
    for (Member member : members) {
      NodeStanding standing = standings.getOrDefault(member.node(), NodeStanding.READY);
      marked.add(member.at(Reaches.of(standing, this)));
    }
    return new ServiceView(
        name,
        wanted,
        generation,
        applied,
        marked,
        known,
        unassigned,
        signals,
        overrides,
        nodes,
        caughtUp,
        promotions,
        transactions,
        flows);
  }

  /** The same with what was placed meanwhile. */
  public ServiceView on(List<NodeView> others) {
    return new ServiceView(
        name,
        wanted,
        generation,
        applied,
        members,
        known,
        unassigned,
        signals,
        overrides,
        others,
        caughtUp,
        promotions,
        transactions,
        flows);
  }

  /** The same with how its transactions stand. */
  public ServiceView with(List<TransactionStatus> now) {
    return new ServiceView(
        name,
        wanted,
        generation,
        applied,
        members,
        known,
        unassigned,
        signals,
        overrides,
        nodes,
        caughtUp,
        promotions,
        now,
        flows);
  }

  /** The same with how its flows stand. */
  public ServiceView withFlows(List<FlowStatus> now) {
    return new ServiceView(
        name,
        wanted,
        generation,
        applied,
        members,
        known,
        unassigned,
        signals,
        overrides,
        nodes,
        caughtUp,
        promotions,
        transactions,
        now);
  }

  /**
   * What a gateway did by itself.
   *
   * @param standby serves now
   * @param inPlaceOf went out
   * @param cursor of the event that told of it
   */
  public record Promotion(InstanceId standby, InstanceId inPlaceOf, String cursor) {}
}
