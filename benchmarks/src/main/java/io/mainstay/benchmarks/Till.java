package io.mainstay.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mainstay.probes.load.LoadClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A service whose business can break while {@code /healthz} stays green. {@code POST /buy} asks
 * {@code POST /pay} of the address given as argument, if there is one, and answers whether it is
 * paid. {@code POST /mode/NAME}: {@code lost} answers that it is not; {@code slow} thinks twenty
 * times as long; {@code drop} never asks for one payment in twenty and says nothing. {@code GET
 * /harmed} tells how many requests of users were spoilt since the last change of mode.
 */
public final class Till {
  private static final List<String> PASSED_ON =
      List.of(
          LoadClient.ID_HEADER,
          "X-Mainstay-Transaction",
          "X-Mainstay-Probe",
          "X-Mainstay-Pin",
          "traceparent");
  private static final int USUAL_MILLIS = 20;
  private static final int SLOWER = 20;
  private static final double DROPPED = 0.05;

  private final String payments;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicLong harmed = new AtomicLong();
  private final Random random = new Random(1);
  private volatile String mode = "works";

  private Till(String payments) {
    this.payments = payments;
  }

  /** See the class. */
  public static void main(String[] arguments) throws IOException {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    Till till = new Till(arguments.length > 0 ? arguments[0] : "");
    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", till::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      if (path.startsWith("/mode/")) {
        mode = path.substring("/mode/".length());
        harmed.set(0);
        answer(exchange, 200, mode);
      } else if (path.equals("/harmed")) {
        answer(exchange, 200, Long.toString(harmed.get()));
      } else if (path.equals("/buy") || path.equals("/pay")) {
        business(exchange, path.equals("/buy"));
      } else {
        answer(exchange, 200, "well");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void business(HttpExchange exchange, boolean asks)
      throws IOException, InterruptedException {
    String now = mode;
    Thread.sleep(now.equals("slow") ? USUAL_MILLIS * SLOWER : USUAL_MILLIS);
    boolean ofUsers = !exchange.getRequestHeaders().containsKey("X-Mainstay-Transaction");
    boolean drops = now.equals("drop") && ofUsers && random.nextDouble() < DROPPED;
    if (ofUsers && (drops || now.equals("lost") || now.equals("slow"))) {
      harmed.incrementAndGet();
    }
    boolean paid = !now.equals("lost");
    if (paid && asks && !payments.isEmpty() && !drops) {
      paid = pay(exchange);
    }
    answer(exchange, 200, "{\"state\":\"" + (paid ? "paid" : "lost") + "\"}");
  }

  private boolean pay(HttpExchange exchange) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + payments + "/pay"))
            .timeout(Duration.ofSeconds(5))
            .POST(HttpRequest.BodyPublishers.noBody());
    for (String name : PASSED_ON) {
      String value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) {
        request.header(name, value);
      }
    }
    try {
      return client
          .send(request.build(), HttpResponse.BodyHandlers.ofString())
          .body()
          .contains("\"paid\"");
    } catch (IOException e) {
      return false;
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.US_ASCII);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
