package io.mainstay.decisions.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FlapRuleTest {
  private FlapState state = FlapState.NONE;

  /** The results in order: o for OK, w, c and u for the others. */
  private void results(String results) {
    for (char one : results.toCharArray()) {
      state = FlapRule.next(state, "owcu".indexOf(one));
    }
  }

  @Test
  void takesSevenChangesOfTwentyForAboutAThirdAsTheManualOfNagiosDoes() {
    // Differences at t3, t4, t5, t9, t12, t16 and t19 of t1 to t20: 35 % if all count the same.
    StringBuilder row = new StringBuilder("o");
    for (int t = 1; t <= 20; t++) {
      boolean differs = List.of(3, 4, 5, 9, 12, 16, 19).contains(t);
      char last = row.charAt(t - 1);
      row.append(differs ? (last == 'o' ? 'c' : 'o') : last);
    }
    results(row.toString());
    assertThat(Integer.bitCount(state.changes())).isEqualTo(7);
    assertThat(FlapRule.percent(state)).isCloseTo(34.3, within(0.05));
    assertThat(state.flapping()).isFalse();
  }

  @Test
  void isOneHundredPercentIfEachResultDiffers() {
    results("oc".repeat(11));
    assertThat(FlapRule.percent(state)).isCloseTo(100, within(1e-9));
  }

  @Test
  void weighsTheNewestChangeHalfAsMuchMoreThanAChangeInTheMiddle() {
    results("o".repeat(20) + "c");
    assertThat(FlapRule.percent(state)).isCloseTo(6.25, within(1e-9));
    results("c".repeat(19));
    assertThat(FlapRule.percent(state)).isCloseTo(3.75, within(1e-9));
    results("c");
    assertThat(FlapRule.percent(state)).isZero();
  }

  @Test
  void beginsAtFiftyPercentAndEndsAtTwentyFive() {
    results("o".repeat(21));
    int changes = 0;
    while (!state.flapping()) {
      results(changes++ % 2 == 0 ? "c" : "o");
      assertThat(state.flapping()).isEqualTo(FlapRule.percent(state) >= 50);
    }
    assertThat(changes).isEqualTo(9);
    int quiet = 0;
    while (state.flapping()) {
      quiet++;
      results(changes % 2 == 0 ? "o" : "c");
      assertThat(state.flapping()).isEqualTo(FlapRule.percent(state) > 25);
    }
    assertThat(quiet).isBetween(12, 18);
  }

  @Test
  void takesAFewResultsForNoFlap() {
    results("ococococ");
    assertThat(state.flapping()).isFalse();
  }

  @Test
  void takesOneOutageForNoFlap() {
    results("o".repeat(30) + "c".repeat(8) + "o".repeat(30));
    assertThat(state.episodes()).isZero();
  }

  @Test
  void countsEpisodesUntilItIsQuiet() {
    results("oc".repeat(8) + "c".repeat(16));
    assertThat(state.flapping()).isFalse();
    assertThat(state.episodes()).isEqualTo(1);
    results("oc".repeat(8));
    assertThat(state.episodes()).isEqualTo(2);
    results("c".repeat(21));
    assertThat(state.episodes()).isZero();
  }

  @Test
  void doublesThePenaltyUpToEight() {
    assertThat(FlapRule.penalty(0)).isEqualTo(1);
    assertThat(FlapRule.penalty(2)).isEqualTo(4);
    assertThat(FlapRule.penalty(9)).isEqualTo(8);
  }

  @Test
  void hardlyEverTakesNoiseForAFlap() {
    SplittableRandom random = new SplittableRandom(1);
    int episodes = 0;
    for (int i = 0; i < 1_000_000; i++) {
      boolean before = state.flapping();
      state = FlapRule.next(state, random.nextInt(100) == 0 ? 1 : 0);
      episodes += state.flapping() && !before ? 1 : 0;
    }
    assertThat(episodes).isLessThan(10);
  }
}
