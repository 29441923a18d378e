package io.mainstay.model.state;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import java.util.List;
import java.util.Optional;

/**
 * What applying a file would do, complete and printable.
 *
 * @param steps in the order in which they would begin; empty: nothing differs
 */
public record Plan(List<Step> steps) {
  /** Copies the list. */
  public Plan {
    steps = List.copyOf(steps);
  }

  /** What happens to the subject of a step. */
  public enum Action {
    START,
    STOP,
    REPLACE,
    RECONFIGURE,
    OPEN_LISTENER,
    CLOSE_LISTENER,
    CHANGE_LISTENER
  }

  /**
   * One line of a plan.
   *
   * @param action what happens
   * @param service whom it concerns
   * @param instance whom it concerns, where it is one instance
   * @param listener whom it concerns, where it is a listener
   * @param reason why, with the keys that differ
   */
  public record Step(
      Action action,
      Optional<ServiceName> service,
      Optional<InstanceId> instance,
      Optional<String> listener,
      String reason) {}
}
