package io.mainstay.ports;

/** Where drawn numbers come from; seeded in tests and in the simulator. */
public interface Randomness {
  /** Uniform in [0, 1). */
  double nextDouble();

  /** A fresh token of 128 random bits, as 32 hexadecimal digits. */
  String nextToken();
}
