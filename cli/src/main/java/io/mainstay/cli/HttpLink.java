package io.mainstay.cli;

import io.mainstay.model.Address;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.TreeMap;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One request over one connection to Mainstay's own API, and its answer. The JDK's client would
 * take longer to load than the whole command runs; this one knows HTTP/1.1 as that server speaks
 * it: a length, chunks, or the end of the connection. One thread.
 */
final class HttpLink implements AutoCloseable {
  private static final int CONNECT_MILLIS = 3000;
  private static final int LONGEST_LINE = 64 * 1024;
  private final Socket socket;
  private final InputStream in;
  private final int status;
  private final TreeMap<String, String> headers = new TreeMap<>();
  private long left;
  private boolean chunked;

  /**
   * Sends a request and reads the head of the answer.
   *
   * @param sockets plain ones, or ones that speak TLS
   * @param readMillis how long the server may be silent; 0: for ever
   * @throws IOException if there is no server, it is not the one expected, or no HTTP
   */
  HttpLink(
      SocketFactory sockets,
      Address server,
      String method,
      String path,
      SequencedMap<String, String> requestHeaders,
      byte[] body,
      int readMillis)
      throws IOException {
    socket = sockets.createSocket();
    try {
      socket.connect(new InetSocketAddress(server.host(), server.port()), CONNECT_MILLIS);
      socket.setSoTimeout(readMillis);
      socket.setTcpNoDelay(true);
      StringBuilder head =
          new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: " + server + "\r\n");
      requestHeaders.forEach(
          (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
      head.append("Connection: close\r\nContent-Length: ").append(body.length).append("\r\n\r\n");
      ByteArrayOutputStream request = new ByteArrayOutputStream();
      request.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
      request.writeBytes(body);
      request.writeTo(socket.getOutputStream());
      in = new BufferedInputStream(socket.getInputStream());
      status = readHead();
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private int readHead() throws IOException {
    String first = line();
    if (!first.startsWith("HTTP/1.") || first.length() < 12) {
      throw new IOException("not HTTP: " + first);
    }
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    chunked = "chunked".equalsIgnoreCase(headers.get("transfer-encoding"));
    String length = headers.get("content-length");
    try {
      left = chunked ? 0 : length == null ? Long.MAX_VALUE : Long.parseLong(length);
      return Integer.parseInt(first.substring(9, 12));
    } catch (NumberFormatException e) {
      throw new IOException("not HTTP: " + first + ", length " + length, e);
    }
  }

  int status() {
    return status;
  }

  /** The whole body. */
  byte[] body() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int next = read(); next >= 0; next = read()) {
      bytes.write(next);
    }
    return bytes.toByteArray();
  }

  /** The next line of the body without its end; null at the end of the body. */
  @Nullable String bodyLine() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int next = read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      bytes.write(next);
      next = read();
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private int read() throws IOException {
    if (left == 0 && chunked) {
      left = chunk();
    }
    if (left == 0) {
      return -1;
    }
    int next = in.read();
    if (next < 0) {
      if (left != Long.MAX_VALUE) {
        throw new IOException("the answer ended too early");
      }
      left = 0;
      return -1;
    }
    left = left == Long.MAX_VALUE ? left : left - 1;
    if (left == 0 && chunked) {
      line();
    }
    return next;
  }

  /** Length of the next chunk; 0 at the end, which also ends the chunks. */
  private long chunk() throws IOException {
    String size = line();
    int semicolon = size.indexOf(';');
    try {
      long length =
          Long.parseLong((semicolon < 0 ? size : size.substring(0, semicolon)).strip(), 16);
      if (length == 0) {
        chunked = false;
      }
      return length;
    } catch (NumberFormatException e) {
      throw new IOException("not a chunk: " + size, e);
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0 || line.length() > LONGEST_LINE) {
        throw new IOException("the answer ended too early");
      }
      line.append((char) next);
    }
    int length = line.length();
    return length > 0 && line.charAt(length - 1) == '\r'
        ? line.substring(0, length - 1)
        : line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
