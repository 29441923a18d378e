package io.mainstay.decisions.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.scaling.ScalingDecision.Clamp;
import io.mainstay.model.spec.Amount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ScalingDeciderTest {
  private final ScalingRun run = new ScalingRun();

  @Test
  void scalesUpToMeetTheTarget() {
    run.concurrency(10).bounds(1, 20).current(1);
    run.load(55).seconds(10);
    assertThat(run.current()).isEqualTo(6);
  }

  @Test
  void neverExceedsTheScaleUpRate() {
    run.concurrency(10).bounds(1, 100).current(2);
    assertThat(run.load(500).counts(5)).containsExactly(4, 8, 16, 32, 50);
    run.reset().current(2).upStep(new Amount.Count(3));
    assertThat(run.load(500).counts(4)).containsExactly(5, 8, 11, 14);
    assertThat(run.last().clampedBy()).contains(Clamp.UP_STEP);
  }

  @Test
  void holdsTheHighestRecentWantWhileScalingDown() {
    run.concurrency(10).bounds(1, 20).current(8).downDelay(60);
    run.load(80).seconds(61);
    run.load(40).seconds(100);
    assertThat(run.current()).as("long window and delay are not over").isBetween(5, 8);
    run.load(20).seconds(60);
    assertThat(run.current()).as("4 were wanted within the delay").isGreaterThanOrEqualTo(4);
    run.load(20).seconds(200);
    assertThat(run.current()).isEqualTo(2);
  }

  @Test
  void takesOneAtATimeOnTheWayDown() {
    run.concurrency(10).bounds(1, 20).current(6).downDelay(30).load(10);
    int before = run.current();
    for (int second = 0; second < 200; second++) {
      run.seconds(1);
      assertThat(before - run.current()).isBetween(0, 1);
      before = run.current();
    }
    assertThat(run.current()).isEqualTo(1);
  }

  @Test
  void panicsOnASurgeAndCalmsAfterTheStableWindow() {
    run.concurrency(10).bounds(1, 50).current(3).downDelay(10);
    run.load(30).seconds(70);
    run.load(300).seconds(8);
    assertThat(run.current()).isEqualTo(30);
    run.load(30).seconds(30);
    assertThat(run.current()).as("never down in a panic").isEqualTo(30);
    assertThat(run.last().clampedBy()).contains(Clamp.PANIC);
    run.load(30).seconds(150);
    assertThat(run.current()).isEqualTo(3);
  }

  @Test
  void keepsTheCountWhenMetricsAreMissing() {
    run.concurrency(10).bounds(1, 20).current(5).downDelay(10);
    run.load(50).seconds(60);
    run.missing().seconds(600);
    assertThat(run.current()).isEqualTo(5);
    assertThat(run.last().clampedBy()).containsExactly(Clamp.MISSING_SIGNALS);
    assertThat(run.last().saw()).containsKey("missing");
  }

  @Test
  void raisesOnOneTargetWhileAnotherIsMissing() {
    run.concurrency(10).rps(100).bounds(1, 20).current(2);
    run.load(50).missingRate().seconds(10);
    assertThat(run.current()).isEqualTo(5);
    run.load(1).missingRate().seconds(600);
    assertThat(run.current()).isEqualTo(5);
  }

  @Test
  void holdsAfterALongGapAsIfTheLoadHadStayed() {
    run.concurrency(10).bounds(1, 20).current(5).downDelay(60);
    run.load(50).seconds(61);
    run.missing().seconds(120);
    run.load(10).seconds(30);
    assertThat(run.current()).isEqualTo(5);
  }

  @Test
  void neverLeavesMinAndMax() {
    SplittableRandom random = new SplittableRandom(11);
    for (int seed = 0; seed < 50; seed++) {
      int min = random.nextInt(1, 5);
      int max = min + random.nextInt(1, 10);
      run.reset().concurrency(10).bounds(min, max).current(min).downDelay(random.nextInt(1, 60));
      for (int i = 0; i < 40; i++) {
        run.load(random.nextInt(0, 400)).seconds(random.nextInt(1, 12));
        assertThat(run.current()).isBetween(min, max);
      }
    }
  }

  @Test
  void movesIntoNewBoundsAtOnce() {
    run.concurrency(10).bounds(2, 10).current(2).load(0).seconds(1);
    run.bounds(4, 10).seconds(1);
    assertThat(run.current()).isEqualTo(4);
    run.bounds(1, 3).seconds(1);
    assertThat(run.current()).isEqualTo(3);
  }

  @Test
  void doesNotOscillateOnASteadyLoadWithNoise() {
    SplittableRandom random = new SplittableRandom(7);
    run.concurrency(10).bounds(1, 50).current(5);
    List<Integer> counts = new ArrayList<>();
    for (int second = 0; second < 7_200; second++) {
      run.load(50 + random.nextInt(-15, 16)).seconds(1);
      counts.add(run.current());
    }
    assertThat(changes(counts)).isLessThanOrEqualTo(8);
    assertThat(counts.subList(300, counts.size())).allMatch(count -> count >= 5 && count <= 7);
  }

  @Test
  void ignoresWhatLiesWithinTheTolerance() {
    run.concurrency(10).bounds(1, 20).current(10);
    run.load(108).seconds(30);
    assertThat(run.current()).isEqualTo(10);
    assertThat(run.last().clampedBy()).contains(Clamp.TOLERANCE);
    run.load(120).seconds(30);
    assertThat(run.current()).isBetween(11, 12);
  }

  @Test
  void followsAnOverrideWhateverTheLoad() {
    run.concurrency(10).bounds(1, 20).current(3);
    run.override(7).load(10).seconds(1);
    assertThat(run.current()).isEqualTo(7);
    run.override(2).load(500).seconds(5);
    assertThat(run.current()).isEqualTo(2);
    assertThat(run.last().clampedBy()).contains(Clamp.OVERRIDE);
  }

  @Test
  void takesTheHighestOfSeveralTargets() {
    run.concurrency(10).rps(100).cpu(0.5).bounds(1, 20).current(1);
    run.load(20).rate(700).cores(1.0).seconds(10);
    assertThat(run.current()).isEqualTo(7);
    assertThat(run.last().saw()).containsEntry("target", "rps");
    run.rate(100).cores(4.6).seconds(10);
    assertThat(run.current()).isEqualTo(10);
  }

  @Test
  void aimsAtAShareOfTheLearnedLimitByDefault() {
    run.bounds(1, 20).current(1).limit(20);
    run.load(70).seconds(10);
    assertThat(run.current()).isEqualTo(5);
    run.reset().bounds(1, 20).current(3).noLimit();
    run.load(1).seconds(600);
    assertThat(run.current()).as("nothing learned, nothing lowered").isEqualTo(3);
  }

  @Test
  void decidesOnceASecondHoweverOftenItIsAsked() {
    run.concurrency(10).bounds(1, 100).current(1).load(500);
    run.seconds(1);
    int after = run.current();
    run.again(Duration.ofMillis(200));
    run.again(Duration.ofMillis(200));
    assertThat(run.current()).isEqualTo(after);
  }

  @Test
  void saysWhatItSawWantedAndWasClampedBy() {
    run.concurrency(10).bounds(1, 4).current(3);
    run.load(200).seconds(2);
    assertThat(run.last().saw())
        .containsEntry("in-flight-and-queued", "200.00")
        .containsEntry("short-window-needs", "20.00")
        .containsEntry("wanted", "20")
        .containsEntry("max", "4")
        .containsKey("clamped-by");
    assertThat(run.last().clampedBy()).contains(Clamp.MAX);
    assertThat(run.last().reason()).contains("concurrency needs 20.00 instances");
  }

  @Test
  void isTheSameForTheSameFacts() {
    run.concurrency(10).bounds(1, 9).current(2);
    List<Integer> first = run.load(64).counts(20);
    run.reset().concurrency(10).bounds(1, 9).current(2);
    assertThat(run.load(64).counts(20)).isEqualTo(first);
  }

  static int changes(List<Integer> counts) {
    int changes = 0;
    for (int i = 1; i < counts.size(); i++) {
      changes += counts.get(i).equals(counts.get(i - 1)) ? 0 : 1;
    }
    return changes;
  }

  @Test
  void keepsItsMemoryBounded() {
    run.concurrency(10).bounds(1, 50).current(1).downDelay(300);
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 2_000; i++) {
      run.load(random.nextInt(0, 300)).seconds(1);
      assertThat(run.memory().samples()).hasSizeLessThanOrEqualTo(60);
      assertThat(run.memory().wants()).hasSizeLessThanOrEqualTo(51);
    }
  }

  @Test
  void treatsAnOverrideOfNothingAsNone() {
    run.concurrency(10).bounds(1, 9).current(2);
    assertThat(run.policy().override()).isEqualTo(OptionalInt.empty());
    assertThat(run.load(20).facts().load()).isEqualTo(OptionalDouble.of(20));
  }
}
