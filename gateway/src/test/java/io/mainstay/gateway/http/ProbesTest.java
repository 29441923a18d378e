package io.mainstay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstay.model.ServiceName;
import io.mainstay.model.state.TransactionRun.Call;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProbesTest {
  private static final ServiceName SHOP = new ServiceName("shop");

  private final Probes probes = new Probes(Optional.empty());

  private static String run(int number) {
    return "%032x".formatted(number);
  }

  private void ended(int run, int status, Duration at) {
    probes.ended(Mark.of("", run(run)), SHOP, status, at.toNanos());
  }

  @Test
  void tellsTheEndOfARequestOnceAndOfARunOnce() {
    Mark mark = Mark.of("", run(0xabc));
    probes.ended(mark, SHOP, 200, 0);
    probes.ended(mark, SHOP, 0, 0);
    assertThat(probes.take(run(0xabc).toUpperCase(java.util.Locale.ROOT)))
        .containsExactly(new Call(SHOP, Optional.empty(), 200));
    assertThat(probes.take(run(0xabc))).isEmpty();
  }

  @Test
  void keepsTheNewestCallsOfTheNewestRuns() {
    for (int i = 0; i < 300; i++) {
      ended(i, 200, Duration.ZERO);
    }
    assertThat(probes.take(run(43))).isEmpty();
    assertThat(probes.take(run(44))).hasSize(1);
    for (int i = 1; i <= 70; i++) {
      ended(299, 400 + i, Duration.ZERO);
    }
    assertThat(probes.take(run(299)))
        .hasSize(64)
        .first()
        .satisfies(call -> assertThat(call.status()).isEqualTo(407));
  }

  @Test
  void forgetsRunsThatNobodyAsksFor() {
    ended(1, 200, Duration.ofSeconds(1));
    ended(2, 200, Duration.ofSeconds(2));
    probes.look(Duration.ofSeconds(61).toNanos());
    assertThat(probes.take(run(1))).isEmpty();
    assertThat(probes.take(run(2))).hasSize(1);
  }

  @Test
  void keepsItsSecret() {
    assertThat(new ProbeSecret("0123456789abcdef").toString()).doesNotContain("012");
    assertThatThrownBy(() -> new ProbeSecret("short")).hasMessageNotContaining("short\"");
    assertThatThrownBy(() -> new ProbeSecret("with spaces in the middle"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
