package io.mainstay.decisions.scaling;

import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/**
 * How many should serve from now on, and why.
 *
 * @param from by the decision before
 * @param to from now on
 * @param wanted before anything clamped it
 * @param clampedBy what held it back, in the order of application
 * @param reason one sentence
 * @param saw what it looked at, in order
 */
public record ScalingDecision(
    int from,
    int to,
    int wanted,
    List<Clamp> clampedBy,
    String reason,
    SequencedMap<String, String> saw) {
  /** Copies the list. */
  public ScalingDecision {
    clampedBy = List.copyOf(clampedBy);
  }

  /** Whether the count changes. */
  public boolean moves() {
    return from != to;
  }

  /** What can hold a decision back. */
  public enum Clamp {
    /** An operator set the count. */
    OVERRIDE,
    /** A signal is missing: the count is not lowered. */
    MISSING_SIGNALS,
    /** Within 10 % of the target: not worth a change. */
    TOLERANCE,
    /** A surge is on: the count is not lowered. */
    PANIC,
    /** The want was higher not long ago. */
    DOWN_DELAY,
    /** No more at once on the way down. */
    DOWN_STEP,
    /** No more at once on the way up. */
    UP_STEP,
    /** The lower bound. */
    MIN,
    /** The upper bound. */
    MAX;

    /** The kebab-case name that users see. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
