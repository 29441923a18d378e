package io.mainstay.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import io.mainstay.model.Address;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API on the admin address, over the JDK's own HTTP server with a virtual thread a request (see
 * docs/decisions/070). It listens from {@link #start} to {@link #close}. Any thread.
 */
public final class AdminServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
  private static final int BACKLOG = 128;
  private final HttpServer server;
  private final ExecutorService threads;
  private final Limits limits = new Limits();
  private final Map<Thread, Boolean> streams = new ConcurrentHashMap<>();
  private final Metrics metrics;
  private final Router router;
  private final Address address;

  static {
    // The JDK's server takes its limits from properties only; what a user has set stays.
    setUnlessSet("sun.net.httpserver.nodelay", "true");
    setUnlessSet("sun.net.httpserver.maxReqTime", Long.toString(Limits.CLIENT_SECONDS));
    // A request that takes too long may be found some seconds late; each look wakes the processor.
    setUnlessSet("sun.net.httpserver.timerMillis", "5000");
    setUnlessSet("sun.net.httpserver.idleInterval", "30");
    setUnlessSet("sun.net.httpserver.maxReqHeaders", "100");
    setUnlessSet("sun.net.httpserver.maxReqHeaderSize", "65536");
    setUnlessSet("jdk.httpserver.maxConnections", "512");
  }

  private AdminServer(
      HttpServer server,
      AdminOptions options,
      AdminPorts ports,
      Optional<ClusterAccess> cluster,
      boolean remote) {
    this.server = server;
    Address bind = remote ? cluster.orElseThrow().bind() : options.bind();
    this.address = new Address(bind.host(), server.getAddress().getPort());
    this.metrics = new Metrics(options, ports);
    List<Route> routes = new ArrayList<>(routes(options, ports, metrics));
    cluster
        .map(ClusterRoutes::new)
        .ifPresent(more -> {
          routes.addAll(more.acts());
          if (remote) {
            routes.addAll(more.internal());
          }
        });
    this.router = new Router(routes, new Guard(bind, options.token(), remote));
    this.threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("admin-", 0).factory());
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** All that the API can do. */
  private static List<Route> routes(AdminOptions options, AdminPorts ports, Metrics metrics) {
    List<Route> routes = new ArrayList<>();
    routes.addAll(new Reads(options, ports, Instant.now()).routes());
    routes.addAll(new SpecActs(ports, options.baseDirectory()).routes());
    routes.addAll(new Acts(ports).routes());
    routes.addAll(new NodeActs(ports).routes());
    routes.addAll(new SnapshotAct(ports.snapshots()).routes());
    routes.addAll(new Pages(metrics).routes());
    return routes;
  }

  /**
   * Opens the address of this machine and answers from now on.
   *
   * @throws IOException if the address is taken, unknown, or not a loopback one; the message says
   *     which and what was expected
   */
  public static AdminServer start(AdminOptions options, AdminPorts ports) throws IOException {
    return start(options, ports, Optional.empty());
  }

  /** The same for a server that can be part of a cluster. */
  public static AdminServer start(
      AdminOptions options, AdminPorts ports, Optional<ClusterAccess> cluster) throws IOException {
    Optional<String> refusal = AdminOptions.refuse(options.bind());
    if (refusal.isPresent()) {
      throw new IOException(refusal.get());
    }
    HttpServer http =
        open(options.bind(), "--admin HOST:PORT changes it", at -> HttpServer.create(at, BACKLOG));
    return begin(http, new AdminServer(http, options, ports, cluster, false));
  }

  /**
   * Opens the address that other machines reach, by TLS.
   *
   * @throws IOException if the address is taken or none of this machine
   */
  public static AdminServer startSecure(
      AdminOptions options, AdminPorts ports, ClusterAccess cluster) throws IOException {
    HttpsServer https =
        open(cluster.bind(), "--advertise HOST changes it", at -> HttpsServer.create(at, BACKLOG));
    https.setHttpsConfigurator(new MutualTls(cluster.tls()));
    return begin(https, new AdminServer(https, options, ports, Optional.of(cluster), true));
  }

  private static AdminServer begin(HttpServer http, AdminServer admin) {
    http.createContext("/", admin::handle);
    http.setExecutor(admin.threads);
    http.start();
    return admin;
  }

  /** Makes a server at an address. */
  @FunctionalInterface
  private interface Opening<T extends HttpServer> {
    T at(InetSocketAddress address) throws IOException;
  }

  private static <T extends HttpServer> T open(Address bind, String remedy, Opening<T> opening)
      throws IOException {
    try {
      return opening.at(new InetSocketAddress(InetAddress.getByName(bind.host()), bind.port()));
    } catch (BindException e) {
      throw new IOException(
          "admin address "
              + bind
              + ": cannot be opened: "
              + e.getMessage()
              + " (expected: a free port; is another server running? "
              + remedy
              + ")",
          e);
    }
  }

  /** Where it listens, with the port that it really has. */
  public Address address() {
    return address;
  }

  /** All that it can do. */
  List<Route> routes() {
    return router.routes();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Response response;
      try {
        response = router.answer(new Request(exchange, limits));
        if (response instanceof Response.Stream) {
          limits.enterStream();
        }
      } catch (Problem problem) {
        response = Response.problem(problem);
      } catch (IOException e) {
        return;
      } catch (Exception e) {
        LOG.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
        response =
            Response.problem(
                new Problem(500, "internal", "A fault in Mainstay", "see the server's own log"));
      }
      switch (response) {
        case Response.Whole whole -> write(exchange, whole);
        case Response.Stream stream -> run(exchange, stream);
      }
    }
  }

  private void write(HttpExchange exchange, Response.Whole answer) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", answer.mediaType());
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    try (Limits.Watch _ = limits.watch()) {
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(answer.body().length));
        exchange.sendResponseHeaders(answer.status(), -1);
        return;
      }
      int length = answer.body().length;
      exchange.sendResponseHeaders(answer.status(), length == 0 ? -1 : length);
      exchange.getResponseBody().write(answer.body());
    }
  }

  private void run(HttpExchange exchange, Response.Stream stream) throws IOException {
    streams.put(Thread.currentThread(), true);
    try {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
      exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(200, -1);
        return;
      }
      exchange.sendResponseHeaders(200, 0);
      OutputStream out = exchange.getResponseBody();
      stream.events().write(new ServerSentEvents(out, limits));
    } catch (IOException | InterruptedException e) {
      LOG.debug("stream to {} ended: {}", exchange.getRemoteAddress(), e.toString());
    } catch (Exception e) {
      LOG.error("stream {} failed", exchange.getRequestURI(), e);
    } finally {
      streams.remove(Thread.currentThread());
      limits.leaveStream();
    }
  }

  /** Ends all streams and stops listening; answers that are under way are cut after a second. */
  @Override
  public void close() {
    streams.keySet().forEach(Thread::interrupt);
    server.stop(1);
    threads.shutdownNow();
    metrics.close();
    limits.close();
  }
}
