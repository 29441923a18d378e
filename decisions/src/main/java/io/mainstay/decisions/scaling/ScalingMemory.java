package io.mainstay.decisions.scaling;

import io.mainstay.model.MonotonicTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the decider remembers between two steps; a value, so that a step can be replayed.
 *
 * @param since of the first sample: before that nothing is known
 * @param lastStep of the last decision
 * @param samples those of the long window, oldest first
 * @param wants highest wants of the down-delay, falling, oldest first
 * @param panicUntil end of the panic; empty: there is none
 */
public record ScalingMemory(
    Optional<MonotonicTime> since,
    Optional<MonotonicTime> lastStep,
    List<Sample> samples,
    List<Want> wants,
    Optional<MonotonicTime> panicUntil) {
  /** Nothing seen yet. */
  public static final ScalingMemory EMPTY =
      new ScalingMemory(Optional.empty(), Optional.empty(), List.of(), List.of(), Optional.empty());

  /**
   * One second as a number of instances for each target; NaN where nothing was measured.
   *
   * @param at when
   * @param concurrency instances that the requests in flight and waiting would fill to the target
   * @param rate instances that the arriving requests would fill
   * @param cpu instances that the cores in use would fill
   */
  public record Sample(MonotonicTime at, double concurrency, double rate, double cpu) {}

  /**
   * How many instances a decision wanted.
   *
   * @param at when
   * @param count how many
   */
  public record Want(MonotonicTime at, int count) {}

  /** Samples of the window that ends at {@code now}, with the newest one added. */
  static List<Sample> slide(List<Sample> samples, Sample newest, Duration window) {
    MonotonicTime oldest = newest.at().plus(window.negated());
    ArrayList<Sample> kept = new ArrayList<>(samples.size() + 1);
    for (Sample sample : samples) {
      if (oldest.isBefore(sample.at())) {
        kept.add(sample);
      }
    }
    kept.add(newest);
    return List.copyOf(kept);
  }

  /**
   * Wants of the delay that ends with the newest. One that is not higher than a later one can never
   * be the highest again and is dropped, so the first is always the highest.
   */
  static List<Want> hold(List<Want> wants, Want newest, Duration delay) {
    MonotonicTime oldest = newest.at().plus(delay.negated());
    ArrayList<Want> kept = new ArrayList<>(wants.size() + 1);
    for (Want want : wants) {
      if (oldest.isBefore(want.at()) && want.count() > newest.count()) {
        kept.add(want);
      }
    }
    kept.add(newest);
    return List.copyOf(kept);
  }
}
