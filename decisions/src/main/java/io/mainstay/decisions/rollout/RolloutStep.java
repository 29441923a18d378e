package io.mainstay.decisions.rollout;

import io.mainstay.model.InstanceId;
import io.mainstay.model.state.ServiceRevision;
import java.util.List;
import java.util.Optional;

/**
 * What a rollout wants now.
 *
 * @param memory to be given to the next step
 * @param abandoned new instances to remove
 * @param rollback an instance to bring back as it was
 * @param exchanges new ones that are ready, each with the old one that may go; the governor decides
 * @param inPlace an instance to stop and start changed; the governor decides
 * @param surge how many new ones to start beside the old
 * @param news what to tell, if anything changed
 */
public record RolloutStep(
    RolloutMemory memory,
    List<InstanceId> abandoned,
    Optional<Rollback> rollback,
    List<Exchange> exchanges,
    Optional<InstanceId> inPlace,
    int surge,
    Optional<News> news) {
  /** Copies the lists. */
  public RolloutStep {
    abandoned = List.copyOf(abandoned);
    exchanges = List.copyOf(exchanges);
  }

  /** Nothing to do. */
  static RolloutStep nothing(RolloutMemory memory) {
    return new RolloutStep(
        memory, List.of(), Optional.empty(), List.of(), Optional.empty(), 0, Optional.empty());
  }

  /** Nothing to do but to tell. */
  static RolloutStep telling(RolloutMemory memory, News news) {
    return new RolloutStep(
        memory, List.of(), Optional.empty(), List.of(), Optional.empty(), 0, Optional.of(news));
  }

  /**
   * A new instance for an old one.
   *
   * @param fresh is ready
   * @param old may go
   */
  public record Exchange(InstanceId fresh, InstanceId old) {}

  /**
   * Back to what worked.
   *
   * @param id which instance
   * @param previous its former revision
   */
  public record Rollback(InstanceId id, ServiceRevision previous) {}

  /** A turning point of a rollout. */
  public sealed interface News {
    /** It begins. */
    record Started(String reason) implements News {}

    /** All instances have the wanted revision. */
    record Finished(String reason) implements News {}

    /** It stands still until the next apply. */
    record Halted(InstanceId instance, String reason) implements News {}
  }
}
