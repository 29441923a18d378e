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

/**
 * The pages of the shop: GET / shows which instance answered, POST /buy places an order, GET
 * /report asks the orders service for its slow report. Runs on Java 17 and newer.
 */
public final class Front {
  private static final String INSTANCE = System.getenv().getOrDefault("MAINSTAY_INSTANCE", "alone");
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private final URI orders;

  private Front(URI orders) {
    this.orders = orders;
  }

  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(option(arguments, "--port", "9080"));
    Front front = new Front(URI.create(option(arguments, "--orders", "http://127.0.0.1:9081")));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 256);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/healthz", exchange -> answer(exchange, 200, "ok\n"));
    server.createContext(
        "/", exchange -> answer(exchange, 200, "Welcome, says " + INSTANCE + ".\n"));
    server.createContext("/buy", front::buy);
    server.createContext("/report", front::report);
    server.start();
    System.out.println("front " + INSTANCE + " listens on " + port);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(0)));
  }

  private void buy(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestMethod().equals("POST")) {
      answer(exchange, 405, "POST only\n");
      return;
    }
    byte[] basket = exchange.getRequestBody().readAllBytes();
    pass(
        exchange,
        HttpRequest.newBuilder(orders.resolve("/orders"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(basket)));
  }

  private void report(HttpExchange exchange) throws IOException {
    pass(exchange, HttpRequest.newBuilder(orders.resolve("/report")).GET());
  }

  private static void pass(HttpExchange exchange, HttpRequest.Builder request) throws IOException {
    try {
      HttpResponse<String> response =
          CLIENT.send(
              request.timeout(Duration.ofSeconds(20)).build(),
              HttpResponse.BodyHandlers.ofString());
      answer(exchange, response.statusCode(), response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer(exchange, 503, "stopping\n");
    } catch (IOException e) {
      answer(exchange, 502, "orders failed: " + e + "\n");
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    exchange.getRequestBody().readAllBytes();
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
