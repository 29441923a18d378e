package io.mainstay.probes.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
  @Test
  void quantilesAreWithinABucketOfTheTruth() {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      LatencyHistogram histogram = new LatencyHistogram();
      long[] all = new long[1 + random.nextInt(1000)];
      for (int i = 0; i < all.length; i++) {
        all[i] = (long) Math.exp(random.nextDouble() * 28);
        histogram.record(all[i]);
      }
      Arrays.sort(all);
      for (double share : new double[] {0.01, 0.5, 0.99, 1}) {
        long truth = all[(int) Math.max(1, Math.ceil(share * all.length)) - 1] / 1000 * 1000;

        assertThat(histogram.quantile(share).toNanos())
            .as("seed %d share %f", seed, share)
            .isBetween(truth, (long) (truth * 1.04) + 1000);
      }
    }
  }

  @Test
  void emptyHistogramAnswersZero() {
    assertThat(new LatencyHistogram().quantile(0.5)).isEqualTo(Duration.ZERO);
  }
}
