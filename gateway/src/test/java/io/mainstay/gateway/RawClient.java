package io.mainstay.gateway;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client that sends what tests want, however wrong. */
final class RawClient implements AutoCloseable {
  final Socket socket;
  final InputStream in;

  RawClient(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** One answer as it came. */
  record Answer(int status, Map<String, String> headers, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.ISO_8859_1);
    }

    String reason() {
      return headers.getOrDefault("x-mainstay-reason", "");
    }
  }

  RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  Answer get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n").answer();
  }

  Answer answer() throws IOException {
    return answer(true);
  }

  Answer answerWithoutBody() throws IOException {
    return answer(false);
  }

  private Answer answer(boolean body) throws IOException {
    String status = TestBackend.line(in);
    Map<String, String> headers = new TreeMap<>();
    String line = TestBackend.line(in);
    while (!line.isEmpty()) {
      int colon = line.indexOf(':');
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (a, b) -> a + " | " + b);
      line = TestBackend.line(in);
    }
    int code = Integer.parseInt(status.split(" ")[1]);
    byte[] bytes = new byte[0];
    if (body && code >= 200 && code != 204 && code != 304) {
      boolean framed =
          headers.containsKey("content-length") || headers.containsKey("transfer-encoding");
      bytes = framed ? TestBackend.readBody(in, headers) : in.readAllBytes();
    }
    return new Answer(code, headers, bytes);
  }

  /** Whether the connection ends, by FIN or reset, with nothing before it. */
  boolean isEnded() {
    try {
      return in.read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
