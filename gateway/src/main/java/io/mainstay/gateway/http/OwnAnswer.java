package io.mainstay.gateway.http;

import io.mainstay.gateway.codec.Octets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** The answers that the gateway gives itself; each says why in {@code X-Mainstay-Reason}. */
enum OwnAnswer {
  MALFORMED(400, "Bad Request"),
  NO_ROUTE(404, "Not Found"),
  REQUEST_TIMEOUT(408, "Request Timeout"),
  BODY_TOO_LARGE(413, "Content Too Large"),
  TARGET_TOO_LONG(414, "URI Too Long"),
  HEAD_TOO_LARGE(431, "Request Header Fields Too Large"),
  INSTANCE_FAILED(502, "Bad Gateway"),
  UNAVAILABLE(503, "Service Unavailable"),
  TIMED_OUT(504, "Gateway Timeout");

  private final int status;
  private final String phrase;

  OwnAnswer(int status, String phrase) {
    this.status = status;
    this.phrase = phrase;
  }

  /** The one for a negative status of the parser. */
  static OwnAnswer ofParser(int negativeStatus) {
    return switch (negativeStatus) {
      case -414 -> TARGET_TOO_LONG;
      case -431 -> HEAD_TOO_LARGE;
      default -> MALFORMED;
    };
  }

  /** Where it is counted. */
  @SuppressWarnings("EnumOrdinal") // an index into counters that live as long as the process
  int index() {
    return ordinal();
  }

  int status() {
    return status;
  }

  /**
   * Writes it.
   *
   * @param reason one line; becomes the header and the body
   * @param retryAfterSeconds 0 for none
   * @param close whether the connection ends with it
   * @param head whether the request was HEAD, so that no body follows
   */
  ByteBuf write(
      ByteBufAllocator allocator,
      String reason,
      int retryAfterSeconds,
      boolean close,
      boolean head) {
    String line = printable(reason);
    String body = status + " " + phrase + ": " + line + "\n";
    StringBuilder text = new StringBuilder(256);
    text.append("HTTP/1.1 ").append(status).append(' ').append(phrase).append("\r\n");
    text.append("X-Mainstay-Reason: ").append(line).append("\r\n");
    if (retryAfterSeconds > 0) {
      text.append("Retry-After: ").append(retryAfterSeconds).append("\r\n");
    }
    text.append("Content-Type: text/plain; charset=utf-8\r\nContent-Length: ");
    text.append(body.length()).append("\r\nVia: 1.1 mainstay\r\n");
    text.append(close ? "Connection: close\r\n\r\n" : "\r\n");
    if (!head) {
      text.append(body);
    }
    byte[] bytes = Octets.bytes(text.toString());
    return allocator.buffer(bytes.length).writeBytes(bytes);
  }

  static String printable(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.chars().forEach(c -> line.append(c < 0x20 || c > 0x7e ? '?' : (char) c));
    return line.toString();
  }
}
