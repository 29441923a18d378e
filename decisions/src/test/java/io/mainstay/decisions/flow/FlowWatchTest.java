package io.mainstay.decisions.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.FlowHealth;
import io.mainstay.model.state.FlowKey;
import io.mainstay.model.state.FlowSighting.Side;
import io.mainstay.model.state.FlowStatus;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowWatchTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void findsASilentLossOfFivePercentWithinSomeHundredOrders() {
    long most = 0;
    for (int seed = 0; seed < 50; seed++) {
      FlowWorld world = FlowWorld.of(seed);
      world.run(Duration.ofMinutes(10), SECOND);
      assertThat(world.changes).as("seed %s", seed).isEmpty();
      assertThat(world.watch.status().health()).isEqualTo(FlowHealth.PASSING);
      long before = world.watch.status().counts().begun();
      world.lossShare = 0.05;
      while (world.changes.isEmpty()) {
        world.run(SECOND, SECOND);
        assertThat(world.watch.status().counts().begun() - before).isLessThan(3000);
      }
      assertThat(world.changes).containsExactly(FlowHealth.FAILING);
      most = Math.max(most, world.watch.status().counts().begun() - before);
    }
    assertThat(most).isLessThan(1000);
  }

  @Test
  void findsALossOfAllWithinAsManyAsTheFileAsksFor() {
    for (int seed = 0; seed < 100; seed++) {
      FlowWorld world = FlowWorld.of(seed);
      world.run(Duration.ofMinutes(10), SECOND);
      world.lossShare = 1;
      world.run(Duration.ofSeconds(60), SECOND);
      assertThat(world.changes).as("seed %s", seed).containsExactly(FlowHealth.FAILING);
      assertThat(world.told.getFirst().evidence().get("not-followed")).contains("(missing)");
      world.lossShare = 0;
      world.run(Duration.ofSeconds(90), SECOND);
      assertThat(world.changes).containsExactly(FlowHealth.FAILING, FlowHealth.PASSING);
    }
  }

  @Test
  void staysWithItsVerdictWhileTheLossGoesOn() {
    int flaps = 0;
    for (int seed = 0; seed < 10; seed++) {
      FlowWorld world = FlowWorld.of(seed);
      world.lossShare = 0.05;
      world.run(Duration.ofHours(4), SECOND);
      flaps += world.changes.size() - 1;
      world.lossShare = 0.002;
      world.run(Duration.ofHours(1), SECOND);
      assertThat(world.changes.getLast()).as("seed %s", seed).isEqualTo(FlowHealth.PASSING);
    }
    assertThat(flaps).isLessThanOrEqualTo(2);
  }

  @Test
  void raisesNoFalseAlarmInDaysOfNoise() {
    noise(0, 3);
  }

  @Tag("deep")
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void raisesNoFalseAlarmInAMonthOfNoise(long seed) {
    noise(seed, 30);
  }

  private static void noise(long seed, int days) {
    FlowWorld world = FlowWorld.of(seed);
    world.daily = true;
    world.rate = 0.6;
    world.lossShare = 0.005;
    world.earlyShare = 0.3;
    world.duplicateShare = 0.02;
    world.run(Duration.ofDays(days), Duration.ofSeconds(5));
    assertThat(world.changes).as("seed %s", seed).isEmpty();
    FlowStatus.Counts counts = world.watch.status().counts();
    assertThat(counts.begun()).isGreaterThan(days * 25_000L);
    assertThat((double) counts.missing() / counts.begun()).isBetween(0.004, 0.007);
  }

  @Test
  void seesThatNobodyOrdersAnyMore() {
    for (int seed = 0; seed < 3; seed++) {
      FlowWorld world = FlowWorld.of(seed);
      world.daily = true;
      world.rate = 0.5;
      world.run(Duration.ofDays(9).plusHours(12), Duration.ofSeconds(20));
      assertThat(world.changes).isEmpty();
      world.rate = 0;
      world.run(Duration.ofMinutes(10), Duration.ofSeconds(20));
      assertThat(world.changes).as("seed %s", seed).containsExactly(FlowHealth.SILENT);
      assertThat(world.told.getFirst().reason()).contains(" began in ");
      world.rate = 0.5;
      world.run(Duration.ofMinutes(30), Duration.ofSeconds(20));
      assertThat(world.changes).containsExactly(FlowHealth.SILENT, FlowHealth.PASSING);
    }
  }

  @Test
  void tellsThatItPassesHoweverLongThatWasUnknownAfterASilence() {
    FlowWorld world = FlowWorld.of(1);
    world.daily = true;
    world.rate = 0.5;
    world.run(Duration.ofDays(9).plusHours(12), Duration.ofSeconds(20));
    world.rate = 0;
    world.run(Duration.ofMinutes(10), Duration.ofSeconds(20));
    world.rate = 0.5;
    world.keylessShare = 1;
    world.run(Duration.ofMinutes(10), Duration.ofSeconds(20));
    assertThat(world.watch.status().health()).isEqualTo(FlowHealth.UNKNOWN);
    world.keylessShare = 0;
    world.run(Duration.ofHours(5), Duration.ofSeconds(20));
    assertThat(world.watch.status().health()).isEqualTo(FlowHealth.PASSING);
    assertThat(world.changes).containsExactly(FlowHealth.SILENT, FlowHealth.PASSING);
  }

  @Test
  void takesSharesAsTheFileSaysThem() {
    FlowWindow window = new FlowWindow();
    window.add(new FlowWindow.Group(2000, 200, 0, 0));
    assertThat(window.returned(FlowWatch.mayMiss(0.9), 20, 0.5)).isTrue();
  }

  @Test
  void doesNotCallItMissingWhereKeysCannotBeRead() {
    for (int seed = 0; seed < 20; seed++) {
      FlowWorld world = FlowWorld.of(seed);
      world.keylessShare = 0.3;
      world.run(Duration.ofMinutes(30), SECOND);
      assertThat(world.changes).isEmpty();
      FlowStatus status = world.watch.status();
      assertThat(status.health()).isEqualTo(FlowHealth.UNKNOWN);
      assertThat(status.reason()).contains("show no key");
    }
  }

  @Test
  void doesNotCallItMissingWhereSightingsWereLost() {
    FlowWatch watch =
        new FlowWatch(
            new FlowKey(new ServiceName("shop"), "ship"),
            FlowWorld.spec(0.99, Duration.ofSeconds(5)),
            MonotonicTime.ZERO,
            Instant.EPOCH);
    for (int i = 0; i < 100; i++) {
      watch.take(FlowWorld.seen(Side.WHEN, i, at(10), "o"));
    }
    watch.dropped(100, new MonotonicTime(at(12)));
    assertThat(watch.judge(new MonotonicTime(at(20)), Instant.EPOCH)).isEmpty();
    assertThat(watch.status().counts().missing()).isZero();
    for (int i = 100; i < 200; i++) {
      watch.take(FlowWorld.seen(Side.WHEN, i, at(20), "o"));
    }
    assertThat(watch.judge(new MonotonicTime(at(26)), Instant.EPOCH)).isPresent();
  }

  private static long at(int seconds) {
    return seconds * 1_000_000_000L;
  }
}
