package io.mainstay.decisions.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.state.FlowSighting.Side;
import io.mainstay.model.state.FlowStatus.Lost;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FlowMatcherTest {
  private static final long MILLI = 1_000_000L;

  private final FlowMatcher matcher =
      new FlowMatcher(Duration.ofSeconds(5), new MonotonicTime(-5_000 * MILLI));

  private void when(long key, long millis) {
    matcher.take(FlowWorld.seen(Side.WHEN, key, millis * MILLI, "k" + key));
  }

  private void then(long key, long millis) {
    matcher.take(FlowWorld.seen(Side.THEN, key, millis * MILLI, "k" + key));
  }

  private FlowMatcher.Settled settle(long millis) {
    return matcher.settle(new MonotonicTime(millis * MILLI));
  }

  @Test
  void putsBothSidesTogetherWhateverComesFirst() {
    when(1, 0);
    then(2, 10);
    then(1, 20);
    when(2, 30);
    assertThat(settle(40)).isEqualTo(new FlowMatcher.Settled(2, 2, 0, 0));
    assertThat(settle(100_000)).isEqualTo(new FlowMatcher.Settled(0, 0, 0, 0));
    assertThat(matcher.kept()).isZero();
  }

  private void followed(long number, long millis) {
    matcher.followed(number, new MonotonicTime(millis * MILLI));
  }

  @Test
  void whatHasNoKeyFollowsTheEldestThatIsOpen() {
    for (int key = 1; key <= 4; key++) {
      when(key, key * 1000);
    }
    followed(3, 4000);
    assertThat(settle(8999)).isEqualTo(new FlowMatcher.Settled(4, 3, 0, 0));
    assertThat(settle(9001)).isEqualTo(new FlowMatcher.Settled(0, 0, 1, 0));
  }

  @Test
  void whatHasNoKeyMayComeFirstButNotLongBefore() {
    followed(2, 0);
    when(1, 1000);
    when(1, 1001);
    assertThat(settle(1001)).isEqualTo(new FlowMatcher.Settled(1, 1, 0, 0));
    when(2, 5001);
    assertThat(settle(20_000)).isEqualTo(new FlowMatcher.Settled(1, 0, 1, 0));
  }

  @Test
  void whatFollowedThoseThatBeganBeforeItWatchedHidesNothingForLong() {
    for (int second = -5; second < 60; second++) {
      followed(1, second * 1000L);
      when(second + 6, second * 1000L);
      settle(second * 1000L);
    }
    for (int second = 60; second < 80; second++) {
      when(second + 6, second * 1000L);
    }
    assertThat(settle(90_000).missing()).isBetween(19, 20);
  }

  @Test
  void whatHasNoKeyAndIsLateFollowsNobodyThatIsGivenUp() {
    when(1, 0);
    when(2, 4000);
    followed(1, 5001);
    assertThat(settle(5002)).isEqualTo(new FlowMatcher.Settled(2, 1, 1, 0));
  }

  @Test
  void tellsMissingAndLateOnes() {
    when(1, 0);
    when(2, 0);
    when(3, 0);
    then(1, 4999);
    assertThat(settle(5000)).isEqualTo(new FlowMatcher.Settled(3, 1, 0, 0));
    // Not settled yet, and too late all the same.
    then(2, 5001);
    assertThat(settle(5002)).isEqualTo(new FlowMatcher.Settled(0, 0, 2, 1));
    then(3, 7000);
    assertThat(settle(7001)).isEqualTo(new FlowMatcher.Settled(0, 0, 0, 1));
    assertThat(matcher.lost())
        .extracting(Lost::toString)
        .containsExactly("k2 (1 ms late)", "k3 (2000 ms late)");
  }

  @Test
  void countsAKeyOnce() {
    when(1, 0);
    when(1, 10);
    then(1, 20);
    then(1, 30);
    when(1, 10_000);
    then(1, 11_000);
    assertThat(settle(20_000)).isEqualTo(new FlowMatcher.Settled(1, 1, 0, 0));
    // After a minute it is another one.
    settle(61_000);
    when(1, 62_000);
    assertThat(settle(90_000)).isEqualTo(new FlowMatcher.Settled(1, 0, 1, 0));
  }

  @Test
  void doesNotWaitForEverForWhatBegins() {
    then(1, 0);
    settle(6000);
    assertThat(matcher.kept()).isZero();
    when(1, 6001);
    assertThat(settle(20_000)).isEqualTo(new FlowMatcher.Settled(1, 0, 1, 0));
    then(2, 20_000);
    // Not expired yet, and too old all the same.
    when(2, 25_500);
    assertThat(settle(40_000)).isEqualTo(new FlowMatcher.Settled(1, 0, 1, 0));
  }

  @Test
  void doesNotCountWhatMayHaveBeenFollowedBeforeItWatched() {
    FlowMatcher fresh = new FlowMatcher(Duration.ofSeconds(5), MonotonicTime.ZERO);
    fresh.take(FlowWorld.seen(Side.WHEN, 1, 4999 * MILLI, "k"));
    assertThat(fresh.settle(new MonotonicTime(20_000 * MILLI)).begun()).isZero();
  }

  @Test
  void keepsOnlyTheNewestOfThoseThatAreMissing() {
    for (int i = 0; i < 100; i++) {
      when(i, i);
    }
    assertThat(settle(10_000).missing()).isEqualTo(100);
    assertThat(matcher.lost()).hasSize(20);
    assertThat(matcher.lost().getLast().text()).isEqualTo("k99");
  }

  @Test
  void followsFewerKeysThatItMayHoldAndAllAgainLater() {
    Random random = new Random(1);
    long key = 0;
    long followed = 0;
    long missing = 0;
    // 100,000 keys in 5 s, of which each tenth is lost.
    for (int millis = 0; millis < 20_000; millis++) {
      for (int i = 0; i < 20; i++) {
        key++;
        if (random.nextBoolean()) {
          when(key, millis);
          late(key, millis);
        } else {
          late(key, millis);
          when(key, millis);
        }
      }
      thenLater(millis);
      if (millis % 1000 == 999) {
        FlowMatcher.Settled settled = settle(millis);
        followed += settled.followed();
        missing += settled.missing();
        assertThat(matcher.kept()).isLessThanOrEqualTo(Keys.MOST);
      }
    }
    assertThat(matcher.oneIn()).isBetween(4L, 16L);
    assertThat(followed).isGreaterThan(5_000);
    assertThat((double) missing / (missing + followed)).isBetween(0.09, 0.11);
    for (int second = 20; second < 120; second++) {
      settle(second * 1000);
    }
    assertThat(matcher.oneIn()).isEqualTo(1);
    when(-1, 120_000);
    then(-1, 120_001);
    assertThat(settle(121_000).followed()).isEqualTo(1);
  }

  private final ArrayDeque<long[]> later = new ArrayDeque<>();

  private void late(long key, long millis) {
    if (key % 10 != 0) {
      later.add(new long[] {key, millis + 4000});
    }
  }

  private void thenLater(long millis) {
    while (!later.isEmpty() && later.peek()[1] <= millis) {
      long[] next = later.poll();
      then(next[0], next[1]);
    }
  }

  @Test
  void losesNoKeyOfTheTable() {
    Keys keys = new Keys();
    TreeSet<Long> expected = new TreeSet<>();
    Random random = new Random(2);
    for (int i = 0; i < 200_000; i++) {
      long key = FlowWorld.Mixed.of(random.nextInt(5000)) & (random.nextBoolean() ? ~0xFFL : ~0L);
      int at = keys.find(key);
      assertThat(at != Keys.NONE).isEqualTo(expected.contains(key));
      if (at == Keys.NONE) {
        keys.add(key, random.nextInt(3), i, "");
        expected.add(key);
      } else if (random.nextBoolean()) {
        keys.remove(at);
        expected.remove(key);
      } else {
        keys.move(at, random.nextInt(3), i);
      }
      assertThat(keys.size()).isEqualTo(expected.size());
    }
    for (int list = 0; list < 3; list++) {
      long before = -1;
      int number = 0;
      for (int at = keys.eldest(list); at != Keys.NONE; at = keys.next(at)) {
        assertThat(keys.time(at)).isGreaterThan(before);
        before = keys.time(at);
        number++;
      }
      assertThat(number).isEqualTo(keys.size(list));
    }
  }
}
