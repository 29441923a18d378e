package io.mainstay.model.state;

import io.mainstay.model.NodeName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Where the nodes are, seen from one of them.
 *
 * @param self the node that looks
 * @param zones the zone of each node; a node that is missing, or whose zone is "", is in none
 * @param evacuated zones that are to get no traffic as long as others can take it
 */
public record Topology(
    NodeName self, SequencedMap<NodeName, String> zones, List<String> evacuated) {

  /** Copies the map and the list. */
  public Topology {
    zones = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(zones));
    evacuated = List.copyOf(evacuated);
  }

  /** A node that knows of no zones. */
  public static Topology of(NodeName self) {
    return new Topology(self, new LinkedHashMap<>(), List.of());
  }

  /** The zone of a node; "" if it is in none. */
  public String zone(NodeName node) {
    return zones.getOrDefault(node, "");
  }

  /** Whether a node is in a zone that is to get no traffic. */
  public boolean isEvacuated(NodeName node) {
    String zone = zone(node);
    return !zone.isEmpty() && evacuated.contains(zone);
  }
}
