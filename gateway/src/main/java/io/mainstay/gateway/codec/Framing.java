package io.mainstay.gateway.codec;

/** How the end of a body is found: what request and response heads have in common. */
final class Framing {
  private static final byte[] CHUNKED = Octets.bytes("chunked");

  /** A length that no body has: the field is not valid. */
  static final long INVALID = -2;

  private Framing() {}

  /** The one Content-Length; -1 if there is none, {@link #INVALID} if it is not one number. */
  static long contentLength(Fields fields, byte[] bytes) {
    int index = fields.first(Fields.CONTENT_LENGTH);
    if (index < 0) {
      return -1;
    }
    int from = fields.valueStart(index);
    int to = fields.valueEnd(index);
    if (fields.number(Fields.CONTENT_LENGTH) > 1 || to == from || to - from > 18) {
      return INVALID;
    }
    long length = 0;
    for (int at = from; at < to; at++) {
      int digit = bytes[at] - '0';
      if (digit < 0 || digit > 9) {
        return INVALID;
      }
      length = length * 10 + digit;
    }
    return length;
  }

  /** Whether the one Transfer-Encoding is exactly {@code chunked}. */
  static boolean isChunkedOnly(Fields fields, byte[] bytes) {
    int index = fields.first(Fields.TRANSFER_ENCODING);
    return fields.number(Fields.TRANSFER_ENCODING) == 1
        && Octets.is(bytes, fields.valueStart(index), fields.valueEnd(index), CHUNKED);
  }
}
