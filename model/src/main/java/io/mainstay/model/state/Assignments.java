package io.mainstay.model.state;

import io.mainstay.model.NodeName;
import java.util.List;
import java.util.Optional;

/**
 * All that one node is to run. An agent ignores a version that is not higher than the last it saw.
 *
 * @param node whose
 * @param version grows with each write
 * @param services every revision that an entry refers to
 * @param instances sorted by id
 */
public record Assignments(
    NodeName node, long version, List<ServiceRevision> services, List<Assignment> instances) {
  /** Copies the lists. */
  public Assignments {
    services = List.copyOf(services);
    instances = List.copyOf(instances);
  }

  /** The spec that {@code assignment} refers to. */
  public Optional<ServiceRevision> service(Assignment assignment) {
    return services.stream()
        .filter(service ->
            service.revision() == assignment.revision()
                && service.spec().name().equals(assignment.id().service()))
        .findFirst();
  }
}
