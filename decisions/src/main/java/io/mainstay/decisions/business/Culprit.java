package io.mainstay.decisions.business;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import java.util.List;

/** Who is to blame for a transaction that fails. */
public sealed interface Culprit {
  /** One sentence. */
  String reason();

  /**
   * Some instances of a service; with the others the transaction passes.
   *
   * @param service whose
   * @param instances at least one, sorted
   */
  record Instances(ServiceName service, List<InstanceId> instances, String reason)
      implements Culprit {
    /** Copies the list. */
    public Instances {
      instances = List.copyOf(instances);
    }
  }

  /** The service itself: with each of its instances it fails. */
  record Whole(ServiceName service, String reason) implements Culprit {}

  /**
   * A service that the suspect asks.
   *
   * @param service the next suspect
   */
  record Downstream(ServiceName service, String reason) implements Culprit {}

  /** Run again it passes, or nobody can be told from the others. */
  record Nobody(String reason) implements Culprit {}
}
