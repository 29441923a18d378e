package io.mainstay.decisions.placement;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import java.util.List;
import java.util.OptionalInt;

/**
 * An instance that has its place on a node, started or not.
 *
 * @param id which
 * @param revision of its spec
 * @param leaving whether it is on its way out: it still needs its place, and is no reason to keep
 *     others away
 * @param need what it reserves
 * @param port that it always takes
 * @param apart services that must not be on its node
 */
public record Occupant(
    InstanceId id,
    int revision,
    boolean leaving,
    Need need,
    OptionalInt port,
    List<ServiceName> apart) {
  /** Copies the list. */
  public Occupant {
    apart = List.copyOf(apart);
  }

  /** An instance made of this spec. */
  public static Occupant of(InstanceId id, int revision, boolean leaving, ServiceSpec spec) {
    OptionalInt port =
        spec.port() instanceof PortPolicy.Fixed fixed
            ? OptionalInt.of(fixed.port())
            : OptionalInt.empty();
    return new Occupant(id, revision, leaving, Need.of(spec), port, spec.place().apart());
  }
}
