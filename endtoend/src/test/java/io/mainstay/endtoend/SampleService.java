package io.mainstay.endtoend;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A small HTTP service for tests, run as a process of its own. It answers with its instance name,
 * keeps a record of the POSTs that it saw, and can be broken: {@code POST /break/HOW} with HOW one
 * of 500, hang, reset, truncate, garbage, lost (only what is bought is), red (only the check fails)
 * or heal. Its check stays green otherwise. {@code POST /buy} answers whether it was paid. {@code
 * GET /echo} turns the connection into one that sends every byte back.
 *
 * <p>Options: {@code --port N}, {@code --record FILE} (ids of POSTs, one a line), {@code
 * --slow-start MS}, {@code --ignore-term}, {@code --never-ready}, {@code --ask URL} (who knows
 * whether something was paid, unless what is bought is lost here; {@code X-Order-Id} and what a
 * transaction of Mainstay marks its requests with are passed on).
 */
public final class SampleService {
  private static final String INSTANCE = System.getenv().getOrDefault("MAINSTAY_INSTANCE", "alone");
  private static volatile String broken = "heal";

  private final Path record;
  private final boolean neverReady;
  private final String ask;

  private SampleService(Path record, boolean neverReady, String ask) {
    this.record = record;
    this.neverReady = neverReady;
    this.ask = ask;
  }

  public static void main(String[] arguments) throws Exception {
    List<String> options = List.of(arguments);
    if (options.contains("--ignore-term")) {
      sun.misc.Signal.handle(new sun.misc.Signal("TERM"), signal -> {});
    }
    Thread.sleep(Long.parseLong(option(options, "--slow-start", "0")));
    String file = option(options, "--record", "");
    SampleService service =
        new SampleService(
            file.isEmpty() ? null : Path.of(file),
            options.contains("--never-ready"),
            option(options, "--ask", ""));
    // On one of several machines: where the others reach it.
    String address = System.getenv().getOrDefault("MAINSTAY_ADDRESS", "127.0.0.1");
    int port = Integer.parseInt(option(options, "--port", System.getenv("PORT")));
    try (ServerSocket server = new ServerSocket(port, 512, InetAddress.getByName(address))) {
      System.out.println(INSTANCE + " listens on " + port);
      while (true) {
        Socket socket = server.accept();
        Thread.startVirtualThread(() -> service.serve(socket));
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      while (true) {
        Request request = read(in);
        if (request == null || !answer(request, socket, in, out)) {
          return;
        }
      }
    } catch (IOException | InterruptedException e) {
      // The peer left; nothing to answer.
    }
  }

  private boolean answer(Request request, Socket socket, InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    if (request.path.equals("/healthz")) {
      return write(out, neverReady || broken.equals("red") ? 503 : 200, "health");
    }
    if (request.path.startsWith("/break/")) {
      broken = request.path.substring("/break/".length());
      return write(out, 200, INSTANCE + " is now " + broken);
    }
    if (request.path.equals("/echo")) {
      out.write(
          ascii(
              "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                  + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"));
      in.transferTo(out);
      return false;
    }
    if (record != null && request.method.equals("POST")) {
      Files.writeString(
          record,
          INSTANCE + " " + request.id + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
    switch (broken) {
      case "500":
        return write(out, 500, "broken");
      case "hang":
        Thread.sleep(600_000);
        return false;
      case "reset":
        socket.setSoLinger(true, 0);
        return false;
      case "truncate":
        out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort"));
        return false;
      case "garbage":
        out.write(ascii("%%% not http at all %%%\r\n\r\n"));
        return false;
      default:
        break;
    }
    if (request.path.equals("/buy")) {
      String state = broken.equals("lost") ? "lost" : "paid";
      boolean asks = !ask.isEmpty() && !broken.equals("lost");
      return write(out, 200, asks ? asked(request) : "{\"state\": \"" + state + "\"}");
    }
    if (request.path.startsWith("/slow/")) {
      Thread.sleep(Long.parseLong(request.path.substring("/slow/".length())));
    }
    if (request.path.startsWith("/size/")) {
      return write(
          out, 200, "x".repeat(Integer.parseInt(request.path.substring("/size/".length()))));
    }
    return write(out, 200, INSTANCE);
  }

  private String asked(Request request) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(ask).toURL().openConnection();
    connection.setRequestMethod("POST");
    request.marks.forEach(connection::setRequestProperty);
    try (InputStream answer = connection.getInputStream()) {
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static boolean write(OutputStream out, int status, String body) throws IOException {
    out.write(
        ascii(
            "HTTP/1.1 "
                + status
                + " X\r\nX-Instance: "
                + INSTANCE
                + "\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body));
    out.flush();
    return true;
  }

  private record Request(String method, String path, String id, Map<String, String> marks) {}

  private static Request read(InputStream in) throws IOException {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    while (true) {
      int c = in.read();
      if (c < 0) {
        return null;
      }
      if (c == '\n') {
        if (line.isEmpty()) {
          break;
        }
        lines.add(line.toString());
        line.setLength(0);
      } else if (c != '\r') {
        line.append((char) c);
      }
    }
    String[] first = lines.get(0).split(" ");
    int length = 0;
    String id = "";
    Map<String, String> marks = new HashMap<>();
    for (String header : lines) {
      String lower = header.toLowerCase(java.util.Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(header.indexOf(':') + 1).strip());
      } else if (lower.startsWith("x-load-id:")) {
        id = header.substring(header.indexOf(':') + 1).strip();
      } else if (lower.startsWith("x-mainstay-") || lower.startsWith("x-order-id:")) {
        int colon = header.indexOf(':');
        marks.put(header.substring(0, colon), header.substring(colon + 1).strip());
      }
    }
    in.skipNBytes(length);
    return new Request(first[0], first[1], id, marks);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String option(List<String> options, String name, String fallback) {
    int at = options.indexOf(name);
    return at >= 0 && at + 1 < options.size() ? options.get(at + 1) : fallback;
  }
}
