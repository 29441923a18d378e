package io.mainstay.ports;

import io.mainstay.model.state.ServiceTraffic;
import java.util.List;

/** What went through the gateway in all. Any thread; cheap enough for one call a second. */
public interface TrafficMetricsSource {
  /** One entry a service that has a policy in the gateway, sorted by name. */
  List<ServiceTraffic> traffic();
}
