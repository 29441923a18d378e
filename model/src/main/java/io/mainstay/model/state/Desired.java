package io.mainstay.model.state;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import java.util.List;
import java.util.Optional;

/**
 * What was applied last, with the revision that each service has reached.
 *
 * @param generation grows with each apply
 * @param deployment what was applied
 * @param revisions one entry a service of the deployment
 */
public record Desired(long generation, Deployment deployment, List<Revision> revisions) {
  /** Copies the list. */
  public Desired {
    revisions = List.copyOf(revisions);
  }

  /**
   * The revision of one service.
   *
   * @param service whose
   * @param number from 1
   */
  public record Revision(ServiceName service, int number) {}

  /** The revision of a service, if it is part of the deployment. */
  public Optional<ServiceRevision> service(ServiceName name) {
    return deployment
        .service(name)
        .flatMap(spec ->
            revisions.stream()
                .filter(revision -> revision.service().equals(name))
                .findFirst()
                .map(revision -> new ServiceRevision(revision.number(), spec)));
  }
}
