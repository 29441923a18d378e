package io.mainstay.probes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GcWatchTest {
  private static final Duration WINDOW = Duration.ofSeconds(10);

  private final GcWatch watch = new GcWatch();

  @Test
  void knowsNothingBeforeTheWindowIsOver() {
    assertThat(at(0, 5, 1)).isEmpty();
    assertThat(at(9, 9, 1)).isEmpty();
    GcWatch.Share share = at(10, 10, 1).orElseThrow();
    assertThat(share.share()).isCloseTo(0.5, within(1e-6));
    assertThat(share.over()).isEqualTo(WINDOW);
  }

  @Test
  void forgetsWhatIsOlderThanTheWindow() {
    for (int second = 0; second <= 30; second++) {
      at(second, second, 1);
    }
    for (int second = 31; second <= 41; second++) {
      at(second, 30, 1);
    }
    assertThat(at(42, 30, 1).orElseThrow().share()).isZero();
  }

  @Test
  void takesTheTimeSinceTheLookBeforeIfThatIsLonger() {
    at(0, 0, 1);
    GcWatch.Share share = at(60, 30, 1).orElseThrow();
    assertThat(share.share()).isCloseTo(0.5, within(1e-6));
    assertThat(share.over()).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void beginsAnewWithAnotherProcess() {
    at(0, 0, 1);
    assertThat(at(20, 100, 2)).isEmpty();
    assertThat(at(30, 101, 2).orElseThrow().share()).isCloseTo(0.1, within(1e-6));
    assertThat(at(50, 3, 2)).as("it cannot have collected less").isEmpty();
  }

  private Optional<GcWatch.Share> at(long second, long collecting, long pid) {
    InstanceId shop = ProberWorld.SHOP_1;
    return watch.take(
        shop,
        pid,
        Duration.ofSeconds(collecting),
        new MonotonicTime(Duration.ofSeconds(second).toNanos()),
        WINDOW);
  }
}
