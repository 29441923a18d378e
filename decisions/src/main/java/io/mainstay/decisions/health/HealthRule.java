package io.mainstay.decisions.health;

import io.mainstay.decisions.health.HealthState.Status;
import io.mainstay.model.spec.Checks;
import java.time.Duration;

/**
 * From probe results to verdicts: {@code fall} failures in a row turn a check to failing, {@code
 * rise} passes in a row turn it back, and after a start the first pass suffices. A result that says
 * nothing counts as a failure, but never for the live check: a probe that is broken must not cause
 * restarts. Pure; decision record 041.
 */
public final class HealthRule {
  private static final Duration FIRST = Duration.ofMillis(50);
  private static final int DOUBLINGS_MAX = 16;
  private static final Duration OVERDUE = Duration.ofSeconds(10);

  private HealthRule() {}

  /**
   * What a sample leads to.
   *
   * @param next what is known now
   * @param change whether the verdict is another one
   * @param warns whether a remark is new
   */
  public record Outcome(HealthState next, Change change, boolean warns) {}

  /** Whether the verdict is another one. */
  public enum Change {
    NONE,
    PASSES,
    FAILS
  }

  /** Takes one sample in. */
  public static Outcome on(HealthState state, Sample sample, Checks.Role role, Checks.Check check) {
    return switch (sample) {
      case PASS -> passed(state, false, check);
      case WARNING -> passed(state, true, check);
      case FAIL -> failed(state, role, check.fall());
      case SILENT -> failed(state, role, 1);
      case UNKNOWN ->
          role == Checks.Role.LIVE
              ? new Outcome(unanswered(state), Change.NONE, false)
              : failed(state, role, check.fall());
    };
  }

  private static HealthState unanswered(HealthState state) {
    return new HealthState(
        state.status(), state.passes(), state.failures(), state.samples() + 1, state.warned());
  }

  private static Outcome passed(HealthState state, boolean warning, Checks.Check check) {
    int passes = state.passes() + 1;
    boolean turns =
        switch (state.status()) {
          case UNKNOWN -> true;
          case PASSING -> false;
          case FAILING -> passes >= check.rise();
        };
    HealthState next =
        new HealthState(
            turns ? Status.PASSING : state.status(), passes, 0, state.samples() + 1, warning);
    return new Outcome(next, turns ? Change.PASSES : Change.NONE, warning && !state.warned());
  }

  private static Outcome failed(HealthState state, Checks.Role role, int fall) {
    int failures = state.failures() + 1;
    boolean turns = state.status() != Status.FAILING && failures >= fall;
    // Before the first pass readiness has nothing to fall from: it stays unknown, and one pass
    // suffices. A live check that never passes must be told all the same.
    boolean told = turns && (state.status() == Status.PASSING || role == Checks.Role.LIVE);
    HealthState next =
        new HealthState(
            told ? Status.FAILING : state.status(), 0, failures, state.samples() + 1, false);
    return new Outcome(next, told ? Change.FAILS : Change.NONE, false);
  }

  /**
   * The pause before the next probe: {@code every}, or {@code fast} while in transition, moved by
   * up to a tenth either way so that checks do not march in step. Until the first pass of a startup
   * or ready check the pause grows from 50 ms to {@code fast}, so that a service that starts
   * quickly is seen quickly.
   *
   * @param random a drawn number, uniform in [0, 1)
   */
  public static Duration pause(
      HealthState state, Checks.Role role, Checks.Check check, double random) {
    Duration base = base(state, role, check);
    return Duration.ofNanos((long) ((double) base.toNanos() * (0.9 + 0.2 * random)));
  }

  /** Whether the check is asked at its usual pace: then it has a {@link CheckBeat}. */
  public static boolean isSteady(HealthState state, Checks.Role role, Checks.Check check) {
    return base(state, role, check).equals(check.every());
  }

  /**
   * After which time without a pass its failures are told for the {@code times}-th time, counted
   * from the start: 10 s, 20 s, 40 s and so on. A service may take long to start, but nobody should
   * have to guess why it is not ready.
   *
   * @param times from 0
   */
  public static Duration overdueAfter(int times) {
    return OVERDUE.multipliedBy(1L << Math.min(DOUBLINGS_MAX, times));
  }

  /** Whether a check has failed and not passed yet, {@code waited} after its first probe. */
  public static boolean isOverdue(HealthState state, Duration waited, int times) {
    return state.status() == Status.UNKNOWN
        && state.failures() > 0
        && waited.compareTo(overdueAfter(times)) >= 0;
  }

  private static Duration base(HealthState state, Checks.Role role, Checks.Check check) {
    Duration fast = min(check.fast(), check.every());
    return switch (state.status()) {
      case UNKNOWN ->
          role == Checks.Role.LIVE
              ? (state.failures() > 0 ? fast : check.every())
              : min(fast, FIRST.multipliedBy(1L << Math.min(DOUBLINGS_MAX, state.samples())));
      case PASSING -> state.failures() > 0 ? fast : check.every();
      case FAILING -> state.passes() > 0 ? fast : check.every();
    };
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
