package io.mainstay.decisions.fleet;

import io.mainstay.decisions.placement.Choice;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.decisions.placement.Occupant;
import io.mainstay.decisions.placement.Placement;
import io.mainstay.decisions.placement.Request;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.ServiceRevision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The nodes during one pass over one service: what is there, and what was placed so far. */
final class Ground {
  private final TreeMap<NodeName, NodeView> nodes = new TreeMap<>();

  /** Puts the service's own instances where they are. */
  Ground(ServiceView view) {
    TreeMap<NodeName, List<Occupant>> own = new TreeMap<>();
    for (Member member : view.members()) {
      spec(view, member.assignment().revision())
          .ifPresent(revision ->
              own.computeIfAbsent(member.node(), _ -> new ArrayList<>())
                  .add(
                      Occupant.of(
                          member.id(),
                          member.assignment().revision(),
                          !member.isWanted(),
                          revision.spec())));
    }
    for (NodeView node : view.nodes()) {
      List<Occupant> there = own.getOrDefault(node.name(), List.of());
      List<Occupant> others = others(node, view.name());
      boolean same = there.isEmpty() && others.size() == node.occupants().size();
      if (!same) {
        others.addAll(there);
      }
      nodes.put(node.name(), same ? node : node.holding(others));
    }
  }

  private static List<Occupant> others(NodeView node, ServiceName service) {
    List<Occupant> others = new ArrayList<>(node.occupants().size());
    for (Occupant occupant : node.occupants()) {
      if (!occupant.id().service().equals(service)) {
        others.add(occupant);
      }
    }
    return others;
  }

  private static Optional<ServiceRevision> spec(ServiceView view, int revision) {
    for (ServiceRevision known : view.known()) {
      if (known.revision() == revision) {
        return Optional.of(known);
      }
    }
    return view.wanted();
  }

  List<NodeView> nodes() {
    return List.copyOf(nodes.values());
  }

  Optional<NodeView> node(NodeName name) {
    return Optional.ofNullable(nodes.get(name));
  }

  /** Whether there is more than one machine to think of. */
  boolean isSeveral() {
    return nodes.size() > 1;
  }

  /** Finds a place and takes it. */
  Choice place(Request request) {
    Choice choice = Placement.choose(request, nodes());
    if (choice instanceof Choice.Placed placed) {
      nodes.computeIfPresent(placed.node(), (_, node) -> node.with(request.occupant()));
    }
    return choice;
  }
}
