package io.mainstay.model.state;

import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import java.util.Optional;

/**
 * One instance as the gateway sees it.
 *
 * @param id which
 * @param node where
 * @param generation of the process; a higher one replaces a lower one, never the other way round
 * @param role in the traffic or behind it
 * @param readiness whether it may take requests
 * @param address where; present whenever {@code readiness} is READY
 * @param share of its weight that it asks for, above 0, at most 1
 */
public record Endpoint(
    InstanceId id,
    NodeName node,
    long generation,
    Role role,
    Readiness readiness,
    Optional<Address> address,
    double share) {
  /** One that asks for its whole weight. */
  public Endpoint(
      InstanceId id,
      NodeName node,
      long generation,
      Role role,
      Readiness readiness,
      Optional<Address> address) {
    this(id, node, generation, role, readiness, address, 1);
  }

  /** Whether an endpoint may take requests. */
  public enum Readiness {
    /** Not yet, but it is on its way: requests are held for it. */
    STARTING,
    /** Yes. */
    READY,
    /** A warm standby: it must be thawed first. */
    FROZEN,
    /** It runs, but its check fails. */
    NOT_READY,
    /** No new requests; those in flight go on. */
    DRAINING,
    /** No process, or held out of traffic. */
    OUT
  }
}
