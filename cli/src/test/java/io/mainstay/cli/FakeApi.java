package io.mainstay.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A server that answers what it was told to, in order; the last answer for a path stays. */
final class FakeApi implements AutoCloseable {
  static final String TOKEN = "secret-secret-secret-secret-secret";
  final List<String> queries = new CopyOnWriteArrayList<>();
  final List<String> acts = new CopyOnWriteArrayList<>();
  private final Map<String, Deque<String>> answers = new ConcurrentHashMap<>();
  private final HttpServer server;

  FakeApi(Path data) throws IOException {
    Files.writeString(data.resolve("admin.token"), TOKEN + "\n");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    answer(
        "GET /api/v1/server",
        200,
        "{\"version\":\"0.1.0\",\"node\":\"n1\",\"pid\":999999999,\"dataFolder\":\""
            + data
            + "\"}");
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** The next answer to {@code METHOD path} (query left out). */
  FakeApi answer(String request, int status, String body) {
    answers.computeIfAbsent(request, _ -> new ArrayDeque<>()).add(status + " " + body);
    return this;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      queries.add(String.valueOf(exchange.getRequestURI().getQuery()));
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (!method.equals("GET")) {
        boolean token =
            ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
        acts.add(
            (token ? "" : "WITHOUT TOKEN ")
                + method
                + " "
                + exchange.getRequestURI()
                + " "
                + exchange.getRequestHeaders().getFirst("Content-Type")
                + " "
                + body);
      }
      String answer = next(method + " " + exchange.getRequestURI().getPath());
      byte[] bytes = answer.substring(4).getBytes(StandardCharsets.UTF_8);
      int status = Integer.parseInt(answer.substring(0, 3));
      // Some answers come in chunks, as streams do.
      exchange.sendResponseHeaders(status, answer.contains("data: ") ? 0 : bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String next(String request) {
    Deque<String> queue = answers.get(request);
    if (queue == null) {
      return "404 {\"type\":\"t\",\"title\":\"n\",\"status\":404,\"detail\":\"no "
          + request
          + "\"}";
    }
    synchronized (queue) {
      return queue.size() > 1 ? queue.poll() : queue.peek();
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
