package io.mainstay.business;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads one answer of HTTP/1.1 (RFC 9112) from a connection that is closed behind it. Strict where
 * a lax reading would hide a fault: an answer that is cut is never taken as whole.
 */
final class AnswerReader {
  private static final int HEAD_MOST = 64 * 1024;
  private static final int INTERIM_MOST = 8;
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] [1-9][0-9]{2}( .*)?");
  private static final Pattern CHUNK_SIZE = Pattern.compile("([0-9a-fA-F]{1,15})[ \t]*(;.*)?");

  private final InputStream in;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private int headLeft;
  private boolean begun;
  private boolean shortened;

  private AnswerReader(InputStream in) {
    this.in = in;
  }

  /** The other side closed the connection before it answered anything. */
  static final class NoAnswer extends IOException {
    private static final long serialVersionUID = 1L;

    NoAnswer() {
      super("the connection was closed without an answer");
    }
  }

  /**
   * Reads it, blocking.
   *
   * @param in buffered
   * @param head whether the request was a HEAD, whose answer has no body
   * @throws NoAnswer if not one byte comes
   * @throws IOException if it is cut, or is none of HTTP
   */
  static HttpAnswer read(InputStream in, boolean head) throws IOException {
    return new AnswerReader(in).read(head);
  }

  private HttpAnswer read(boolean head) throws IOException {
    for (int interim = 0; interim < INTERIM_MOST; interim++) {
      headLeft = HEAD_MOST;
      String line = line();
      if (!STATUS_LINE.matcher(line).matches()) {
        throw new ProtocolException("not an answer of HTTP: " + Quoting.quote(line));
      }
      int status = Integer.parseInt(line.substring(9, 12));
      List<HttpAnswer.Header> headers = headers();
      if (status >= 200 || status == 101) {
        if (!head && status != 101 && status != 204 && status != 304) {
          readBody(headers);
        }
        return new HttpAnswer(
            status, headers, body.toString(HttpAnswer.charset(headers)), shortened);
      }
    }
    throw new ProtocolException("no final answer behind " + INTERIM_MOST + " interim ones");
  }

  private List<HttpAnswer.Header> headers() throws IOException {
    List<HttpAnswer.Header> headers = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new ProtocolException("not a header: " + Quoting.quote(line));
      }
      headers.add(
          new HttpAnswer.Header(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    return headers;
  }

  private void readBody(List<HttpAnswer.Header> headers) throws IOException {
    String coding =
        HttpAnswer.first(headers, "transfer-encoding").orElse("").toLowerCase(Locale.ROOT);
    if (coding.endsWith("chunked")) {
      readChunks();
      return;
    }
    String length = HttpAnswer.first(headers, "content-length").orElse("");
    if (length.isEmpty()) {
      byte[] all = in.readNBytes(HttpAnswer.MOST + 1);
      keep(all, all.length);
    } else if (length.matches("[0-9]{1,18}")) {
      readExactly(Long.parseLong(length));
    } else {
      throw new ProtocolException("not a length: " + Quoting.quote(length));
    }
  }

  private void readChunks() throws IOException {
    while (!shortened) {
      headLeft = HEAD_MOST;
      String line = line();
      var matcher = CHUNK_SIZE.matcher(line);
      if (!matcher.matches()) {
        throw new ProtocolException("not the size of a chunk: " + Quoting.quote(line));
      }
      long size = Long.parseLong(matcher.group(1), 16);
      if (size == 0) {
        headers(); // trailers
        return;
      }
      readExactly(size);
      if (!shortened && !line().isEmpty()) {
        throw new ProtocolException("a chunk is longer than it says");
      }
    }
  }

  private void readExactly(long count) throws IOException {
    int wanted = (int) Math.min(count, HttpAnswer.MOST - body.size() + 1L);
    byte[] bytes = in.readNBytes(wanted);
    if (bytes.length < wanted) {
      throw new IOException(
          "the answer is cut: the connection was closed "
              + (count - bytes.length)
              + " bytes before its end");
    }
    keep(bytes, bytes.length);
  }

  private void keep(byte[] bytes, int count) {
    int room = HttpAnswer.MOST - body.size();
    body.write(bytes, 0, Math.min(count, room));
    shortened = count > room;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int next = in.read();
      if (next < 0) {
        if (!begun) {
          throw new NoAnswer();
        }
        throw new IOException("the answer is cut: the connection was closed in its middle");
      }
      begun = true;
      if (next == '\n') {
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      }
      if (--headLeft < 0) {
        throw new ProtocolException("the head is longer than " + HEAD_MOST + " bytes");
      }
      line.write(next);
    }
  }
}
