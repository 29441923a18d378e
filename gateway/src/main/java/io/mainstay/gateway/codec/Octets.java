package io.mainstay.gateway.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Classes of bytes as RFC 9110 and RFC 9112 define them, and comparisons of ranges. */
public final class Octets {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;

  private static final byte TOKEN = 1;
  private static final byte VALUE = 2;
  private static final byte TARGET = 4;
  private static final byte HOST = 8;
  private static final byte[] CLASSES = classes();

  private Octets() {}

  private static byte[] classes() {
    byte[] classes = new byte[256];
    for (int c = 0; c < 256; c++) {
      boolean letterOrDigit =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (letterOrDigit || (c < 128 && "!#$%&'*+-.^_`|~".indexOf(c) >= 0)) {
        classes[c] |= TOKEN;
      }
      if (c == '\t' || (c >= 0x20 && c != 0x7f)) {
        classes[c] |= VALUE;
      }
      if (c > 0x20 && c < 0x7f && c != '#' && c != '"' && c != '<' && c != '>' && c != '\\') {
        classes[c] |= TARGET;
      }
      if (letterOrDigit || (c < 128 && "-._~!$&'()*+;=:[]%".indexOf(c) >= 0)) {
        classes[c] |= HOST;
      }
    }
    return classes;
  }

  /** Part of a token: a method or the name of a field. */
  public static boolean isToken(byte octet) {
    return (CLASSES[octet & 0xff] & TOKEN) != 0;
  }

  /** Part of the value of a field: no control characters but the tab. */
  public static boolean isValue(byte octet) {
    return (CLASSES[octet & 0xff] & VALUE) != 0;
  }

  /** Part of a request target: visible ASCII without what no URI may hold. */
  public static boolean isTarget(byte octet) {
    return (CLASSES[octet & 0xff] & TARGET) != 0;
  }

  /** Part of a host with an optional port. */
  public static boolean isHost(byte octet) {
    return (CLASSES[octet & 0xff] & HOST) != 0;
  }

  /** The first position from {@code from} that is not part of a value; eight bytes at a time. */
  public static int skipValue(byte[] bytes, int from, int to) {
    int at = from;
    while (at + 8 <= to) {
      long word = (long) LONGS.get(bytes, at);
      long delete = word ^ (0x7f * ONES);
      // High bits where a byte is below 0x20 or is 0x7f; a borrow can only add candidates.
      long odd = (((word - 0x20 * ONES) & ~word) | ((delete - ONES) & ~delete)) & HIGH;
      if (odd != 0) {
        break;
      }
      at += 8;
    }
    // A tab stops the fast loop above but is part of a value.
    while (at < to && isValue(bytes[at])) {
      at++;
    }
    return at;
  }

  /** Whether the range is {@code lower}, which is in lower case, in any case. */
  public static boolean is(byte[] bytes, int from, int to, byte[] lower) {
    if (to - from != lower.length) {
      return false;
    }
    for (int i = 0; i < lower.length; i++) {
      if (lower(bytes[from + i]) != lower[i]) {
        return false;
      }
    }
    return true;
  }

  /** Whether the two ranges hold the same letters, in any case. */
  public static boolean sameLetters(
      byte[] bytes, int from, int to, byte[] others, int otherFrom, int otherTo) {
    if (to - from != otherTo - otherFrom) {
      return false;
    }
    for (int i = 0; i < to - from; i++) {
      if (lower(bytes[from + i]) != lower(others[otherFrom + i])) {
        return false;
      }
    }
    return true;
  }

  /** A letter in lower case; anything else as it is. */
  public static byte lower(byte octet) {
    return octet >= 'A' && octet <= 'Z' ? (byte) (octet + 32) : octet;
  }

  /** The range as text, one character a byte. */
  public static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** The bytes of {@code text}, one a character. */
  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
