package io.mainstay.decisions.placement;

import io.mainstay.decisions.nodes.NodeStanding;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Place;
import io.mainstay.model.state.NodeCapacity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A node as decisions see it, with everything that has its place there.
 *
 * @param name which
 * @param labels given by the operator
 * @param capacity what it offers; empty: nobody counts, as on a single machine
 * @param standing how it stands
 * @param occupants in the order in which they came
 * @param reserved the needs of all of them together
 */
public record NodeView(
    NodeName name,
    SequencedMap<String, String> labels,
    Optional<NodeCapacity> capacity,
    NodeStanding standing,
    List<Occupant> occupants,
    Need reserved) {
  /** Copies the collections. */
  public NodeView {
    labels = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(labels));
    occupants = List.copyOf(occupants);
  }

  /** An empty one. */
  public static NodeView of(
      NodeName name,
      SequencedMap<String, String> labels,
      Optional<NodeCapacity> capacity,
      NodeStanding standing) {
    return new NodeView(name, labels, capacity, standing, List.of(), Need.NOTHING);
  }

  /** A single machine: ready, without labels, and nobody counts what fits. */
  public static NodeView alone(NodeName name) {
    return of(name, new LinkedHashMap<>(), Optional.empty(), NodeStanding.READY);
  }

  /** The value of a label; of {@link Place#NODE} the name. Empty: it has no such label. */
  public String label(String label) {
    return label.equals(Place.NODE) ? name.value() : labels.getOrDefault(label, "");
  }

  /** With one more; it takes the place of one of the same name. */
  public NodeView with(Occupant occupant) {
    List<Occupant> next = others(occupant.id());
    next.add(occupant);
    return holding(next);
  }

  /** With these instead of what was there. */
  public NodeView holding(List<Occupant> next) {
    Need sum = Need.NOTHING;
    for (Occupant occupant : next) {
      sum = sum.plus(occupant.need());
    }
    return new NodeView(name, labels, capacity, standing, next, sum);
  }

  private List<Occupant> others(InstanceId id) {
    List<Occupant> others = new ArrayList<>(occupants.size() + 1);
    for (Occupant occupant : occupants) {
      if (!occupant.id().equals(id)) {
        others.add(occupant);
      }
    }
    return others;
  }

  /**
   * How full it would be with {@code more}: the largest share of what it offers; 0 if nobody
   * counts.
   */
  public double filled(Need more) {
    if (capacity.isEmpty()) {
      return 0;
    }
    NodeCapacity offered = capacity.get();
    Need sum = reserved.plus(more);
    return Math.max(
        share(sum.instances(), offered.instances()),
        Math.max(
            share(sum.cpuCores(), offered.cpuCores()),
            share((double) sum.memoryBytes(), (double) offered.memoryBytes())));
  }

  private static double share(double used, double offered) {
    return used == 0 ? 0 : offered <= 0 ? Double.POSITIVE_INFINITY : used / offered;
  }
}
