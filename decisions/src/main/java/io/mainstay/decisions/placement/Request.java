package io.mainstay.decisions.placement;

import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.ServiceSpec;

/**
 * One more instance that wants a place.
 *
 * @param id which
 * @param revision of its spec: instances of the same one are spread among themselves, so that a
 *     rollout ends as evenly as it began
 * @param spec what it is made of
 */
public record Request(InstanceId id, int revision, ServiceSpec spec) {
  /** What it will be where it is placed. */
  public Occupant occupant() {
    return Occupant.of(id, revision, false, spec);
  }
}
