import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.Executors;

/**
 * Ships what was ordered: POST /shipments/ORDER writes a parcel down and answers 201. What a
 * transaction of Mainstay ordered is written down, too, but nobody packs it. Runs on Java 17 and
 * newer, with the driver of PostgreSQL on the class path.
 */
public final class Shipping {
  private static final String INSTANCE = System.getenv().getOrDefault("MAINSTAY_INSTANCE", "alone");

  private final String database;

  private Shipping(String database) {
    this.database = database;
  }

  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(option(arguments, "--port", "9092"));
    Shipping shipping =
        new Shipping(option(arguments, "--database", "jdbc:postgresql://127.0.0.1/shop?user=shop"));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 256);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/healthz", exchange -> answer(exchange, 200, "ok\n"));
    server.createContext("/shipments/", shipping::ship);
    server.start();
    System.out.println("shipping " + INSTANCE + " listens on " + port);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(0)));
  }

  private void ship(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    if (!exchange.getRequestMethod().equals("POST")) {
      answer(exchange, 405, "POST only\n");
      return;
    }
    String order = exchange.getRequestURI().getPath().substring("/shipments/".length());
    boolean real = !exchange.getRequestHeaders().containsKey("X-Mainstay-Transaction");
    try (Connection connection = DriverManager.getConnection(database);
        PreparedStatement insert =
            connection.prepareStatement("insert into shipments (order_id, real) values (?, ?)")) {
      insert.setString(1, order);
      insert.setBoolean(2, real);
      insert.executeUpdate();
      answer(exchange, 201, "{\"order\":\"" + order + "\",\"state\":\"shipped\"}\n");
    } catch (SQLException e) {
      answer(exchange, 500, "the database failed: " + e.getMessage() + "\n");
    }
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
