package io.mainstay.linux;

import io.mainstay.ports.Randomness;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Numbers from the machine: tokens that nobody can guess, and plain numbers that are cheap. */
public final class SecureRandomness implements Randomness {
  private static final int TOKEN_BYTES = 16;

  private final SecureRandom secure = new SecureRandom();

  @Override
  public double nextDouble() {
    return ThreadLocalRandom.current().nextDouble();
  }

  @Override
  public String nextToken() {
    byte[] token = new byte[TOKEN_BYTES];
    secure.nextBytes(token);
    return HexFormat.of().formatHex(token);
  }
}
