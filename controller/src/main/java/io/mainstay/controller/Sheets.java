package io.mainstay.controller;

import io.mainstay.decisions.placement.NodeView;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.ServiceRevision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeMap;

/** What a pass wants of each node, as it comes together. */
final class Sheets {
  private final TreeMap<NodeName, List<Assignment>> instances = new TreeMap<>();
  private final TreeMap<NodeName, LinkedHashSet<ServiceRevision>> revisions = new TreeMap<>();

  /** Every node has one, be it empty. */
  Sheets(List<NodeView> nodes) {
    for (NodeView node : nodes) {
      instances.put(node.name(), new ArrayList<>());
      revisions.put(node.name(), new LinkedHashSet<>());
    }
  }

  /**
   * Adds an entry with the revision that it refers to.
   *
   * @param known revisions of its service
   */
  void add(NodeName node, Assignment entry, List<ServiceRevision> known) {
    instances.computeIfAbsent(node, _ -> new ArrayList<>()).add(entry);
    for (ServiceRevision revision : known) {
      if (revision.revision() == entry.revision()) {
        revisions.computeIfAbsent(node, _ -> new LinkedHashSet<>()).add(revision);
      }
    }
  }

  /** Hands them over; what differs is written. */
  void write(AssignmentWriter writer) {
    instances.forEach((node, entries) -> {
      entries.sort(Comparator.comparing(Assignment::id));
      List<ServiceRevision> of = List.copyOf(revisions.getOrDefault(node, new LinkedHashSet<>()));
      writer.replace(node, of, entries);
    });
  }
}
