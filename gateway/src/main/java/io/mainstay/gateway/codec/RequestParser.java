package io.mainstay.gateway.codec;

import io.mainstay.gateway.codec.RequestHead.Method;

/**
 * Reads request heads as strictly as RFC 9112 allows: whatever two parsers could read differently
 * is refused. Stateless; called on event loops.
 */
public final class RequestParser {
  /** More bytes are needed. */
  public static final int INCOMPLETE = 0;

  private static final byte[] CONTINUE = Octets.bytes("100-continue");
  private static final byte[] H2C = Octets.bytes("h2c");
  private static final byte[] HTTP = Octets.bytes("http://");
  private static final byte[] HTTPS = Octets.bytes("https://");
  private static final int MALFORMED = -400;
  private static final int TARGET_TOO_LONG = -414;
  private static final int HEAD_TOO_LARGE = -431;

  private RequestParser() {}

  /**
   * Reads one head from the start of {@code bytes}.
   *
   * @param to end of what has arrived
   * @param head where it is put; valid only if the result is positive
   * @param targetLimit longest target, in bytes
   * @param headLimit largest head, in bytes
   * @return the length of the head; {@link #INCOMPLETE}; or the negative status to answer with
   */
  public static int parse(byte[] bytes, int to, RequestHead head, int targetLimit, int headLimit) {
    int start = 0;
    // A robust server ignores empty lines before the request line (RFC 9112, 2.2).
    while (start + 1 < to && start < 8 && bytes[start] == '\r' && bytes[start + 1] == '\n') {
      start += 2;
    }
    int at = parseRequestLine(bytes, start, to, head, targetLimit);
    if (at <= 0) {
      return at == INCOMPLETE && to > headLimit ? HEAD_TOO_LARGE : at;
    }
    int end = head.fields.parse(bytes, at, to);
    if (end < 0) {
      return switch (end) {
        case Fields.TOO_MANY -> HEAD_TOO_LARGE;
        case Fields.INCOMPLETE -> to > headLimit ? HEAD_TOO_LARGE : INCOMPLETE;
        default -> MALFORMED;
      };
    }
    if (end > headLimit) {
      return HEAD_TOO_LARGE;
    }
    head.end = end;
    head.marksKept = false;
    head.readMethod();
    return isSound(head) && readFraming(head) ? end : MALFORMED;
  }

  private static int parseRequestLine(
      byte[] bytes, int start, int to, RequestHead head, int targetLimit) {
    int at = start;
    while (at < to && Octets.isToken(bytes[at])) {
      at++;
    }
    if (at >= to) {
      return at - start > 64 ? MALFORMED : INCOMPLETE;
    }
    if (at == start || bytes[at] != ' ') {
      return bytes[start] == '\r' && start + 1 >= to ? INCOMPLETE : MALFORMED;
    }
    head.bytes = bytes;
    head.methodStart = start;
    head.methodEnd = at++;
    head.targetStart = at;
    while (at < to && Octets.isTarget(bytes[at])) {
      at++;
    }
    if (at - head.targetStart > targetLimit) {
      return TARGET_TOO_LONG;
    }
    if (at >= to) {
      return INCOMPLETE;
    }
    if (bytes[at] != ' ' || at == head.targetStart) {
      return MALFORMED;
    }
    head.targetEnd = at;
    head.pathStart = head.targetStart;
    return parseVersion(bytes, at + 1, to, head);
  }

  private static int parseVersion(byte[] bytes, int from, int to, RequestHead head) {
    String version = "HTTP/1.";
    for (int i = 0; i < 10; i++) {
      if (from + i >= to) {
        return INCOMPLETE;
      }
      byte octet = bytes[from + i];
      boolean fits =
          switch (i) {
            case 7 -> octet == '0' || octet == '1';
            case 8 -> octet == '\r';
            case 9 -> octet == '\n';
            default -> octet == version.charAt(i);
          };
      if (!fits) {
        return MALFORMED;
      }
    }
    head.minorZero = bytes[from + 7] == '0';
    return from + 10;
  }

  /** Host and the form of the target. */
  private static boolean isSound(RequestHead head) {
    Fields fields = head.fields;
    int hosts = fields.number(Fields.HOST);
    if (hosts > 1 || (hosts == 0 && !head.minorZero)) {
      return false;
    }
    head.hostStart = 0;
    head.hostEnd = 0;
    if (hosts == 1) {
      int index = fields.first(Fields.HOST);
      head.hostStart = fields.valueStart(index);
      head.hostEnd = fields.valueEnd(index);
      for (int at = head.hostStart; at < head.hostEnd; at++) {
        if (!Octets.isHost(head.bytes[at])) {
          return false;
        }
      }
    }
    head.absoluteForm = false;
    byte first = head.bytes[head.targetStart];
    if (first == '/') {
      return true;
    }
    if (first == '*') {
      return head.targetEnd - head.targetStart == 1 && head.method() == Method.OPTIONS;
    }
    return readAbsoluteForm(head);
  }

  /** {@code http://host/path}: the host must be the one that Host names, else it is ambiguous. */
  private static boolean readAbsoluteForm(RequestHead head) {
    int authority;
    byte[] bytes = head.bytes;
    if (startsWith(bytes, head.targetStart, head.targetEnd, HTTP)) {
      authority = head.targetStart + HTTP.length;
    } else if (startsWith(bytes, head.targetStart, head.targetEnd, HTTPS)) {
      authority = head.targetStart + HTTPS.length;
    } else {
      return false;
    }
    int at = authority;
    while (at < head.targetEnd && bytes[at] != '/' && bytes[at] != '?') {
      if (!Octets.isHost(bytes[at])) {
        return false;
      }
      at++;
    }
    if (at == authority
        || !Octets.sameLetters(bytes, authority, at, bytes, head.hostStart, head.hostEnd)) {
      return false;
    }
    head.absoluteForm = true;
    head.pathStart = at;
    return true;
  }

  private static boolean startsWith(byte[] bytes, int from, int to, byte[] lower) {
    return to - from > lower.length && Octets.is(bytes, from, from + lower.length, lower);
  }

  private static boolean readFraming(RequestHead head) {
    Fields fields = head.fields;
    byte[] bytes = head.bytes;
    int connection = ConnectionField.read(fields, bytes);
    if ((connection & ConnectionField.MALFORMED) != 0) {
      return false;
    }
    head.keepAlive =
        (connection & ConnectionField.CLOSE) == 0
            && (!head.minorZero || (connection & ConnectionField.KEEP_ALIVE) != 0);
    head.contentLength = Framing.contentLength(fields, bytes);
    head.chunked = fields.has(Fields.TRANSFER_ENCODING);
    if (head.contentLength == Framing.INVALID
        || (head.chunked
            && (head.contentLength >= 0
                || head.minorZero
                || !Framing.isChunkedOnly(fields, bytes)))) {
      return false;
    }
    head.upgrade = (connection & ConnectionField.UPGRADE) != 0 && mayUpgrade(head);
    head.expectContinue = false;
    int expect = fields.first(Fields.EXPECT);
    if (expect >= 0) {
      if (fields.number(Fields.EXPECT) > 1
          || !Octets.is(bytes, fields.valueStart(expect), fields.valueEnd(expect), CONTINUE)) {
        return false;
      }
      head.expectContinue = !head.minorZero && (head.chunked || head.contentLength > 0);
    }
    return true;
  }

  /** Cleartext HTTP/2 is not passed on: behind it the gateway would not see the requests. */
  private static boolean mayUpgrade(RequestHead head) {
    int index = head.fields.first(Fields.UPGRADE);
    return index >= 0
        && !head.minorZero
        && !head.chunked
        && head.contentLength <= 0
        && head.fields.number(Fields.UPGRADE) == 1
        && !Octets.is(head.bytes, head.fields.valueStart(index), head.fields.valueEnd(index), H2C);
  }
}
