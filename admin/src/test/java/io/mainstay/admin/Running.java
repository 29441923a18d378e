package io.mainstay.admin;

import io.mainstay.model.Address;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The real server on a free port over a fake inside, and raw requests to it. */
final class Running implements AutoCloseable {
  static final AdminToken TOKEN = new AdminToken("0123456789abcdef0123456789abcdef");
  final FakeInside inside = new FakeInside();
  final AdminServer server;

  Running() {
    try {
      server =
          AdminServer.start(
              new AdminOptions(
                  new Address("127.0.0.1", 0),
                  FakeInside.NODE,
                  "0.1.0",
                  Path.of("/data"),
                  Path.of("/base"),
                  TOKEN),
              inside.ports());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  record Answer(int status, Map<String, String> headers, String body) {
    Map<?, ?> json() {
      return (Map<?, ?>) Json.read(body.getBytes(StandardCharsets.UTF_8));
    }

    String detail() {
      return String.valueOf(json().get("detail"));
    }
  }

  Answer get(String path) {
    return call("GET", path, List.of(), "");
  }

  /** With the token, as JSON. */
  Answer post(String path, String body) {
    return call("POST", path, List.of(bearer(), "Content-Type: application/json"), body);
  }

  static String bearer() {
    return "Authorization: Bearer " + TOKEN.value();
  }

  Answer call(String method, String path, List<String> headers, String body) {
    StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    if (headers.stream().noneMatch(header -> header.startsWith("Host:"))) {
      head.append("Host: ").append(server.address()).append("\r\n");
    }
    headers.forEach(header -> head.append(header).append("\r\n"));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    head.append("Content-Length: ").append(bytes.length).append("\r\n");
    head.append("Connection: close\r\n\r\n");
    return raw(head.toString(), bytes);
  }

  Answer raw(String head, byte[] body) {
    try (Socket socket = open()) {
      socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().write(body);
      socket.getOutputStream().flush();
      return parse(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Socket open() throws IOException {
    Socket socket = new Socket(server.address().host(), server.address().port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** Opens a stream and answers what comes out of it, behind the head. */
  Stream stream(String path, String... headers) {
    try {
      Socket socket = open();
      String head =
          "GET "
              + path
              + " HTTP/1.1\r\nHost: "
              + server.address()
              + "\r\n"
              + String.join("", List.of(headers).stream().map(line -> line + "\r\n").toList())
              + "\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
      return new Stream(socket, new BufferedInputStream(socket.getInputStream()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  record Stream(Socket socket, InputStream in) implements AutoCloseable {
    /** Reads until {@code text} has come; answers all that was read. */
    String until(String text) throws IOException {
      StringBuilder seen = new StringBuilder();
      while (seen.length() < text.length()
          || seen.indexOf(text, seen.length() - text.length()) < 0) {
        int next = in.read();
        if (next < 0) {
          throw new IOException("ended before " + text + " after " + seen);
        }
        seen.append((char) next);
      }
      return seen.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static Answer parse(String text) throws IOException {
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      throw new IOException("no answer: " + text);
    }
    List<String> lines = text.substring(0, end).lines().toList();
    Map<String, String> headers = new LinkedHashMap<>();
    lines.stream()
        .skip(1)
        .forEach(line ->
            headers.put(
                line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT),
                line.substring(line.indexOf(':') + 1).strip()));
    return new Answer(
        Integer.parseInt(lines.getFirst().split(" ")[1]), headers, text.substring(end + 4));
  }

  @Override
  public void close() {
    server.close();
  }

  /** A path of a route, with a name for each of its parameters. */
  static String example(Route route) {
    return route
        .pattern()
        .replace("{service}", "shop")
        .replace("{instance}", "shop-1")
        .replace("{node}", "n1")
        .replace("{zone}", "a");
  }
}
