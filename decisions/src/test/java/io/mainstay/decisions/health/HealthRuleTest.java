package io.mainstay.decisions.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.health.HealthRule.Change;
import io.mainstay.decisions.health.HealthState.Status;
import io.mainstay.model.spec.Checks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class HealthRuleTest {
  private static final Checks.Check CHECK =
      new Checks.Check(
          new Checks.Probe.Tcp(Optional.empty(), Optional.empty()),
          Duration.ofSeconds(2),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          3,
          2,
          Optional.empty());

  private Checks.Role role = Checks.Role.READY;
  private HealthState state = HealthState.NEW;

  private List<Change> take(Sample... samples) {
    List<Change> changes = new ArrayList<>();
    for (Sample sample : samples) {
      HealthRule.Outcome outcome = HealthRule.on(state, sample, role, CHECK);
      state = outcome.next();
      changes.add(outcome.change());
    }
    return changes;
  }

  @Test
  void passesAtTheFirstPassAfterAStartHoweverOftenItFailedBefore() {
    assertThat(
            take(Sample.FAIL, Sample.FAIL, Sample.FAIL, Sample.UNKNOWN, Sample.FAIL, Sample.PASS))
        .endsWith(Change.NONE, Change.PASSES);
  }

  @Test
  void fallsAfterThatManyFailuresInARow() {
    assertThat(take(Sample.PASS, Sample.FAIL, Sample.FAIL, Sample.PASS, Sample.FAIL, Sample.FAIL))
        .containsExactly(
            Change.PASSES, Change.NONE, Change.NONE, Change.NONE, Change.NONE, Change.NONE);
    assertThat(take(Sample.UNKNOWN)).as("unknown counts").containsExactly(Change.FAILS);
  }

  @Test
  void risesAfterThatManyPassesInARow() {
    take(Sample.PASS, Sample.FAIL, Sample.FAIL, Sample.FAIL);
    assertThat(take(Sample.PASS, Sample.FAIL, Sample.PASS, Sample.PASS))
        .containsExactly(Change.NONE, Change.NONE, Change.NONE, Change.PASSES);
  }

  @Test
  void neverCountsABrokenProbeAgainstLife() {
    role = Checks.Role.LIVE;
    take(Sample.PASS);
    assertThat(take(Sample.UNKNOWN, Sample.UNKNOWN, Sample.UNKNOWN, Sample.UNKNOWN))
        .containsOnly(Change.NONE);
    assertThat(take(Sample.FAIL, Sample.UNKNOWN, Sample.FAIL, Sample.FAIL)).endsWith(Change.FAILS);
  }

  @Test
  void tellsOfALiveCheckThatNeverPassed() {
    role = Checks.Role.LIVE;
    assertThat(take(Sample.FAIL, Sample.FAIL, Sample.FAIL)).endsWith(Change.FAILS);
  }

  @Test
  void takesSilenceOfAPushCheckAsEnough() {
    take(Sample.PASS);
    assertThat(take(Sample.SILENT)).containsExactly(Change.FAILS);
  }

  @Test
  void remarksAWarningOnce() {
    assertThat(HealthRule.on(state, Sample.WARNING, role, CHECK).warns()).isTrue();
    take(Sample.WARNING);
    assertThat(state.status()).isEqualTo(Status.PASSING);
    assertThat(HealthRule.on(state, Sample.WARNING, role, CHECK).warns()).isFalse();
  }

  @Test
  void asksFasterWhileInTransition() {
    take(Sample.PASS);
    assertThat(pause(0.5)).isEqualTo(Duration.ofSeconds(2));
    take(Sample.FAIL);
    assertThat(pause(0.5)).isEqualTo(Duration.ofMillis(500));
    take(Sample.FAIL, Sample.FAIL);
    assertThat(pause(0.5)).isEqualTo(Duration.ofSeconds(2));
    take(Sample.PASS);
    assertThat(pause(0.5)).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void asksSoonAfterAStartAndThenLessAndLess() {
    assertThat(pause(0.5)).isEqualTo(Duration.ofMillis(50));
    take(Sample.FAIL, Sample.FAIL);
    assertThat(pause(0.5)).isEqualTo(Duration.ofMillis(200));
    take(Sample.FAIL, Sample.FAIL, Sample.FAIL, Sample.FAIL, Sample.FAIL);
    assertThat(pause(0.5)).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void tellsLessAndLessOftenThatItHasNotPassedSinceTheStart() {
    assertThat(HealthRule.isOverdue(state, Duration.ofMinutes(1), 0)).as("not asked yet").isFalse();
    take(Sample.FAIL);
    assertThat(HealthRule.isOverdue(state, Duration.ofMillis(9_999), 0)).isFalse();
    assertThat(HealthRule.isOverdue(state, Duration.ofSeconds(10), 0)).isTrue();
    assertThat(HealthRule.isOverdue(state, Duration.ofSeconds(19), 1)).isFalse();
    assertThat(HealthRule.isOverdue(state, Duration.ofSeconds(20), 1)).isTrue();
    take(Sample.PASS, Sample.FAIL);
    assertThat(HealthRule.isOverdue(state, Duration.ofMinutes(1), 0)).as("it has passed").isFalse();
  }

  @Test
  void movesThePauseByATenthEitherWay() {
    take(Sample.PASS);
    assertThat(pause(0)).isEqualTo(Duration.ofMillis(1800));
    assertThat(pause(0.9999999)).isBetween(Duration.ofMillis(2199), Duration.ofMillis(2200));
  }

  private Duration pause(double random) {
    return HealthRule.pause(state, role, CHECK, random);
  }
}
