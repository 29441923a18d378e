package io.mainstay.ports;

import io.mainstay.model.InstanceId;
import java.util.List;

/** What instances use of the machine now. Any thread. */
public interface UsageSource {
  /** One entry an instance with a running process, sorted by id. */
  List<Usage> usage();

  /**
   * What one instance uses.
   *
   * @param instance which
   * @param cpuCores cores in use over the last second, such as 0.35
   */
  record Usage(InstanceId instance, double cpuCores) {}
}
