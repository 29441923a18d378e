package io.mainstay.decisions.placement;

import io.mainstay.decisions.placement.Obstacle.Cause;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Place;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.state.NodeCapacity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * On which node a new instance runs. What runs is never moved for beauty.
 *
 * <p>First what must be: the node takes new ones, has the required labels, room by the reservations
 * of all that is there, the port, and nothing that must stay apart. Then of those the ones with the
 * most preferred labels. Then evenly: the value of the spread label with the fewest, of its nodes
 * the one with the fewest, of those the least filled one; or, packed, the fullest one that still
 * has room. Last the name, so that the same facts give the same node.
 */
public final class Placement {
  /** What rounding may add to sums of cores. */
  private static final double TOLERANCE = 1e-9;

  private static final int NAMED = 12;

  private Placement() {}

  /**
   * A node that could take it.
   *
   * @param preferred labels as preferred
   * @param inDomain instances under the same value of the spread label
   * @param onNode instances on the node
   * @param filled share that would be reserved
   */
  private record Candidate(NodeView node, int preferred, int inDomain, int onNode, double filled) {}

  /**
   * The place for one more instance.
   *
   * @param nodes all that are known, sorted by name
   */
  public static Choice choose(Request request, List<NodeView> nodes) {
    Place place = request.spec().place();
    SequencedMap<NodeName, Obstacle> obstacles = new LinkedHashMap<>();
    List<NodeView> open = new ArrayList<>();
    for (NodeView node : nodes) {
      Optional<Obstacle> obstacle = obstacle(request, node);
      if (obstacle.isPresent()) {
        obstacles.put(node.name(), obstacle.get());
      } else {
        open.add(node);
      }
    }
    if (open.isEmpty()) {
      return new Choice.Nowhere(obstacles);
    }
    TreeMap<String, Integer> domains = new TreeMap<>();
    for (NodeView node : nodes) {
      domains.merge(node.label(place.spread()), alike(request, node), Integer::sum);
    }
    List<Candidate> candidates = new ArrayList<>();
    Need need = Need.of(request.spec());
    for (NodeView node : open) {
      Candidate candidate =
          new Candidate(
              node,
              preferred(place, node),
              domains.getOrDefault(node.label(place.spread()), 0),
              alike(request, node),
              node.filled(need));
      candidates.add(candidate);
    }
    Candidate best = candidates.getFirst();
    for (Candidate candidate : candidates) {
      best = isBetter(candidate, best, place) ? candidate : best;
    }
    return placed(best, place, open.size(), obstacles);
  }

  /** Nodes come in the order of their names, so that the first of equals stays. */
  private static boolean isBetter(Candidate one, Candidate best, Place place) {
    if (one.preferred() != best.preferred()) {
      return one.preferred() > best.preferred();
    }
    if (place.pack()) {
      return Double.compare(one.filled(), best.filled()) > 0;
    }
    if (one.inDomain() != best.inDomain()) {
      return one.inDomain() < best.inDomain();
    }
    if (one.onNode() != best.onNode()) {
      return one.onNode() < best.onNode();
    }
    return Double.compare(one.filled(), best.filled()) < 0;
  }

  /** What keeps this instance from this node, if anything does; the first that applies. */
  public static Optional<Obstacle> obstacle(Request request, NodeView node) {
    if (node.standing().closed().isPresent()) {
      return because(
          Cause.CLOSED, node.standing().state().label() + ", " + node.standing().closed().get());
    }
    Place place = request.spec().place();
    for (var label : place.require().entrySet()) {
      String has = node.label(label.getKey());
      if (!has.equals(label.getValue())) {
        return because(
            Cause.LABEL,
            label.getKey()
                + " is "
                + (has.isEmpty() ? "not set" : has)
                + ", not "
                + label.getValue());
      }
    }
    Optional<Obstacle> full =
        node.capacity().flatMap(offered -> full(Need.of(request.spec()), node.reserved(), offered));
    return full.isPresent() ? full : neighbours(request, node);
  }

  private static Optional<Obstacle> full(Need need, Need reserved, NodeCapacity offered) {
    if (need.instances() > 0 && reserved.instances() + need.instances() > offered.instances()) {
      return because(
          Cause.INSTANCES,
          offered.instances() == 0
              ? "it is a witness, which runs none"
              : reserved.instances() + " of " + offered.instances() + " are there");
    }
    if (need.cpuCores() > 0
        && reserved.cpuCores() + need.cpuCores() > offered.cpuCores() + TOLERANCE) {
      return because(
          Cause.CPU,
          String.format(
              Locale.ROOT,
              "%.2f cores wanted, %.2f of %.2f are free",
              need.cpuCores(),
              Math.max(0, offered.cpuCores() - reserved.cpuCores()),
              offered.cpuCores()));
    }
    if (need.memoryBytes() > 0
        && reserved.memoryBytes() + need.memoryBytes() > offered.memoryBytes()) {
      return because(
          Cause.MEMORY,
          mebibytes(need.memoryBytes())
              + " wanted, "
              + mebibytes(Math.max(0, offered.memoryBytes() - reserved.memoryBytes()))
              + " of "
              + mebibytes(offered.memoryBytes())
              + " are free");
    }
    return Optional.empty();
  }

  private static Optional<Obstacle> neighbours(Request request, NodeView node) {
    ServiceName service = request.id().service();
    Place place = request.spec().place();
    for (Occupant other : node.occupants()) {
      if (request.spec().port() instanceof PortPolicy.Fixed fixed
          && other.port().orElse(-1) == fixed.port()) {
        return because(Cause.PORT, fixed.port() + " is taken by " + other.id());
      }
      if (place.apart().contains(other.id().service())) {
        return because(Cause.APART, other.id() + " is there");
      }
      if (other.apart().contains(service)) {
        return because(Cause.APART, other.id() + " keeps away from " + service);
      }
    }
    // During an update the old one may stand beside the new one.
    int same = alike(request, node);
    if (place.perNode().isPresent() && same >= place.perNode().getAsInt()) {
      return because(Cause.PER_NODE, same + " of " + service + " are there");
    }
    return Optional.empty();
  }

  private static int alike(Request request, NodeView node) {
    int count = 0;
    for (Occupant occupant : node.occupants()) {
      boolean counts =
          !occupant.leaving()
              && occupant.revision() == request.revision()
              && occupant.id().service().equals(request.id().service());
      count += counts ? 1 : 0;
    }
    return count;
  }

  private static int preferred(Place place, NodeView node) {
    int matches = 0;
    for (var label : place.prefer().entrySet()) {
      matches += node.label(label.getKey()).equals(label.getValue()) ? 1 : 0;
    }
    return matches;
  }

  private static Choice placed(
      Candidate best, Place place, int open, SequencedMap<NodeName, Obstacle> obstacles) {
    NodeView node = best.node();
    LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("node", node.name().value());
    evidence.put("could-take-it", String.valueOf(open));
    String spread = place.spread();
    if (place.pack()) {
      evidence.put("packed", "true");
    } else if (!spread.equals(Place.NODE)) {
      evidence.put("in " + spread + " " + node.label(spread), String.valueOf(best.inDomain()));
    }
    evidence.put("of-it-there", String.valueOf(best.onNode()));
    evidence.put("filled", Math.round(best.filled() * 100) + "%");
    if (!place.prefer().isEmpty()) {
      evidence.put("preferred-labels", best.preferred() + " of " + place.prefer().size());
    }
    int named = 0;
    for (var entry : obstacles.entrySet()) {
      if (named++ < NAMED) {
        evidence.put("not " + entry.getKey(), entry.getValue().detail());
      }
    }
    String why =
        open == 1
            ? "the only node that can take it"
            : place.pack()
                ? "the fullest node with room for it"
                : spread.equals(Place.NODE)
                    ? "fewest of it there"
                    : "fewest of it in " + spread + " " + node.label(spread);
    return new Choice.Placed(node.name(), node.name() + ": " + why, evidence);
  }

  private static Optional<Obstacle> because(Cause cause, String detail) {
    return Optional.of(new Obstacle(cause, detail));
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
