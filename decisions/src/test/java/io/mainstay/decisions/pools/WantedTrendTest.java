package io.mainstay.decisions.pools;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.MonotonicTime;
import java.time.Duration;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class WantedTrendTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void drawsASteadyRiseOn() {
    WantedTrend trend = trend(120, second -> 4 + second / 30);
    assertThat(trend.ahead(8, MINUTE)).isEqualTo(2);
    assertThat(trend.ahead(8, Duration.ofSeconds(10))).as("less than half of one").isZero();
  }

  @Test
  void expectsNothingOfWhatStaysFallsOrSwings() {
    assertThat(trend(300, _ -> 5).ahead(5, MINUTE)).isZero();
    assertThat(trend(300, second -> 20 - second / 30).ahead(10, MINUTE)).isZero();
    assertThat(trend(300, second -> 5 + second / 20 % 4).ahead(6, MINUTE)).isZero();
  }

  @Test
  void waitsUntilItHasSeenHalfAMinute() {
    assertThat(trend(25, second -> second).ahead(25, MINUTE)).isZero();
    assertThat(WantedTrend.EMPTY.ahead(3, MINUTE)).isZero();
  }

  @Test
  void neverExpectsMoreThanTwiceOfWhatThereIs() {
    assertThat(trend(60, second -> 1 + second).ahead(60, Duration.ofMinutes(10))).isEqualTo(60);
  }

  @Test
  void forgetsWhatIsOld() {
    WantedTrend trend = trend(1200, second -> second / 60);
    assertThat(trend.samples()).hasSizeLessThanOrEqualTo(61);
    assertThat(trend(900, second -> Math.min(10, second / 10)).ahead(10, MINUTE)).isZero();
  }

  private static WantedTrend trend(int seconds, IntUnaryOperator wanted) {
    WantedTrend trend = WantedTrend.EMPTY;
    for (int second = 0; second < seconds; second++) {
      trend = trend.seen(wanted.applyAsInt(second), new MonotonicTime(second * 1_000_000_000L));
    }
    return trend;
  }
}
