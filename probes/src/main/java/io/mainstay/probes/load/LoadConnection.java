package io.mainstay.probes.load;

import io.mainstay.probes.load.LoadSample.Outcome;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * One client connection over which requests go one after the other. Blocking; one thread at a time.
 * It reads strictly: whatever is not a whole, well-formed answer counts as cut.
 */
final class LoadConnection implements Closeable {
  private static final int MOST_LINE = 16 * 1024;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private boolean reusable = true;

  private LoadConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
    this.out = socket.getOutputStream();
  }

  /** Connects within the plan's time-out. */
  static LoadConnection open(LoadPlan plan) throws IOException {
    int millis = Math.clamp(plan.timeout().toMillis(), 1, Integer.MAX_VALUE);
    InetSocketAddress address = new InetSocketAddress(plan.target().host(), plan.target().port());
    Socket plain = new Socket();
    try {
      plain.setTcpNoDelay(true);
      plain.connect(address, millis);
      plain.setSoTimeout(millis);
      return new LoadConnection(plan.tls() ? AnyCertificate.wrap(plain, plan.host()) : plain);
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  /** Whether another request may follow. */
  boolean isReusable() {
    return reusable;
  }

  /** Sends one request and reads its answer; never throws for what the other side does. */
  LoadSample exchange(Request request) {
    Answer answer = new Answer();
    String detail;
    try {
      out.write(request.bytes().array());
      out.flush();
      read(answer);
      detail = answer.status < 400 ? "" : "status " + answer.status + answer.reason;
    } catch (SocketTimeoutException e) {
      reusable = false;
      detail = answer.begun ? "timed out within the answer" : "timed out";
    } catch (IOException e) {
      reusable = false;
      String what = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      detail = what + (answer.begun ? " within the answer" : " before the answer");
    }
    Outcome outcome =
        answer.complete
            ? (answer.status < 400 ? Outcome.OK : Outcome.BAD_STATUS)
            : (answer.begun ? Outcome.CUT : Outcome.FAILED_BEFORE);
    return new LoadSample(
        request.id(),
        request.method(),
        request.due(),
        System.nanoTime(),
        outcome,
        answer.status,
        answer.instance,
        detail);
  }

  /** What is sent: an array-backed buffer. */
  record Request(String id, String method, ByteBuffer bytes, long due) {}

  private static final class Answer {
    boolean begun;
    boolean complete;
    int status;
    long length = -1;
    boolean chunked;
    boolean close;
    String reason = "";
    Optional<String> instance = Optional.empty();
  }

  private void read(Answer answer) throws IOException {
    do {
      readHead(answer);
    } while (answer.status / 100 == 1);
    if (answer.status == 204 || answer.status == 304) {
      answer.length = 0;
    }
    if (answer.chunked) {
      skipChunks();
    } else if (answer.length >= 0) {
      in.skipNBytes(answer.length);
    } else {
      answer.close = true;
      in.transferTo(OutputStream.nullOutputStream());
    }
    reusable &= !answer.close;
    answer.complete = true;
  }

  private void readHead(Answer answer) throws IOException {
    String line = readLine(answer);
    if (!line.matches("HTTP/1\\.[01] \\d{3}( .*)?")) {
      throw new IOException("no status line: " + line.substring(0, Math.min(40, line.length())));
    }
    answer.status = Integer.parseInt(line.substring(9, 12));
    answer.close = line.startsWith("HTTP/1.0");
    answer.length = -1;
    answer.chunked = false;
    for (line = readLine(answer); !line.isEmpty(); line = readLine(answer)) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new IOException("no header: " + line.substring(0, Math.min(40, line.length())));
      }
      take(
          answer,
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip());
    }
  }

  private static void take(Answer answer, String name, String value) throws IOException {
    switch (name) {
      case "content-length" -> {
        try {
          answer.length = Long.parseLong(value);
        } catch (NumberFormatException e) {
          throw new IOException("content-length: " + value, e);
        }
      }
      case "transfer-encoding" -> answer.chunked = value.equalsIgnoreCase("chunked");
      case "connection" -> answer.close |= value.equalsIgnoreCase("close");
      case "x-instance" -> answer.instance = Optional.of(value);
      case "x-mainstay-reason" -> answer.reason = " (" + value + ")";
      default -> {
        // Other headers do not matter here.
      }
    }
  }

  private void skipChunks() throws IOException {
    Answer ignored = new Answer();
    while (true) {
      String line = readLine(ignored);
      int end = line.indexOf(';');
      long size;
      try {
        size = Long.parseLong(end < 0 ? line : line.substring(0, end), 16);
      } catch (NumberFormatException e) {
        throw new IOException("chunk size: " + line, e);
      }
      if (size == 0) {
        break;
      }
      in.skipNBytes(size);
      if (!readLine(ignored).isEmpty()) {
        throw new IOException("chunk does not end");
      }
    }
    while (!readLine(ignored).isEmpty()) {
      // Trailers do not matter here.
    }
  }

  private String readLine(Answer answer) throws IOException {
    StringBuilder line = new StringBuilder(64);
    while (true) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("closed");
      }
      answer.begun = true;
      if (b == '\n') {
        int length = line.length();
        if (length > 0 && line.charAt(length - 1) == '\r') {
          line.setLength(length - 1);
        }
        return line.toString();
      }
      if (line.length() >= MOST_LINE) {
        throw new IOException("line too long");
      }
      line.append((char) b);
    }
  }

  /** The bytes of a request; {@code bodySize} below 0 for none. */
  static byte[] encode(LoadPlan plan, String method, String path, String id, int bodySize) {
    StringBuilder head = new StringBuilder(160);
    head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: ").append(plan.host());
    head.append("\r\n").append(LoadClient.ID_HEADER).append(": ").append(id).append("\r\n");
    if (bodySize >= 0) {
      head.append("Content-Type: text/plain\r\nContent-Length: ").append(bodySize).append("\r\n");
    }
    byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] bytes = Arrays.copyOf(start, start.length + Math.max(0, bodySize));
    Arrays.fill(bytes, start.length, bytes.length, (byte) 'x');
    return bytes;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
