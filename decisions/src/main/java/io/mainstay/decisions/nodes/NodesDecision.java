package io.mainstay.decisions.nodes;

import io.mainstay.model.NodeName;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * How all nodes stand.
 *
 * @param standings sorted by name
 * @param memory for the next decision
 * @param news to tell, in order
 */
public record NodesDecision(
    SequencedMap<NodeName, NodeStanding> standings, NodesMemory memory, List<NodeNews> news) {
  /** Copies the collections. */
  public NodesDecision {
    standings = Collections.unmodifiableSequencedMap(new TreeMap<>(standings));
    news = List.copyOf(news);
  }

  /** How one stands. */
  public NodeStanding of(NodeName name) {
    return standings.getOrDefault(name, NodeStanding.READY);
  }
}
