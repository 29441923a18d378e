package io.mainstay.admin;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;

/** Reads the names in a path. */
final class Names {
  private Names() {}

  /** The service that {@code {service}} names. */
  static ServiceName service(Request request) {
    return service(request.parameter("service"));
  }

  /** The service of that name. */
  static ServiceName service(String text) {
    if (!ServiceName.isValid(text)) {
      throw Problem.notFound("service: " + text + " (expected: the name of a service)");
    }
    return new ServiceName(text);
  }

  /** The instance that {@code {instance}} names. */
  static InstanceId instance(Request request) {
    String text = request.parameter("instance");
    return InstanceId.parse(text)
        .orElseThrow(
            () -> Problem.notFound("instance: " + text + " (expected: a name such as shop-1)"));
  }
}
