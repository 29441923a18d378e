package io.mainstay.admin;

import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that every act of the API must show. It stays the same over restarts, so that the push
 * addresses of adopted instances stay good. It is never printed: {@link #toString} hides it.
 */
public final class AdminToken {
  /** Its file in the data folder. */
  public static final String FILE = "admin.token";

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{32,128}");
  private static final int PUSH_KEY_LENGTH = 32;
  private final String value;

  /**
   * A token of that text.
   *
   * @throws IllegalArgumentException if it is not 32 to 128 characters of {@code A-Za-z0-9_-}
   */
  public AdminToken(String value) {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("token: not 32 to 128 characters of A-Z a-z 0-9 _ -");
    }
    this.value = value;
  }

  /**
   * Reads the token of a data folder; makes one where there is none (or a damaged one), readable by
   * its owner only.
   */
  public static AdminToken load(Path dataDirectory) throws IOException {
    Path file = dataDirectory.resolve(FILE);
    if (Files.exists(file)) {
      String text = Files.readString(file, StandardCharsets.UTF_8).strip();
      if (FORM.matcher(text).matches()) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return new AdminToken(text);
      }
    }
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    write(file, text);
    return new AdminToken(text);
  }

  /** Written aside and moved, so that a reader never sees half of it. */
  private static void write(Path file, String text) throws IOException {
    Path aside = file.resolveSibling(FILE + ".new");
    Files.deleteIfExists(aside);
    try (FileChannel channel =
        FileChannel.open(
            aside,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Compares in a time that does not depend on where they differ. */
  boolean matches(String candidate) {
    return MessageDigest.isEqual(
        value.getBytes(StandardCharsets.UTF_8), candidate.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The key with which one instance, and only for itself, may report: HMAC-SHA-256 of its name
   * under the token. It opens nothing else, and the token cannot be told from it.
   */
  String pushKey(InstanceId instance) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(value.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] sum = mac.doFinal(("push/" + instance).getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(sum)
          .substring(0, PUSH_KEY_LENGTH);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
    }
  }

  /** Whether {@code key} is the one of {@code instance}. */
  boolean matchesPushKey(InstanceId instance, String key) {
    return MessageDigest.isEqual(
        pushKey(instance).getBytes(StandardCharsets.UTF_8), key.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The value of {@code MAINSTAY_PUSH_URL}: a plain POST to it says that the instance is well.
   *
   * @param admin where the API listens, with its real port
   */
  public String pushUrl(Address admin, InstanceId instance) {
    return "http://" + admin + "/api/v1/instances/" + instance + "/push/" + pushKey(instance);
  }

  /** The secret itself, for whoever writes it into a request. */
  public String value() {
    return value;
  }

  @Override
  public String toString() {
    return "AdminToken[hidden]";
  }
}
