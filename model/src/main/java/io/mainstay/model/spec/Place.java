package io.mainstay.model.spec;

import io.mainstay.model.ServiceName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * On which nodes the instances of a service may run, and how they are spread over them.
 *
 * @param spread the label of nodes over whose values instances are spread evenly, or {@link #NODE}
 *     for the nodes themselves
 * @param require labels that a node must have, with these values
 * @param prefer labels that a node should have; used where one is to be had, never waited for
 * @param pack whether nodes are filled one after the other instead of evenly
 * @param perNode instances of this service on one node at most; empty: as many as fit
 * @param apart services none of which may run on the same node
 */
public record Place(
    String spread,
    SequencedMap<String, String> require,
    SequencedMap<String, String> prefer,
    boolean pack,
    OptionalInt perNode,
    List<ServiceName> apart) {
  /** The value of {@link #spread} that means every node for itself. */
  public static final String NODE = "node";

  /** Anywhere, evenly over the nodes. */
  public static final Place ANYWHERE =
      new Place(
          NODE,
          new LinkedHashMap<>(),
          new LinkedHashMap<>(),
          false,
          OptionalInt.empty(),
          List.of());

  /** Copies the collections. */
  public Place {
    require = ServiceSpec.copy(require);
    prefer = ServiceSpec.copy(prefer);
    apart = List.copyOf(apart);
  }
}
