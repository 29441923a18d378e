package io.mainstay.model.spec;

/** A number of things, or a share of them. */
public sealed interface Amount {
  /**
   * A fixed number.
   *
   * @param value from 0
   */
  record Count(double value) implements Amount {}

  /**
   * A share of a whole.
   *
   * @param fraction 0.2 for {@code 20%}
   */
  record Share(double fraction) implements Amount {}

  /** What it means for {@code whole} things, rounded up, at least {@code atLeast}. */
  default int of(int whole, int atLeast) {
    double value =
        switch (this) {
          case Count count -> count.value();
          case Share share -> Math.ceil(share.fraction() * whole - 1e-9);
        };
    return Math.max(atLeast, (int) Math.ceil(value - 1e-9));
  }
}
