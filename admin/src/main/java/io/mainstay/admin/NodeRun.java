package io.mainstay.admin;

import io.mainstay.model.InstanceId;
import io.mainstay.ports.ClusterControl;

/**
 * A node asks another one whether its gateway still uses a run that is being drained.
 *
 * @param generation of the run
 */
public record NodeRun(InstanceId instance, long generation) {
  /** The answer. */
  public record Answer(ClusterControl.Use use) {}
}
