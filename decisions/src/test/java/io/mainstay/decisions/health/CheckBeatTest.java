package io.mainstay.decisions.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.MonotonicTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CheckBeatTest {
  private static final Duration EVERY = Duration.ofSeconds(2);

  /** What the beats of a period have once so many checks of that weight have chosen. */
  private static List<Integer> taken(Duration every, int checks, int weight) {
    List<Integer> taken = new ArrayList<>(Collections.nCopies(CheckBeat.count(every), 0));
    for (int i = 0; i < checks; i++) {
      int index = CheckBeat.choose(every, taken, weight).index();
      taken.set(index, taken.get(index) + weight);
    }
    return taken;
  }

  @Test
  void aFewChecksShareABeatAndManyUseAllOfThem() {
    assertThat(taken(EVERY, 8, 1)).containsExactlyInAnyOrder(8, 0, 0, 0);
    assertThat(taken(EVERY, 12, 1)).containsExactlyInAnyOrder(8, 4, 0, 0);
    assertThat(taken(EVERY, 50, 1)).allMatch(count -> count >= 12 && count <= 13);
    assertThat(taken(EVERY, 1000, 1)).allMatch(count -> count == 250);
    assertThat(taken(Duration.ofSeconds(10), 160, 1)).allMatch(count -> count == 8);
  }

  @Test
  void heavyChecksShareLess() {
    assertThat(taken(EVERY, 4, 4)).containsExactlyInAnyOrder(8, 8, 0, 0);
    assertThat(taken(EVERY, 4, CheckBeat.FULL)).allMatch(weight -> weight == CheckBeat.FULL);
  }

  @Test
  void aSecondBeatIsFarFromTheFirst() {
    List<Integer> taken = taken(Duration.ofSeconds(10), 9, 1);
    assertThat(Math.abs(taken.indexOf(8) - taken.indexOf(1))).isBetween(5, 15);
  }

  @Test
  void comesExactlyOnceAPeriodHoweverLongAnAnswerTakes() {
    SplittableRandom random = new SplittableRandom(7);
    for (Duration every :
        List.of(CheckBeat.SHORTEST, EVERY, Duration.ofMillis(2718), Duration.ofMinutes(5))) {
      CheckBeat beat = new CheckBeat(every, CheckBeat.count(every) - 1);
      MonotonicTime now = new MonotonicTime(-random.nextLong(1_000_000_000_000L));
      now = now.plus(beat.pause(now));
      for (int i = 0; i < 20; i++) {
        Duration answer = Duration.ofNanos(random.nextLong(every.toNanos() * 49 / 100));
        MonotonicTime next = now.plus(answer).plus(beat.pause(now.plus(answer)));
        assertThat(next.since(now)).isEqualTo(every);
        now = next;
      }
    }
  }

  @Test
  void neverPausesForLessThanHalfAPeriodOrForMoreThanOneAndAHalf() {
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 1000; i++) {
      CheckBeat beat = new CheckBeat(EVERY, random.nextInt(CheckBeat.count(EVERY)));
      assertThat(beat.pause(new MonotonicTime(random.nextLong())))
          .isBetween(EVERY.dividedBy(2), EVERY.multipliedBy(3).dividedBy(2));
    }
  }

  @Test
  void shortPeriodsHaveNoBeats() {
    assertThat(CheckBeat.has(Duration.ofMillis(999))).isFalse();
    assertThat(CheckBeat.has(CheckBeat.SHORTEST)).isTrue();
    assertThat(CheckBeat.count(CheckBeat.SHORTEST)).isEqualTo(2);
  }
}
