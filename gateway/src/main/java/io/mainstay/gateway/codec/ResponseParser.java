package io.mainstay.gateway.codec;

/**
 * Reads response heads of instances, as strictly as requests: what is ambiguous is garbage.
 * Stateless; called on event loops.
 */
public final class ResponseParser {
  /** More bytes are needed. */
  public static final int INCOMPLETE = 0;

  /** Not a response. */
  public static final int GARBAGE = -1;

  private ResponseParser() {}

  /**
   * Reads one head from the start of {@code bytes}.
   *
   * @param to end of what has arrived
   * @param head where it is put; valid only if the result is positive
   * @param headLimit largest head, in bytes
   * @return the length of the head; {@link #INCOMPLETE}; or {@link #GARBAGE}
   */
  public static int parse(byte[] bytes, int to, ResponseHead head, int headLimit) {
    int at = parseStatusLine(bytes, to, head);
    if (at > 0) {
      at = head.fields.parse(bytes, at, to);
      if (at < 0) {
        at = at == Fields.INCOMPLETE ? INCOMPLETE : GARBAGE;
      }
    }
    if (at <= 0) {
      return at == INCOMPLETE && to <= headLimit ? INCOMPLETE : GARBAGE;
    }
    head.bytes = bytes;
    head.end = at;
    return at <= headLimit && readFraming(head) ? at : GARBAGE;
  }

  private static int parseStatusLine(byte[] bytes, int to, ResponseHead head) {
    String version = "HTTP/1.";
    int known = Math.min(to, 13);
    for (int i = 0; i < known; i++) {
      byte octet = bytes[i];
      boolean fits =
          switch (i) {
            case 7 -> octet == '0' || octet == '1';
            case 8 -> octet == ' ';
            case 9 -> octet >= '1' && octet <= '5';
            case 10, 11 -> octet >= '0' && octet <= '9';
            case 12 -> octet == ' ' || octet == '\r';
            default -> octet == version.charAt(i);
          };
      // The third digit stands at 11; what follows it is a space, or the end of the line.
      if (!fits) {
        return GARBAGE;
      }
    }
    if (to < 14) {
      return INCOMPLETE;
    }
    int end = Octets.skipValue(bytes, 12, to);
    if (end + 1 >= to) {
      return end < to && bytes[end] != '\r' ? GARBAGE : INCOMPLETE;
    }
    if (bytes[end] != '\r' || bytes[end + 1] != '\n') {
      return GARBAGE;
    }
    head.minorZero = bytes[7] == '0';
    head.statusStart = 9;
    head.status = (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + bytes[11] - '0';
    return end + 2;
  }

  private static boolean readFraming(ResponseHead head) {
    int connection = ConnectionField.read(head.fields, head.bytes);
    head.contentLength = Framing.contentLength(head.fields, head.bytes);
    head.chunked = head.fields.has(Fields.TRANSFER_ENCODING);
    if ((connection & ConnectionField.MALFORMED) != 0
        || head.contentLength == Framing.INVALID
        || (head.chunked
            && (head.contentLength >= 0
                || head.minorZero
                || !Framing.isChunkedOnly(head.fields, head.bytes)))) {
      return false;
    }
    head.upgrade = (connection & ConnectionField.UPGRADE) != 0 && head.fields.has(Fields.UPGRADE);
    head.keepAlive =
        (connection & ConnectionField.CLOSE) == 0
            && (!head.minorZero || (connection & ConnectionField.KEEP_ALIVE) != 0);
    return head.status != 101 || head.upgrade;
  }
}
