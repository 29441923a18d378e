package io.mainstay.model.state;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import java.util.List;
import java.util.Optional;

/**
 * All that one agent knows.
 *
 * @param node whose
 * @param assignmentsVersion the newest {@link Assignments#version()} that it has taken in
 * @param instances sorted by id
 */
public record Observed(NodeName node, long assignmentsVersion, List<ObservedInstance> instances) {
  /** Copies the list. */
  public Observed {
    instances = List.copyOf(instances);
  }

  /** What is known about {@code id}. */
  public Optional<ObservedInstance> instance(InstanceId id) {
    return instances.stream().filter(instance -> instance.id().equals(id)).findFirst();
  }
}
