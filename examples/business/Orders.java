import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;

/**
 * Takes orders: POST /orders writes one down, has it paid and shipped, and answers its id; GET
 * /orders/ID tells how it stands, DELETE removes it. Runs on Java 17 and newer, with the driver of
 * PostgreSQL on the class path.
 */
public final class Orders {
  private static final String INSTANCE = System.getenv().getOrDefault("MAINSTAY_INSTANCE", "alone");

  /** What Mainstay marks its own requests with: passed on, it sees who asks whom for them. */
  private static final List<String> MARKS =
      List.of("X-Mainstay-Transaction", "X-Mainstay-Probe", "X-Mainstay-Pin", "traceparent");

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private final String database;
  private final URI payments;
  private final URI shipping;

  private Orders(String database, URI payments, URI shipping) {
    this.database = database;
    this.payments = payments;
    this.shipping = shipping;
  }

  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(option(arguments, "--port", "9090"));
    Orders orders =
        new Orders(
            option(arguments, "--database", "jdbc:postgresql://127.0.0.1/shop?user=shop"),
            URI.create(option(arguments, "--payments", "http://127.0.0.1:9091")),
            URI.create(option(arguments, "--shipping", "http://127.0.0.1:9092")));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 256);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/healthz", exchange -> answer(exchange, 200, "ok\n"));
    server.createContext("/orders", orders::handle);
    server.start();
    System.out.println("orders " + INSTANCE + " listens on " + port);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(0)));
  }

  private void handle(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getPath();
    String id = path.substring(path.lastIndexOf('/') + 1);
    try {
      switch (exchange.getRequestMethod()) {
        case "POST" -> order(exchange);
        case "GET" -> answer(exchange, 200, json(id, state(id)));
        case "DELETE" -> {
          change("delete from orders where id = ?", id);
          answer(exchange, 200, json(id, "removed"));
        }
        default -> answer(exchange, 405, "POST, GET, DELETE only\n");
      }
    } catch (SQLException e) {
      answer(exchange, 500, "the database failed: " + e.getMessage() + "\n");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer(exchange, 503, "stopping\n");
    } catch (IOException e) {
      answer(exchange, 502, "a service behind failed: " + e + "\n");
    }
  }

  private void order(HttpExchange exchange) throws IOException, InterruptedException, SQLException {
    String id = UUID.randomUUID().toString().substring(0, 8);
    change("insert into orders (id) values (?)", id);
    int paid = ask(exchange, payments.resolve("/payments/" + id));
    if (paid != 201) {
      answer(exchange, 502, "payments answered " + paid + "\n");
      return;
    }
    int shipped = ask(exchange, shipping.resolve("/shipments/" + id));
    if (shipped != 201) {
      answer(exchange, 502, "shipping answered " + shipped + "\n");
      return;
    }
    answer(exchange, 201, json(id, "confirmed"));
  }

  /** Asks another service for its part, through its listener. */
  private static int ask(HttpExchange exchange, URI whom) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(whom)
            .timeout(Duration.ofSeconds(5))
            .POST(HttpRequest.BodyPublishers.noBody());
    for (String mark : MARKS) {
      String value = exchange.getRequestHeaders().getFirst(mark);
      if (value != null) {
        request.header(mark, value);
      }
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private void change(String statement, String id) throws SQLException {
    try (Connection connection = DriverManager.getConnection(database);
        PreparedStatement prepared = connection.prepareStatement(statement)) {
      prepared.setString(1, id);
      prepared.executeUpdate();
    }
  }

  private String state(String id) throws SQLException {
    try (Connection connection = DriverManager.getConnection(database);
        PreparedStatement prepared =
            connection.prepareStatement("select state from order_states where id = ?")) {
      prepared.setString(1, id);
      try (ResultSet rows = prepared.executeQuery()) {
        return rows.next() ? rows.getString(1) : "unknown";
      }
    }
  }

  private static String json(String id, String state) {
    return "{\"id\":\"" + id + "\",\"state\":\"" + state + "\"}\n";
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
