package io.mainstay.gateway;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An instance over raw sockets, with a behaviour that tests choose. */
final class TestBackend implements AutoCloseable {
  final List<Request> requests = new CopyOnWriteArrayList<>();
  final AtomicInteger accepted = new AtomicInteger();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ServerSocket server;
  private final Thread acceptor;
  private volatile Behaviour behaviour;

  /** One request as it came. */
  record Request(String line, Map<String, String> headers, byte[] body, String rawHead) {
    String method() {
      return line.split(" ")[0];
    }

    String text() {
      return new String(body, StandardCharsets.ISO_8859_1);
    }
  }

  /** What is done with a request; the connection stays open if it returns true. */
  interface Behaviour {
    boolean answer(Request request, Socket socket, OutputStream out) throws IOException;
  }

  TestBackend(Behaviour behaviour) {
    this.behaviour = behaviour;
    try {
      server = new ServerSocket();
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    acceptor = Thread.ofVirtual().start(this::accept);
  }

  /** Answers every request with that text. */
  static TestBackend answering(String text) {
    return new TestBackend(text(text));
  }

  static Behaviour text(String text) {
    return (request, socket, out) -> {
      String body = request.method().equals("HEAD") ? "" : text;
      write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + body);
      return true;
    };
  }

  static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  void behave(Behaviour newBehaviour) {
    behaviour = newBehaviour;
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        accepted.incrementAndGet();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      Behaviour present;
      Request request;
      do {
        request = read(in, out);
        if (request == null) {
          return;
        }
        requests.add(request);
        present = behaviour;
      } while (present.answer(request, socket, out));
    } catch (IOException e) {
      // The other side went away, which many tests want.
    } finally {
      sockets.remove(socket);
    }
  }

  private static Request read(InputStream in, OutputStream out) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      head.append((char) next);
    }
    String[] lines = head.toString().split("\r\n");
    Map<String, String> headers = new TreeMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon < 0) {
        throw new IllegalStateException("not a head: " + head);
      }
      headers.merge(
          lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
          lines[i].substring(colon + 1).strip(),
          (a, b) -> a + " | " + b);
    }
    if ("100-continue".equals(headers.get("expect"))) {
      write(out, "HTTP/1.1 100 Continue\r\n\r\n");
    }
    return new Request(lines[0], headers, readBody(in, headers), head.toString());
  }

  static byte[] readBody(InputStream in, Map<String, String> headers) throws IOException {
    if (headers.containsKey("content-length")) {
      return in.readNBytes(Integer.parseInt(headers.get("content-length")));
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if ("chunked".equals(headers.get("transfer-encoding"))) {
      int size = Integer.parseInt(line(in).split(";")[0], 16);
      while (size > 0) {
        body.write(in.readNBytes(size));
        line(in);
        size = Integer.parseInt(line(in).split(";")[0], 16);
      }
      while (!line(in).isEmpty()) {
        // Trailers.
      }
    }
    return body.toByteArray();
  }

  static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int next = in.read();
    while (next != '\n') {
      if (next < 0) {
        throw new EOFException("after: " + line);
      }
      if (next != '\r') {
        line.append((char) next);
      }
      next = in.read();
    }
    return line.toString();
  }

  /** As a killed process: everything is reset, nothing is accepted. */
  void kill() {
    try {
      server.close();
      acceptor.join(1000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Socket socket : sockets) {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException e) {
        // It is closed already.
      }
    }
  }

  @Override
  public void close() {
    kill();
  }
}
