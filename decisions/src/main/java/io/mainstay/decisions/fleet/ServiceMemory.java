package io.mainstay.decisions.fleet;

import io.mainstay.decisions.remedy.LiveRestarts;
import io.mainstay.decisions.rollout.RolloutMemory;
import io.mainstay.decisions.scaling.ScalingMemory;
import java.util.List;
import java.util.OptionalInt;

/**
 * What is remembered about one service from pass to pass. Memory only: a new leader starts with
 * {@link #EMPTY} and comes to the same decisions, only later where time counts.
 *
 * @param desired how many should serve by the last decision
 * @param scaling see {@link ScalingMemory}
 * @param rollout see {@link RolloutMemory}
 * @param massFailure whether restarts are slowed down since too many fail at once
 * @param liveRestarts when live checks had instances restarted
 * @param told refusals and clamps that were told and still hold, so that they are told once
 */
public record ServiceMemory(
    OptionalInt desired,
    ScalingMemory scaling,
    RolloutMemory rollout,
    boolean massFailure,
    LiveRestarts liveRestarts,
    List<String> told) {
  /** Nothing remembered. */
  public static final ServiceMemory EMPTY =
      new ServiceMemory(
          OptionalInt.empty(),
          ScalingMemory.EMPTY,
          RolloutMemory.NONE,
          false,
          LiveRestarts.NONE,
          List.of());

  /** Copies the list. */
  public ServiceMemory {
    told = List.copyOf(told);
  }
}
