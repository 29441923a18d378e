package io.mainstay.business;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request over a connection of its own, blocking. Whoever gives up interrupts the virtual
 * thread, which closes the connection.
 *
 * @param method upper case
 * @param target as it is sent
 * @param headers as they are sent, {@code Host} and the length of the body not among them
 * @param body empty: none
 */
record HttpCall(
    Entrance entrance, String method, String target, List<HttpAnswer.Header> headers, String body) {

  /** No connection came about. */
  static final class NotConnected extends IOException {
    private static final long serialVersionUID = 1L;

    NotConnected(IOException reason) {
      super(Quoting.message(reason), reason);
    }
  }

  /**
   * Sends it and reads the answer.
   *
   * @throws NotConnected if nothing could be sent
   * @throws AnswerReader.NoAnswer if nothing came back
   */
  HttpAnswer send(Trust trust) throws IOException {
    try (Socket plain = new Socket()) {
      Socket socket = plain;
      try {
        plain.connect(entrance.address());
        plain.setTcpNoDelay(true);
        socket =
            entrance.tls()
                ? trust.secured(plain, entrance.host(), entrance.own(), List.of())
                : plain;
      } catch (IOException e) {
        throw new NotConnected(e);
      }
      try (Socket open = socket) {
        IOException unsent = write(open.getOutputStream());
        try {
          return AnswerReader.read(
              new BufferedInputStream(open.getInputStream()), method.equals("HEAD"));
        } catch (IOException e) {
          if (unsent != null) {
            e.addSuppressed(unsent);
          }
          throw e;
        }
      }
    }
  }

  /** What went wrong; an answer may be there all the same: that it wants no more of the body. */
  private @Nullable IOException write(OutputStream out) {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(entrance.host()).append("\r\n");
    for (HttpAnswer.Header header : headers) {
      head.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    if (content.length > 0 || method.equals("POST") || method.equals("PUT")) {
      head.append("Content-Length: ").append(content.length).append("\r\n");
    }
    head.append("Connection: close\r\n\r\n");
    byte[] bytes = head.toString().getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(bytes, bytes.length + content.length);
    System.arraycopy(content, 0, all, bytes.length, content.length);
    try {
      out.write(all);
      out.flush();
      return null;
    } catch (IOException e) {
      return e;
    }
  }
}
