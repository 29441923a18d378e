package io.mainstay.model.state;

import io.mainstay.model.ServiceName;
import java.util.List;

/**
 * What the traffic says about one service, over the last second. Signals: memory only.
 *
 * @param service which
 * @param requestsPerSecond arrived, queued and refused ones included
 * @param inFlight on instances now
 * @param queued waiting now
 * @param refusedPerSecond turned away for want of capacity
 * @param instances sorted by id
 */
public record ServiceSignals(
    ServiceName service,
    double requestsPerSecond,
    int inFlight,
    int queued,
    double refusedPerSecond,
    List<InstanceSignals> instances) {
  /** Copies the list. */
  public ServiceSignals {
    instances = List.copyOf(instances);
  }
}
