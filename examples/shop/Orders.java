import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes orders: POST /orders has each one paid and answers its id; GET /report is slow work on
 * purpose, for load. Runs on Java 17 and newer.
 */
public final class Orders {
  private static final String INSTANCE = System.getenv().getOrDefault("MAINSTAY_INSTANCE", "alone");
  private static final AtomicLong NUMBER = new AtomicLong();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private final URI payments;

  private Orders(URI payments) {
    this.payments = payments;
  }

  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(option(arguments, "--port", "9081"));
    Orders orders =
        new Orders(URI.create(option(arguments, "--payments", "http://127.0.0.1:9082")));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 256);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/healthz", exchange -> answer(exchange, 200, "ok\n"));
    server.createContext("/orders", orders::order);
    server.createContext("/report", Orders::report);
    server.start();
    System.out.println("orders " + INSTANCE + " listens on " + port);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(0)));
  }

  private void order(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    if (!exchange.getRequestMethod().equals("POST")) {
      answer(exchange, 405, "POST only\n");
      return;
    }
    HttpRequest payment =
        HttpRequest.newBuilder(payments.resolve("/payments"))
            .timeout(Duration.ofSeconds(5))
            .POST(HttpRequest.BodyPublishers.ofString("{\"amount\":1}"))
            .build();
    try {
      HttpResponse<String> paid = CLIENT.send(payment, HttpResponse.BodyHandlers.ofString());
      if (paid.statusCode() != 201) {
        answer(exchange, 502, "payment answered " + paid.statusCode() + "\n");
        return;
      }
      String id = INSTANCE + "-" + NUMBER.incrementAndGet();
      exchange.getResponseHeaders().set("X-Order-Id", id);
      answer(exchange, 201, "{\"id\":\"" + id + "\",\"payment\":" + paid.body().strip() + "}\n");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer(exchange, 503, "stopping\n");
    } catch (IOException e) {
      answer(exchange, 502, "payment failed: " + e + "\n");
    }
  }

  private static void report(HttpExchange exchange) throws IOException {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    answer(exchange, 200, "{\"orders\":" + NUMBER.get() + "}\n");
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("X-Instance", INSTANCE);
    exchange.sendResponseHeaders(status, body.length);
    try (var out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private static String option(String[] arguments, String name, String fallback) {
    for (int i = 0; i + 1 < arguments.length; i++) {
      if (arguments[i].equals(name)) {
        return arguments[i + 1];
      }
    }
    return fallback;
  }
}
