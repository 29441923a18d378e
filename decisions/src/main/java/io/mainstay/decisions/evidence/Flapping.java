package io.mainstay.decisions.evidence;

import io.mainstay.model.MonotonicTime;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether a subject works and fails by turns, whatever it is that says so: every {@link #SLOT} the
 * worst of that time is one result for {@link FlapRule}. While it flaps, it has to work for {@link
 * #BELIEVED} in a row before that is believed; twice, four times, then eight times as long from the
 * second, third, fourth episode on.
 *
 * @param state of the last 21 results
 * @param slot when the slot began that is not over yet
 * @param worst whether it failed in this slot
 * @param well since when it works; empty: it does not
 */
public record Flapping(
    FlapState state, MonotonicTime slot, boolean worst, Optional<MonotonicTime> well) {
  /** One result a slot: 21 of them are three and a half minutes. */
  public static final Duration SLOT = Duration.ofSeconds(10);

  /** How long something that flaps must work before it is believed, in its first episode. */
  public static final Duration BELIEVED = Duration.ofSeconds(30);

  /** Nothing seen before now. */
  public static Flapping from(MonotonicTime now) {
    return new Flapping(FlapState.NONE, now, false, Optional.empty());
  }

  /**
   * With how it is now; to be called at least once a slot.
   *
   * @param fails whether something hard speaks against it
   */
  public Flapping with(boolean fails, MonotonicTime now) {
    Optional<MonotonicTime> since = fails ? Optional.empty() : well.or(() -> Optional.of(now));
    if (now.since(slot).compareTo(SLOT) >= 0) {
      return new Flapping(FlapRule.next(state, worst ? 1 : 0), now, fails, since);
    }
    boolean bad = worst || fails;
    return bad == worst && since.equals(well) ? this : new Flapping(state, slot, bad, since);
  }

  /** Whether it does now. */
  public boolean flaps() {
    return state.flapping();
  }

  /** Whether it does not flap and none of the last results differs from the one before it. */
  public boolean isQuiet() {
    return !flaps() && !worst && state.changes() == 0 && state.last() == 0;
  }

  /** How long it still has to work before that is believed; zero: it is believed. */
  public Duration owed(MonotonicTime now) {
    if (!flaps()) {
      return Duration.ZERO;
    }
    Duration all = BELIEVED.multipliedBy(FlapRule.penalty(state.episodes() - 1));
    Duration left = well.map(since -> all.minus(now.since(since))).orElse(all);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
