package io.mainstay.testkit;

import io.mainstay.ports.Randomness;
import java.util.Locale;
import java.util.SplittableRandom;

/** Drawn numbers that depend on a seed alone. One thread. */
public final class SeededRandomness implements Randomness {
  private final SplittableRandom random;

  /** The same seed gives the same numbers. */
  public SeededRandomness(long seed) {
    this(new SplittableRandom(seed));
  }

  private SeededRandomness(SplittableRandom random) {
    this.random = random;
  }

  @Override
  public double nextDouble() {
    return random.nextDouble();
  }

  @Override
  public String nextToken() {
    return String.format(Locale.ROOT, "%016x%016x", random.nextLong(), random.nextLong());
  }

  /** Uniform in [from, to). */
  public int nextInt(int from, int to) {
    return random.nextInt(from, to);
  }

  /** True with that probability. */
  public boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** A source of its own, so that components do not disturb each other's numbers. */
  public SeededRandomness split() {
    return new SeededRandomness(random.split());
  }
}
