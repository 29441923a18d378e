package io.mainstay.probes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The answer to a probe: HTTP/1.x, read to the extent that a probe needs it. Head and body are
 * bounded.
 *
 * @param status code
 * @param headers by lower-case name; of several the last
 */
record HttpAnswer(int status, Map<String, String> headers) {
  /** Bytes of head and of body that are read. */
  static final int MOST = 64 * 1024;

  private static final int MOST_INTERIM = 10;

  /** What came is not HTTP. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;
    private final String reason;

    Malformed(String reason) {
      super(reason);
      this.reason = reason;
    }

    @Override
    public String getMessage() {
      return reason;
    }
  }

  /** Reads the head of the final answer; interim ones (1xx) are passed over. */
  static HttpAnswer readHead(InputStream in) throws IOException, Malformed {
    for (int i = 0; i < MOST_INTERIM; i++) {
      HttpAnswer answer = readOneHead(in);
      if (answer.status() >= 200 || answer.status() == 101) {
        return answer;
      }
    }
    throw new Malformed("no final answer behind " + MOST_INTERIM + " interim ones");
  }

  /** The body as text, at most {@link #MOST} bytes of it. */
  String readBody(InputStream in) throws IOException, Malformed {
    if (status == 204 || status == 304) {
      return "";
    }
    if (headers
        .getOrDefault("transfer-encoding", "")
        .toLowerCase(Locale.ROOT)
        .contains("chunked")) {
      return readChunks(in);
    }
    long length = MOST;
    if (headers.containsKey("content-length")) {
      length = number(headers.getOrDefault("content-length", ""), 10);
    }
    return new String(in.readNBytes((int) Math.min(length, MOST)), StandardCharsets.UTF_8);
  }

  private static HttpAnswer readOneHead(InputStream in) throws IOException, Malformed {
    int[] left = {MOST};
    String first = line(in, left);
    if (!first.matches("HTTP/1\\.[01] [1-9]\\d\\d( .*)?")) {
      throw new Malformed(
          first.isEmpty()
              ? "closed without an answer"
              : "not an HTTP answer: " + TcpProbe.quote(first));
    }
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in, left); !line.isEmpty(); line = line(in, left)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    return new HttpAnswer(Integer.parseInt(first.substring(9, 12)), headers);
  }

  private static String readChunks(InputStream in) throws IOException, Malformed {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int[] left = {2 * MOST};
    while (body.size() < MOST) {
      String head = line(in, left);
      int semicolon = head.indexOf(';');
      long size = number((semicolon < 0 ? head : head.substring(0, semicolon)).strip(), 16);
      if (size == 0) {
        break;
      }
      int wanted = (int) Math.min(size, MOST - body.size());
      byte[] chunk = in.readNBytes(wanted);
      body.writeBytes(chunk);
      if (chunk.length < size) {
        break; // cut off, or more than is wanted: judged by what came
      }
      line(in, left);
    }
    return body.toString(StandardCharsets.UTF_8);
  }

  private static long number(String digits, int radix) throws Malformed {
    try {
      long number = Long.parseLong(digits, radix);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new Malformed("not a length: " + TcpProbe.quote(digits));
    }
    throw new Malformed("a negative length: " + TcpProbe.quote(digits));
  }

  /** The next line without its break; empty at the end. */
  private static String line(InputStream in, int[] left) throws IOException, Malformed {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (--left[0] < 0) {
        throw new Malformed("the head of the answer is longer than " + MOST + " bytes");
      }
      line.write(c);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
