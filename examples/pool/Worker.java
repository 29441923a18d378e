import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/**
 * Answers after 100 ms, as something that waits for a disk or for others would. Java 17 and newer.
 */
public final class Worker {
  public static void main(String[] arguments) throws Exception {
    String address = System.getenv().getOrDefault("MAINSTAY_ADDRESS", "127.0.0.1");
    String name = System.getenv("MAINSTAY_INSTANCE") + "@" + System.getenv("MAINSTAY_NODE");
    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 1024);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            if (!exchange.getRequestURI().getPath().equals("/healthz")) {
              Thread.sleep(100);
            }
            byte[] answer = (name + "\n").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("X-Instance", name);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
  }
}
