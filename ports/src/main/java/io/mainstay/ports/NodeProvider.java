package io.mainstay.ports;

import io.mainstay.model.NodeName;
import io.mainstay.model.spec.PoolSpec;
import io.mainstay.model.spec.ServiceSpec.Hook;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes and removes the nodes of a pool. Methods return at once; each result arrives once, in the
 * mailbox given with the call, also when the provider takes too long. What is asked for twice has
 * the same effect as asked for once.
 */
public interface NodeProvider {
  /** Makes a node that then joins under the name of the order. */
  void create(Order order, Mailbox mailbox, Consumer<Result> done);

  /** Removes a node; one that is gone already is no failure. */
  void destroy(Order order, Mailbox mailbox, Consumer<Result> done);

  /** Runs a hook of the pool for a node. */
  void hook(Order order, Hook hook, Mailbox mailbox, Consumer<Result> done);

  /** The nodes of a pool that exist, joined or not. */
  void list(PoolSpec pool, Path directory, Mailbox mailbox, Consumer<Listing> done);

  /**
   * About one node.
   *
   * @param pool whose
   * @param node which
   * @param directory absolute; where commands run
   */
  record Order(PoolSpec pool, NodeName node, Path directory) {}

  /** What became of it. */
  sealed interface Result {
    /**
     * It worked.
     *
     * @param output what it said, shortened
     */
    record Done(String output) implements Result {}

    /**
     * It did not; it may have been done in part.
     *
     * @param reason one phrase with the last it said
     */
    record Failed(String reason) implements Result {}
  }

  /** What there is. */
  sealed interface Listing {
    /** Sorted, each once. */
    record Listed(List<NodeName> nodes) implements Listing {
      /** Copies the list. */
      public Listed {
        nodes = List.copyOf(nodes);
      }
    }

    /** Nobody can say now. */
    record Failed(String reason) implements Listing {}
  }
}
