package io.mainstay.decisions.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlidingCountsTest {
  @Test
  void coversBetweenNineTenthsAndAllOfTheWindow() {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      SlidingCounts counts = new SlidingCounts(1000);
      ArrayDeque<Long> all = new ArrayDeque<>();
      long now = random.nextLong(-5000, 5000);
      for (int i = 0; i < 2000; i++) {
        now += random.nextInt(50) == 0 ? random.nextInt(3000) : random.nextInt(20);
        counts.addFirst(now, 1);
        all.add(now);
        long end = now;
        long atMost = all.stream().filter(time -> end - time < 1000).count();
        long atLeast = all.stream().filter(time -> end - time < 900).count();

        assertThat(counts.first(now)).as("seed %d", seed).isBetween(atLeast, atMost);
        assertThat(counts.second(now)).isZero();
        while (!all.isEmpty() && end - all.peek() > 2000) {
          all.remove();
        }
      }
    }
  }
}
