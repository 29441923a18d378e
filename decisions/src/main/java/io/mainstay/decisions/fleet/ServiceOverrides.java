package io.mainstay.decisions.fleet;

import io.mainstay.decisions.business.Diverted;
import io.mainstay.model.InstanceId;
import io.mainstay.model.state.Overrides;
import java.util.List;
import java.util.Optional;

/**
 * What operators asked for of one service and is in force now; expired entries are left out.
 *
 * @param scale a count set by hand
 * @param paused automation is off
 * @param holds instances out of the traffic by hand
 * @param restarts asked for and not confirmed
 * @param halt a rollout that failed and is not to be tried again
 * @param diverted where its requests go instead
 * @param stop nothing of it is to run
 * @param replacements instances that go once a fresh one is ready in their place
 */
public record ServiceOverrides(
    Optional<Overrides.Scale> scale,
    boolean paused,
    List<Overrides.Hold> holds,
    List<Overrides.Restart> restarts,
    Optional<Overrides.Halt> halt,
    Optional<Diverted> diverted,
    Optional<Overrides.Stop> stop,
    List<Overrides.Replacement> replacements) {
  /** Nothing overridden. */
  public static final ServiceOverrides NONE =
      new ServiceOverrides(Optional.empty(), false, List.of(), List.of(), Optional.empty());

  /** Copies the lists. */
  public ServiceOverrides {
    holds = List.copyOf(holds);
    restarts = List.copyOf(restarts);
    replacements = List.copyOf(replacements);
  }

  /** Nothing is diverted. */
  public ServiceOverrides(
      Optional<Overrides.Scale> scale,
      boolean paused,
      List<Overrides.Hold> holds,
      List<Overrides.Restart> restarts,
      Optional<Overrides.Halt> halt) {
    this(scale, paused, holds, restarts, halt, Optional.empty());
  }

  /** Nothing is stopped or replaced. */
  public ServiceOverrides(
      Optional<Overrides.Scale> scale,
      boolean paused,
      List<Overrides.Hold> holds,
      List<Overrides.Restart> restarts,
      Optional<Overrides.Halt> halt,
      Optional<Diverted> diverted) {
    this(scale, paused, holds, restarts, halt, diverted, Optional.empty(), List.of());
  }

  /** Why this instance is to go once a fresh one is ready, if it is. */
  public Optional<Overrides.Replacement> replacement(InstanceId id) {
    for (Overrides.Replacement replacement : replacements) {
      if (replacement.instance().equals(id)) {
        return Optional.of(replacement);
      }
    }
    return Optional.empty();
  }

  /** How this instance is held, if it is. */
  public Optional<Overrides.Hold> hold(InstanceId id) {
    for (Overrides.Hold hold : holds) {
      if (hold.instance().equals(id)) {
        return Optional.of(hold);
      }
    }
    return Optional.empty();
  }
}
