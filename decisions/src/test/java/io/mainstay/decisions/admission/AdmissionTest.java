package io.mainstay.decisions.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.spec.TrafficPolicy.Concurrency;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1000 * MS;
  private static final Concurrency POLICY =
      new Concurrency(OptionalInt.empty(), 2, Duration.ofSeconds(5), Duration.ofSeconds(60));

  @Test
  void fixedLimitStays() {
    ConcurrencyLimit limit = ConcurrencyLimit.fixed(7);
    for (int i = 0; i < 1000; i++) {
      limit.answered(i * MS, i * MS, 7);
      limit.overloaded();
    }

    assertThat(limit.limit()).isEqualTo(7);
  }

  @Test
  void learnedLimitGrowsWhileLatencyHolds() {
    ConcurrencyLimit limit = ConcurrencyLimit.learned();
    answer(limit, 5000, 10 * MS, limit.limit());

    assertThat(limit.limit()).isGreaterThan(ConcurrencyLimit.FIRST);
  }

  @Test
  void learnedLimitStaysWhileItIsNotUsed() {
    ConcurrencyLimit limit = ConcurrencyLimit.learned();
    answer(limit, 5000, 10 * MS, 3);

    assertThat(limit.limit()).isEqualTo(ConcurrencyLimit.FIRST);
  }

  @Test
  void learnedLimitShrinksWhenLatencyMultiplies() {
    ConcurrencyLimit limit = ConcurrencyLimit.learned();
    answer(limit, 5000, 10 * MS, 3);
    answer(limit, 1000, 100 * MS, 100);

    assertThat(limit.limit()).isLessThan(ConcurrencyLimit.FIRST);
  }

  @Test
  void learnedLimitFindsWhatAServerCanDo() {
    // A server with 50 workers of 10 ms each: beyond 50 in flight, latency grows in proportion.
    ConcurrencyLimit limit = ConcurrencyLimit.learned();
    answer(limit, 20_000, 10 * MS, 40);
    for (int i = 0; i < 200_000; i++) {
      int inFlight = limit.limit();
      limit.answered(i * MS, 10 * MS * Math.max(50, inFlight) / 50, inFlight);
    }

    assertThat(limit.limit()).isBetween(50, 400);
  }

  @Test
  void overloadIsBoundedBelow() {
    ConcurrencyLimit limit = ConcurrencyLimit.learned();
    for (int i = 0; i < 1000; i++) {
      limit.overloaded();
    }

    assertThat(limit.limit()).isEqualTo(ConcurrencyLimit.LEAST);
  }

  @Test
  void queueIsBounded() {
    assertThat(QueueRule.mayWait(POLICY, 1)).isTrue();
    assertThat(QueueRule.mayWait(POLICY, 2)).isFalse();
  }

  @Test
  void waitIsLongerWhileAnInstanceStarts() {
    assertThat(QueueRule.deadline(POLICY, 100, 0, true, 30 * SECOND)).isEqualTo(60 * SECOND + 100);
    assertThat(QueueRule.deadline(POLICY, 100, 0, false, 30 * SECOND)).isEqualTo(5 * SECOND + 100);
    assertThat(QueueRule.deadline(POLICY, 100, 1, true, 30 * SECOND)).isEqualTo(5 * SECOND + 100);
  }

  @Test
  void waitEndsWithTheRequest() {
    assertThat(QueueRule.deadline(POLICY, 100, 1, false, 2 * SECOND)).isEqualTo(2 * SECOND);
  }

  private static void answer(ConcurrencyLimit limit, int count, long latency, int inFlight) {
    for (int i = 0; i < count; i++) {
      limit.answered(i * MS, latency, inFlight);
    }
  }
}
