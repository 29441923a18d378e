package io.mainstay.gateway.http;

import io.mainstay.gateway.codec.Octets;
import java.security.MessageDigest;

/** What a request shows to be taken for a probe of our own. Any thread; never printed. */
public final class ProbeSecret {
  private static final int LEAST = 16;

  private final byte[] secret;

  /**
   * Takes it.
   *
   * @throws IllegalArgumentException unless it has 16 visible ASCII characters or more
   */
  public ProbeSecret(String secret) {
    if (secret.length() < LEAST || !secret.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      throw new IllegalArgumentException("a probe secret has 16 visible ASCII characters or more");
    }
    this.secret = Octets.bytes(secret);
  }

  /** Whether that is it; how long the answer takes does not tell how much of it is right. */
  boolean is(byte[] shown) {
    return MessageDigest.isEqual(secret, shown);
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
