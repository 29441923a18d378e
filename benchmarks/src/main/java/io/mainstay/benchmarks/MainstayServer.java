package io.mainstay.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The packaged program, started as a user would, and what its API says. */
final class MainstayServer implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();
  private final Process process;
  private final Path log;
  private final int admin;

  private MainstayServer(Process process, Path log, int admin) {
    this.process = process;
    this.log = log;
    this.admin = admin;
  }

  /** {@code ./mainstay} of this checkout; {@code MAINSTAY_HOME} overrides where it is. */
  static Path launcher() {
    String home = System.getenv("MAINSTAY_HOME");
    Path folder = Path.of(home == null ? "" : home).toAbsolutePath();
    while (folder != null && !Files.isExecutable(folder.resolve("mainstay"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException("no ./mainstay here: run it in a checkout");
    }
    return folder.resolve("mainstay");
  }

  /** {@code up} of a file that is written into {@code folder}. */
  static MainstayServer up(Path folder, String yaml, String javaOptions) throws IOException {
    Path file = folder.resolve("mainstay.yaml");
    Files.writeString(file, yaml);
    int admin = Machine.port(7170);
    Path log = folder.resolve("mainstay.log");
    Process process =
        Machine.start(
            log,
            List.of(
                launcher().toString(),
                "up",
                file.toString(),
                "--data",
                folder.resolve("data").toString(),
                "--admin",
                "127.0.0.1:" + admin),
            "MAINSTAY_JAVA_OPTIONS",
            javaOptions);
    return new MainstayServer(process, log, admin);
  }

  Process process() {
    return process;
  }

  /** Of its API. */
  String address() {
    return "127.0.0.1:" + admin;
  }

  /** One instance as status shows it. */
  record Instance(
      String id, String state, String role, long generation, long pid, String address) {}

  /** One service as status shows it. */
  record Service(int serving, int standby, int desired, List<Instance> instances) {}

  /** What status says of a service; empty while the API does not answer. */
  Optional<Service> service(String name) {
    JsonNode status = get("/api/v1/status");
    if (status == null) {
      return Optional.empty();
    }
    for (JsonNode service : status.path("services")) {
      if (service.path("name").asString().equals(name)) {
        List<Instance> instances = new ArrayList<>();
        for (JsonNode one : service.path("instances")) {
          instances.add(
              new Instance(
                  one.path("id").asString(),
                  one.path("state").asString(),
                  one.path("role").asString(),
                  one.path("generation").asLong(),
                  one.path("pid").asLong(0),
                  one.path("address").asString("")));
        }
        return Optional.of(
            new Service(
                service.path("serving").asInt(),
                service.path("standby").asInt(),
                service.path("desired").asInt(),
                instances));
      }
    }
    return Optional.empty();
  }

  /** Cursor of the newest event; empty if there is none. */
  String newestEvent() {
    JsonNode events = get("/api/v1/events?limit=1000");
    String cursor = "";
    while (events != null && !list(events).isEmpty()) {
      cursor = list(events).getLast().path("cursor").asString();
      events = get("/api/v1/events?limit=1000&after=" + cursor);
    }
    return cursor;
  }

  /** Wall clock of the first event of that kind and instance after a cursor, if there is one. */
  Optional<Instant> event(String cursor, String kind, String instance) {
    JsonNode events = get("/api/v1/events?limit=1000&after=" + cursor);
    if (events == null) {
      return Optional.empty();
    }
    for (JsonNode event : list(events)) {
      boolean fits = instance.isEmpty() || event.path("instance").asString("").equals(instance);
      if (fits && event.path("kind").asString().equals(kind)) {
        return Optional.of(Instant.parse(event.path("time").asString()));
      }
    }
    return Optional.empty();
  }

  private static List<JsonNode> list(JsonNode events) {
    List<JsonNode> list = new ArrayList<>();
    JsonNode array = events.isArray() ? events : events.path("events");
    array.forEach(list::add);
    return list;
  }

  /** The answer to a GET as JSON; null if there is none. */
  @Nullable JsonNode get(String path) {
    try {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + path))
                  .timeout(Duration.ofSeconds(5))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200 ? JSON.readTree(response.body()) : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /** Waits until that many serve and stand by. */
  void awaitStrength(String service, int serving, int standby, Duration limit)
      throws InterruptedException {
    Machine.await(
        serving + " serving and " + standby + " standing by of " + service + "; see " + log,
        limit,
        () -> {
          if (!process.isAlive()) {
            throw new IllegalStateException("the server ended; see " + log);
          }
          return service(service)
              .filter(now -> now.serving() >= serving && now.standby() >= standby)
              .isPresent();
        });
  }

  @Override
  public void close() {
    try {
      Machine.end(List.of(process));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.close();
  }
}
