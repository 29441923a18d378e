package io.mainstay.decisions.nodes;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import java.util.List;
import java.util.Optional;

/**
 * What is remembered about all nodes. Memory only: a new leader starts with {@link #EMPTY}, so that
 * every timer starts anew.
 *
 * @param nodes sorted by name
 * @param frozen whether nothing is replaced since too many went at once
 * @param releases when lost nodes were released for replacement, of late
 * @param last when it was decided last
 */
public record NodesMemory(
    List<NodeMemory> nodes,
    boolean frozen,
    List<MonotonicTime> releases,
    Optional<MonotonicTime> last) {
  /** Nothing remembered. */
  public static final NodesMemory EMPTY =
      new NodesMemory(List.of(), false, List.of(), Optional.empty());

  /** Copies the lists. */
  public NodesMemory {
    nodes = List.copyOf(nodes);
    releases = List.copyOf(releases);
  }

  /** About one node. */
  public Optional<NodeMemory> node(NodeName name) {
    for (NodeMemory node : nodes) {
      if (node.name().equals(name)) {
        return Optional.of(node);
      }
    }
    return Optional.empty();
  }
}
