package io.mainstay.decisions.groups;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import java.util.List;

/**
 * What follows from the facts.
 *
 * @param memory for the next pass
 * @param orders instances to run anew now, within the budgets of their services
 * @param abandoned rounds that took too long
 */
public record GroupDecision(GroupMemory memory, List<Order> orders, List<Abandoned> abandoned) {
  /** Copies the lists. */
  public GroupDecision {
    orders = List.copyOf(orders);
    abandoned = List.copyOf(abandoned);
  }

  /**
   * Run these anew.
   *
   * @param root whose instance failed
   * @param because which
   * @param instances whom, in order
   * @param reason one sentence
   */
  public record Order(
      ServiceName root, InstanceId because, List<InstanceId> instances, String reason) {
    /** Copies the list. */
    public Order {
      instances = List.copyOf(instances);
    }
  }

  /**
   * A round that goes no further.
   *
   * @param root whose instance failed
   * @param reason one sentence
   */
  public record Abandoned(ServiceName root, String reason) {}
}
