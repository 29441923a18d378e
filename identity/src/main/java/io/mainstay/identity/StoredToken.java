package io.mainstay.identity;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What a cluster keeps of a join token: enough to know it again, not enough to make it.
 *
 * @param id tells tokens apart
 * @param secretHash SHA-256 of the secret, hexadecimal
 * @param expiry from then on it is refused
 */
public record StoredToken(String id, String secretHash, Instant expiry) {
  /**
   * Why {@code token} does not open the cluster; empty if it does. The comparison takes as long for
   * a wrong secret as for the right one.
   */
  public Optional<String> refusal(JoinToken token, Instant now) {
    byte[] expected = HexFormat.of().parseHex(secretHash);
    if (!token.id().equals(id) || !MessageDigest.isEqual(expected, token.secretHash())) {
      return Optional.of("token: not known here (expected: one that \"mainstay token\" printed)");
    }
    return now.isBefore(expiry)
        ? Optional.empty()
        : Optional.of(
            "token: expired at " + expiry + " (expected: a fresh one; run \"mainstay token\")");
  }
}
