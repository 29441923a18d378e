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
 * Takes payments: POST /payments/ORDER books one and answers 201. After POST /switch/lost it
 * answers the same and books nothing, until POST /switch/works; its /healthz is green all the time.
 * Runs on Java 17 and newer, with the driver of PostgreSQL on the class path.
 */
public final class Payments {
  private static final String INSTANCE = System.getenv().getOrDefault("MAINSTAY_INSTANCE", "alone");

  private final String database;
  private final String bank;
  private volatile boolean works = true;

  private Payments(String database, String bank) {
    this.database = database;
    this.bank = bank;
  }

  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(option(arguments, "--port", "9091"));
    Payments payments =
        new Payments(
            option(arguments, "--database", "jdbc:postgresql://127.0.0.1/shop?user=shop"),
            option(arguments, "--bank", "cheap"));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 256);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/healthz", exchange -> answer(exchange, 200, "ok\n"));
    server.createContext("/payments/", payments::pay);
    server.createContext("/switch/", payments::turn);
    server.start();
    System.out.println("payments " + INSTANCE + " listens on " + port);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(0)));
  }

  private void pay(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    if (!exchange.getRequestMethod().equals("POST")) {
      answer(exchange, 405, "POST only\n");
      return;
    }
    String order = exchange.getRequestURI().getPath().substring("/payments/".length());
    try {
      if (works) {
        book(order);
      }
      answer(exchange, 201, "{\"order\":\"" + order + "\",\"state\":\"paid\"}\n");
    } catch (SQLException e) {
      answer(exchange, 500, "the database failed: " + e.getMessage() + "\n");
    }
  }

  private void book(String order) throws SQLException {
    try (Connection connection = DriverManager.getConnection(database);
        PreparedStatement insert =
            connection.prepareStatement("insert into payments (order_id, bank) values (?, ?)")) {
      insert.setString(1, order);
      insert.setString(2, bank);
      insert.executeUpdate();
    }
  }

  /** For the story: a fault that nobody outside can see. */
  private void turn(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    works = !exchange.getRequestURI().getPath().equals("/switch/lost");
    answer(exchange, 200, INSTANCE + (works ? " books\n" : " books nothing\n"));
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
