package io.mainstay.decisions.placement;

import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;

/**
 * What one instance reserves on its node, by the limits of the file.
 *
 * @param cpuCores 0: it has no limit, and reserves nothing
 * @param memoryBytes 0: it has no limit, and reserves nothing
 * @param instances 1; 0 for an upstream, which runs elsewhere
 */
public record Need(double cpuCores, long memoryBytes, int instances) {
  /** Reserves nothing. */
  public static final Need NOTHING = new Need(0, 0, 0);

  /** What an instance of this service reserves. */
  public static Need of(ServiceSpec spec) {
    return switch (spec.workload()) {
      case Workload.Run run ->
          new Need(run.limits().cpuCores().orElse(0), run.limits().memoryBytes().orElse(0), 1);
      case Workload.Upstreams _ -> NOTHING;
    };
  }

  /** Both together. */
  public Need plus(Need other) {
    return new Need(
        cpuCores + other.cpuCores, memoryBytes + other.memoryBytes, instances + other.instances);
  }
}
