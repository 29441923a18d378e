package io.mainstay.gateway.http;

import io.mainstay.gateway.codec.Octets;
import io.mainstay.gateway.endpoint.Detour;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** The answer that a file asks for in place of a service. */
final class PageAnswer {
  private PageAnswer() {}

  /**
   * Writes it; the parameters are those of {@link OwnAnswer#write}.
   *
   * @param answer with its page; without one the body is one line that says why
   */
  static ByteBuf write(
      ByteBufAllocator allocator,
      Detour.Own answer,
      String reason,
      int retryAfterSeconds,
      boolean close,
      boolean head) {
    String line = OwnAnswer.printable(reason);
    String status = answer.status() + " " + phrase(answer.status());
    boolean isPage = !answer.contentType().isEmpty();
    byte[] body = isPage ? answer.body() : Octets.bytes(status + ": " + line + "\n");
    StringBuilder text = new StringBuilder(256);
    text.append("HTTP/1.1 ").append(status).append("\r\n");
    text.append("X-Mainstay-Reason: ").append(line).append("\r\n");
    if (retryAfterSeconds > 0) {
      text.append("Retry-After: ").append(retryAfterSeconds).append("\r\n");
    }
    text.append("Content-Type: ")
        .append(isPage ? answer.contentType() : "text/plain; charset=utf-8")
        .append("\r\nContent-Length: ")
        .append(body.length)
        .append("\r\nCache-Control: no-store\r\nVia: 1.1 mainstay\r\n");
    text.append(close ? "Connection: close\r\n\r\n" : "\r\n");
    byte[] first = Octets.bytes(text.toString());
    ByteBuf out = allocator.buffer(first.length + (head ? 0 : body.length)).writeBytes(first);
    return head ? out : out.writeBytes(body);
  }

  private static String phrase(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 302 -> "Found";
      case 404 -> "Not Found";
      case 410 -> "Gone";
      case 429 -> "Too Many Requests";
      case 500 -> "Internal Server Error";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      default -> "Answer";
    };
  }
}
