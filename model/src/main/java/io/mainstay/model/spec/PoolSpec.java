package io.mainstay.model.spec;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Nodes that come and go with the need for them.
 *
 * @param name unique in the file; nodes of the pool carry it as the label {@code pool}
 * @param min nodes that are always there, from 0
 * @param max nodes at most, at least {@code min}
 * @param warm nodes beyond the need that wait, ready and empty
 * @param provider who makes and removes them
 * @param idle how long a node must have been without need before it is drained and removed
 * @param cooldown the shortest time between two changes of the same pool towards fewer nodes, and
 *     from the last growth to the first removal
 * @param launchTimeout how long a node may take from its creation until it has joined
 * @param labels given to each node
 * @param capacity what a node of the pool offers, to plan with before one is there
 * @param hooks commands at the turning points of a node
 */
public record PoolSpec(
    String name,
    int min,
    int max,
    int warm,
    Provider provider,
    Duration idle,
    Duration cooldown,
    Duration launchTimeout,
    SequencedMap<String, String> labels,
    Capacity capacity,
    Hooks hooks) {
  /** The label that says of which pool a node is. */
  public static final String LABEL = "pool";

  /** Copies the labels. */
  public PoolSpec {
    labels = ServiceSpec.copy(labels);
  }

  /** Who makes and removes nodes. */
  public sealed interface Provider {
    /**
     * Commands of one's own. They get {@code MAINSTAY_POOL}, {@code MAINSTAY_NODE} and, to create,
     * {@code MAINSTAY_JOIN}.
     *
     * @param create makes one node that then runs the join command
     * @param destroy removes one node; one that is gone already is no failure
     * @param list prints the names of all nodes of the pool, one a line
     * @param timeout of each of them
     */
    record Script(List<String> create, List<String> destroy, List<String> list, Duration timeout)
        implements Provider {
      /** Copies the words. */
      public Script {
        create = List.copyOf(create);
        destroy = List.copyOf(destroy);
        list = List.copyOf(list);
      }
    }
  }

  /**
   * What a node offers to instances.
   *
   * @param cpuCores more than 0
   * @param memoryBytes more than 0
   * @param instances at least 1
   */
  public record Capacity(double cpuCores, long memoryBytes, int instances) {}

  /**
   * Commands at the turning points of a node.
   *
   * @param ready after it has joined, before it takes instances
   * @param drained after it was emptied, before it is removed
   */
  public record Hooks(Optional<ServiceSpec.Hook> ready, Optional<ServiceSpec.Hook> drained) {
    /** No hooks. */
    public static final Hooks NONE = new Hooks(Optional.empty(), Optional.empty());
  }
}
