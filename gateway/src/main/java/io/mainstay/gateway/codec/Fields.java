package io.mainstay.gateway.codec;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The field lines of one head, as ranges of the byte array that was parsed. Reused for every head
 * of a loop; valid until the next one is parsed.
 */
public final class Fields {
  /** More fields than that are refused. */
  public static final int MOST = 256;

  /** The outcome of {@link #parse}: the blank line has not arrived. */
  public static final int INCOMPLETE = -1;

  /** The outcome of {@link #parse}: not well formed. */
  public static final int MALFORMED = -2;

  /** The outcome of {@link #parse}: more than {@link #MOST} fields. */
  public static final int TOO_MANY = -3;

  static final byte OTHER = 0;
  static final byte HOST = 1;
  static final byte CONTENT_LENGTH = 2;
  static final byte TRANSFER_ENCODING = 3;
  static final byte CONNECTION = 4;
  static final byte KEEP_ALIVE = 5;
  static final byte PROXY_CONNECTION = 6;
  static final byte TE = 7;
  static final byte UPGRADE = 8;
  static final byte EXPECT = 9;
  static final byte FORWARDED_FOR = 10;
  static final byte FORWARDED_PROTO = 11;
  static final byte HTTP2_SETTINGS = 12;
  static final byte LISTED = 13;
  static final byte PROBE = 14;
  static final byte PIN = 15;
  static final byte TRANSACTION = 16;
  static final byte INSTANCE = 17;

  private static final byte[][] NAMES = {
    Octets.bytes(""),
    Octets.bytes("host"),
    Octets.bytes("content-length"),
    Octets.bytes("transfer-encoding"),
    Octets.bytes("connection"),
    Octets.bytes("keep-alive"),
    Octets.bytes("proxy-connection"),
    Octets.bytes("te"),
    Octets.bytes("upgrade"),
    Octets.bytes("expect"),
    Octets.bytes("x-forwarded-for"),
    Octets.bytes("x-forwarded-proto"),
    Octets.bytes("http2-settings"),
    // What a connection lists is not known by its name.
    Octets.bytes(""),
    Octets.bytes("x-mainstay-probe"),
    Octets.bytes("x-mainstay-pin"),
    Octets.bytes("x-mainstay-transaction"),
    Octets.bytes("x-mainstay-instance"),
  };

  private final int[] nameStart = new int[MOST + 1];
  private final int[] nameEnd = new int[MOST];
  private final int[] valueStart = new int[MOST];
  private final int[] valueEnd = new int[MOST];
  private final byte[] kind = new byte[MOST];
  private int count;
  private int seen;

  /**
   * Reads field lines up to and including the blank line.
   *
   * @param from where the first line begins
   * @param to end of the bytes that have arrived
   * @return the position behind the blank line, or one of the outcomes above
   */
  public int parse(byte[] bytes, int from, int to) {
    count = 0;
    seen = 0;
    int at = from;
    while (true) {
      if (at >= to) {
        return INCOMPLETE;
      }
      if (bytes[at] == '\r') {
        if (at + 1 >= to) {
          return INCOMPLETE;
        }
        nameStart[count] = at;
        return bytes[at + 1] == '\n' ? at + 2 : MALFORMED;
      }
      if (count == MOST) {
        return TOO_MANY;
      }
      at = parseLine(bytes, at, to);
      if (at < 0) {
        return at;
      }
    }
  }

  private int parseLine(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && Octets.isToken(bytes[at])) {
      at++;
    }
    if (at >= to) {
      return INCOMPLETE;
    }
    // No white space before the colon, no folded line, no empty name.
    if (bytes[at] != ':' || at == from) {
      return MALFORMED;
    }
    int name = at;
    at++;
    while (at < to && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
    int value = at;
    at = Octets.skipValue(bytes, at, to);
    if (at + 1 >= to) {
      return at < to && bytes[at] != '\r' ? MALFORMED : INCOMPLETE;
    }
    if (bytes[at] != '\r' || bytes[at + 1] != '\n') {
      return MALFORMED;
    }
    int end = at;
    while (end > value && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t')) {
      end--;
    }
    byte found = classify(bytes, from, name);
    nameStart[count] = from;
    nameEnd[count] = name;
    valueStart[count] = value;
    valueEnd[count] = end;
    kind[count] = found;
    seen |= 1 << found;
    count++;
    return at + 2;
  }

  private static byte classify(byte[] bytes, int from, int to) {
    int first = bytes[from] | 0x20;
    byte candidate =
        switch (to - from) {
          case 2 -> TE;
          case 4 -> HOST;
          case 6 -> EXPECT;
          case 7 -> UPGRADE;
          case 10 -> first == 'c' ? CONNECTION : KEEP_ALIVE;
          case 14 -> first == 'c' ? CONTENT_LENGTH : first == 'h' ? HTTP2_SETTINGS : PIN;
          case 15 -> FORWARDED_FOR;
          case 16 -> first == 'p' ? PROXY_CONNECTION : PROBE;
          case 17 -> first == 't' ? TRANSFER_ENCODING : FORWARDED_PROTO;
          case 19 -> INSTANCE;
          case 22 -> TRANSACTION;
          default -> OTHER;
        };
    return candidate != OTHER && Octets.is(bytes, from, to, NAMES[candidate]) ? candidate : OTHER;
  }

  /** Marks the fields of that name as belonging to this connection only. */
  void markListed(byte[] bytes, int from, int to) {
    for (int i = 0; i < count; i++) {
      if (kind[i] == OTHER
          && Octets.sameLetters(bytes, nameStart[i], nameEnd[i], bytes, from, to)) {
        kind[i] = LISTED;
        seen |= 1 << LISTED;
      }
    }
  }

  /** Whether a field of that kind is there. */
  boolean has(byte wanted) {
    return (seen & (1 << wanted)) != 0;
  }

  /** How many of that kind. */
  int number(byte wanted) {
    int number = 0;
    if (has(wanted)) {
      for (int i = 0; i < count; i++) {
        if (kind[i] == wanted) {
          number++;
        }
      }
    }
    return number;
  }

  /** The first of that kind, or -1. */
  int first(byte wanted) {
    if (has(wanted)) {
      for (int i = 0; i < count; i++) {
        if (kind[i] == wanted) {
          return i;
        }
      }
    }
    return -1;
  }

  /** The value of the first field of that name, which is in lower case; null if there is none. */
  public @Nullable String value(byte[] bytes, byte[] lowerName) {
    for (int i = 0; i < count; i++) {
      if (Octets.is(bytes, nameStart[i], nameEnd[i], lowerName)) {
        return Octets.text(bytes, valueStart[i], valueEnd[i]);
      }
    }
    return null;
  }

  /** Whether a field has that lower-case name and exactly that value. */
  boolean has(byte[] bytes, byte[] lowerName, byte[] value) {
    for (int i = 0; i < count; i++) {
      if (Octets.is(bytes, nameStart[i], nameEnd[i], lowerName)
          && Arrays.equals(bytes, valueStart[i], valueEnd[i], value, 0, value.length)) {
        return true;
      }
    }
    return false;
  }

  /** How many fields. */
  public int count() {
    return count;
  }

  byte kind(int index) {
    return kind[index];
  }

  /** Where the line begins; for {@code index == count()} where the blank line begins. */
  int lineStart(int index) {
    return nameStart[index];
  }

  int nameEnd(int index) {
    return nameEnd[index];
  }

  int valueStart(int index) {
    return valueStart[index];
  }

  int valueEnd(int index) {
    return valueEnd[index];
  }
}
