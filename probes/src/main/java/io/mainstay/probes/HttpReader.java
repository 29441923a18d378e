package io.mainstay.probes;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads an answer in HTTP/1.x as it comes, in pieces of any size, to the extent that a probe needs
 * it. Head and body are bounded. Interim answers (1xx) are passed over. One thread.
 */
final class HttpReader {
  /** Bytes of head and of body that are read. */
  static final int MOST = 64 * 1024;

  private static final int MOST_INTERIM = 10;
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] [1-9]\\d\\d( .*)?");

  private enum Stage {
    STATUS_LINE,
    HEADER,
    /** Up to {@link #left} bytes. */
    BODY,
    CHUNK_SIZE,
    /** {@link #left} bytes. */
    CHUNK,
    /** The line break behind a chunk. */
    CHUNK_END,
    COMPLETE
  }

  /** What came is not HTTP. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;
    private final String reason;

    Malformed(String reason) {
      super(reason, null, false, false);
      this.reason = reason;
    }

    @Override
    public String getMessage() {
      return reason;
    }
  }

  private final boolean bodiless;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(64);
  private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);

  /** By lower-case name; of several the last. */
  private final Map<String, String> headers = new TreeMap<>();

  private Stage stage = Stage.STATUS_LINE;
  private int status;
  private int interim;
  private boolean head;
  private long left;

  /** How many more bytes lines may have: those of one head, or those between all chunks. */
  private int lineBytesLeft = MOST;

  /**
   * Makes one.
   *
   * @param bodiless whether no body follows whatever the head says
   */
  HttpReader(boolean bodiless) {
    this.bodiless = bodiless;
  }

  /** Whether the head of the final answer is there. */
  boolean hasHead() {
    return head;
  }

  /** Of the final answer, once its head is there. */
  int status() {
    return status;
  }

  /** Whether all is there that is read of it. */
  boolean isComplete() {
    return stage == Stage.COMPLETE;
  }

  /** The body as text, at most {@link #MOST} bytes of it. */
  String body() {
    return body.toString(StandardCharsets.UTF_8);
  }

  /** Takes all that remains in {@code bytes}; what lies behind the end is dropped. */
  void take(ByteBuffer bytes) throws Malformed {
    while (bytes.hasRemaining() && stage != Stage.COMPLETE) {
      switch (stage) {
        case STATUS_LINE, HEADER, CHUNK_SIZE, CHUNK_END -> takeOfLine(bytes.get());
        case BODY, CHUNK -> takeOfBody(bytes);
        case COMPLETE -> throw new AssertionError("it is complete");
      }
    }
    bytes.position(bytes.limit());
  }

  /** No more comes: what is there is judged as far as it goes. */
  void end() throws Malformed {
    while (stage != Stage.COMPLETE) {
      switch (stage) {
        case STATUS_LINE, HEADER, CHUNK_SIZE -> finishLine();
        case BODY, CHUNK, CHUNK_END -> stage = Stage.COMPLETE;
        case COMPLETE -> throw new AssertionError("it is complete");
      }
    }
  }

  private void takeOfLine(byte next) throws Malformed {
    if (next == '\n') {
      finishLine();
    } else if (--lineBytesLeft < 0) {
      throw new Malformed("the head of the answer is longer than " + MOST + " bytes");
    } else {
      line.write(next);
    }
  }

  private void takeOfBody(ByteBuffer bytes) {
    byte[] piece = new byte[(int) Math.min(left, bytes.remaining())];
    bytes.get(piece);
    int wanted = Math.min(piece.length, MOST - body.size());
    body.write(piece, 0, wanted);
    left -= piece.length;
    if (body.size() >= MOST) {
      stage = Stage.COMPLETE;
    } else if (left == 0) {
      stage = stage == Stage.CHUNK ? Stage.CHUNK_END : Stage.COMPLETE;
    }
  }

  private void finishLine() throws Malformed {
    String text = line.toString(StandardCharsets.ISO_8859_1);
    line.reset();
    String plain = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    switch (stage) {
      case STATUS_LINE -> takeStatus(plain);
      case HEADER -> {
        if (plain.isEmpty()) {
          finishHead();
        } else {
          takeHeader(plain);
        }
      }
      case CHUNK_SIZE -> takeChunkSize(plain);
      case CHUNK_END -> stage = Stage.CHUNK_SIZE;
      case BODY, CHUNK, COMPLETE -> throw new AssertionError("no line is expected");
    }
  }

  private void takeStatus(String text) throws Malformed {
    if (!STATUS_LINE.matcher(text).matches()) {
      throw new Malformed(
          text.isEmpty()
              ? "closed without an answer"
              : "not an HTTP answer: " + Quoting.quote(text));
    }
    status = Integer.parseInt(text.substring(9, 12));
    stage = Stage.HEADER;
  }

  private void takeHeader(String text) {
    int colon = text.indexOf(':');
    if (colon > 0) {
      headers.put(
          text.substring(0, colon).toLowerCase(Locale.ROOT), text.substring(colon + 1).strip());
    }
  }

  private void finishHead() throws Malformed {
    if (status < 200 && status != 101) {
      if (++interim == MOST_INTERIM) {
        throw new Malformed("no final answer behind " + MOST_INTERIM + " interim ones");
      }
      headers.clear();
      lineBytesLeft = MOST;
      stage = Stage.STATUS_LINE;
      return;
    }
    head = true;
    if (bodiless || status == 204 || status == 304) {
      stage = Stage.COMPLETE;
    } else if (header("transfer-encoding").toLowerCase(Locale.ROOT).contains("chunked")) {
      stage = Stage.CHUNK_SIZE;
      lineBytesLeft = 2 * MOST;
    } else {
      left = headers.containsKey("content-length") ? number(header("content-length"), 10) : MOST;
      stage = left == 0 ? Stage.COMPLETE : Stage.BODY;
    }
  }

  private void takeChunkSize(String text) throws Malformed {
    int semicolon = text.indexOf(';');
    left = number((semicolon < 0 ? text : text.substring(0, semicolon)).strip(), 16);
    stage = left == 0 ? Stage.COMPLETE : Stage.CHUNK;
  }

  private String header(String name) {
    return headers.getOrDefault(name, "");
  }

  private static long number(String digits, int radix) throws Malformed {
    try {
      long number = Long.parseLong(digits, radix);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new Malformed("not a length: " + Quoting.quote(digits));
    }
    throw new Malformed("a negative length: " + Quoting.quote(digits));
  }
}
