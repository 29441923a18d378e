package io.mainstay.model.state;

import io.mainstay.model.ServiceName;

/**
 * Which flow is meant.
 *
 * @param service whose it is
 * @param name unique within the service
 */
public record FlowKey(ServiceName service, String name) implements Comparable<FlowKey> {
  @Override
  public int compareTo(FlowKey other) {
    int byService = service.compareTo(other.service);
    return byService != 0 ? byService : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return service + "/" + name;
  }
}
