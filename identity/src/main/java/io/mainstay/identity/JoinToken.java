package io.mainstay.identity;

import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * What lets a machine join: which cluster, the fingerprint of its authority, and a secret. Its text
 * is {@code mst1.} and base64url. Whoever has it may join until it expires. Immutable.
 */
public final class JoinToken {
  private static final String PREFIX = "mst1.";
  private static final int ID_BYTES = 8;
  private static final int SECRET_BYTES = 16;
  private static final int FINGERPRINT_BYTES = 32;
  private static final int CONTENT =
      2 * Long.BYTES + FINGERPRINT_BYTES + ID_BYTES + SECRET_BYTES + Long.BYTES;
  private static final int CHECK = Integer.BYTES;

  private final UUID clusterId;
  private final byte[] authority;
  private final byte[] id;
  private final byte[] secret;
  private final Instant expiry;

  private JoinToken(UUID clusterId, byte[] authority, byte[] id, byte[] secret, Instant expiry) {
    this.clusterId = clusterId;
    this.authority = authority;
    this.id = id;
    this.secret = secret;
    this.expiry = expiry;
  }

  /** What a text turned out to be. */
  public sealed interface Parsed {
    /** A token; whether a cluster knows it is another question. */
    record Valid(JoinToken token) implements Parsed {}

    /**
     * None.
     *
     * @param reason what is wrong with it, without the text itself
     */
    record Invalid(String reason) implements Parsed {}
  }

  /**
   * A new token with a drawn secret of 128 bits.
   *
   * @param validity from now, in whole seconds
   */
  public static JoinToken issue(ClusterAuthority authority, Duration validity, Instant now) {
    return issue(authority.clusterId(), authority.fingerprint(), validity, now);
  }

  /**
   * The same on a server that has not the authority's key.
   *
   * @param fingerprint SHA-256 of the authority's certificate
   */
  public static JoinToken issue(
      String clusterId, byte[] fingerprint, Duration validity, Instant now) {
    return new JoinToken(
        UUID.fromString(clusterId),
        fingerprint.clone(),
        Certificates.randomBytes(ID_BYTES),
        Certificates.randomBytes(SECRET_BYTES),
        Instant.ofEpochSecond(now.plus(validity).getEpochSecond()));
  }

  /** Reads the text of a token. */
  public static Parsed parse(String text) {
    String trimmed = text.strip();
    if (!trimmed.startsWith(PREFIX)) {
      return new Parsed.Invalid("token: begins otherwise (expected: \"" + PREFIX + "\")");
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(trimmed.substring(PREFIX.length()));
    } catch (IllegalArgumentException e) {
      return new Parsed.Invalid("token: has a character that no token has (expected: base64url)");
    }
    if (bytes.length != CONTENT + CHECK) {
      return new Parsed.Invalid(
          "token: %d bytes (expected: %d); it was cut or lengthened"
              .formatted(bytes.length, CONTENT + CHECK));
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (check(bytes) != in.getInt(CONTENT)) {
      return new Parsed.Invalid("token: its check sum does not fit; it was mistyped");
    }
    UUID clusterId = new UUID(in.getLong(), in.getLong());
    byte[] authority = take(in, FINGERPRINT_BYTES);
    byte[] id = take(in, ID_BYTES);
    byte[] secret = take(in, SECRET_BYTES);
    try {
      Instant expiry = Instant.ofEpochSecond(in.getLong());
      return new Parsed.Valid(new JoinToken(clusterId, authority, id, secret, expiry));
    } catch (DateTimeException e) {
      return new Parsed.Invalid("token: expires at a time that does not exist");
    }
  }

  /** What {@code join --token} takes. */
  public String text() {
    ByteBuffer out =
        ByteBuffer.allocate(CONTENT + CHECK)
            .putLong(clusterId.getMostSignificantBits())
            .putLong(clusterId.getLeastSignificantBits())
            .put(authority)
            .put(id)
            .put(secret)
            .putLong(expiry.getEpochSecond());
    out.putInt(check(out.array()));
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(out.array());
  }

  /** Which cluster it opens. */
  public String clusterId() {
    return clusterId.toString();
  }

  /** SHA-256 of the certificate of the cluster's authority. */
  public byte[] authorityFingerprint() {
    return authority.clone();
  }

  /** Tells tokens apart; no secret, 16 hexadecimal digits. */
  public String id() {
    return HexFormat.of().formatHex(id);
  }

  /** From then on nobody may join with it. */
  public Instant expiry() {
    return expiry;
  }

  /** What the cluster keeps of it. */
  public StoredToken stored() {
    return new StoredToken(id(), HexFormat.of().formatHex(secretHash()), expiry);
  }

  /** The secret alone has 128 random bits: a plain hash cannot be turned back. */
  byte[] secretHash() {
    return Certificates.sha256(secret);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "token " + id() + " of cluster " + clusterId + " until " + expiry;
  }

  private static byte[] take(ByteBuffer in, int count) {
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }

  private static int check(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(Arrays.copyOf(bytes, CONTENT));
    return (int) crc.getValue();
  }
}
