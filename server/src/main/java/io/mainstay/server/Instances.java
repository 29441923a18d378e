package io.mainstay.server;

import io.mainstay.business.InstanceDirectory.Located;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.InstanceState;
import io.mainstay.model.state.Status;
import java.util.List;

/** Where the instances of services are, as the status tells it. */
final class Instances {
  private Instances() {}

  /** Those of one service that have an address. */
  static List<Located> of(Status status, ServiceName service) {
    return status.services().stream()
        .filter(one -> one.name().equals(service))
        .flatMap(one -> one.instances().stream())
        .filter(one -> one.address().isPresent())
        .map(one ->
            new Located(
                one.id(), one.address().orElseThrow(), one.state() == InstanceState.SERVING))
        .toList();
  }
}
