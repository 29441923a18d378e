package io.mainstay.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The packaged program on {@link Hosts}: 1 to 3 run instances and carry the coordination, the
 * {@link #edge} only routes (and has no instance near, so that its requests go to all three), the
 * {@link #outside} has the clients.
 */
final class HostCluster implements AutoCloseable {
  static final int WORKERS = 3;
  private static final Duration BOUND = Duration.ofSeconds(90);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path folder;
  private final Path file;
  private final Hosts hosts;
  private int clients;

  /** Makes the hosts, writes the file, starts all servers, and waits until all is ready. */
  HostCluster(Path folder, String yaml) throws IOException, InterruptedException {
    this.folder = Files.createDirectories(folder);
    this.file = folder.resolve("mainstay.yaml");
    Files.writeString(file, yaml);
    hosts = new Hosts(folder, WORKERS + 2);
    try {
      begin();
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The file: a shop with an instance for each worker; {@code more} lines of the service. */
  static String yaml(Path logs, String more) {
    return "services:\n"
        + Shop.service("shop", logs, WORKERS, 0)
        + """
            listen: "0.0.0.0:8080"
            place: {require: {role: worker}}
        """
        + more;
  }

  /** Says what is measured, on what, and where it leaves its files. */
  static void printHead(String title, int runs, int minutes, Path folder) {
    System.out.println("# " + title);
    System.out.println("machine: " + Machine.describe());
    System.out.printf("%d runs, about %d min; files in %s%n", runs, minutes, folder);
  }

  /** Says why requests failed. */
  static void printReasons(String fault, Map<String, Integer> reasons) {
    reasons.forEach(
        (reason, count) -> System.out.println("  " + fault + ": " + count + " × " + reason));
  }

  /** Those of the workers and the edge that are not lost. */
  List<Integer> allBut(List<Integer> victims) {
    return IntStream.rangeClosed(1, edge())
        .boxed()
        .filter(host -> !victims.contains(host))
        .toList();
  }

  int edge() {
    return WORKERS + 1;
  }

  int outside() {
    return WORKERS + 2;
  }

  Hosts hosts() {
    return hosts;
  }

  private void begin() throws IOException, InterruptedException {
    start(1, "");
    Machine.await("h1 to answer", BOUND, () -> status(1) != null);
    String[] token = new String[1];
    Machine.await(
        "a token; see " + folder,
        BOUND,
        () -> {
          Hosts.Ran ran = mainstay(1, "token");
          String text = ran.text().strip();
          token[0] = text.substring(text.lastIndexOf(' ') + 1);
          return ran.code() == 0 && token[0].startsWith("mst1.");
        });
    for (int host = 2; host <= edge(); host++) {
      start(host, token[0]);
    }
    awaitWhole("shop", WORKERS, BOUND);
  }

  /** Starts the server of a host, the first time with a token. */
  void start(int host, String token) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(MainstayServer.launcher().toString());
    if (host == 1) {
      words.addAll(List.of("up", file.toString(), "--advertise", Hosts.address(host)));
    } else {
      words.addAll(List.of("join", Hosts.address(1) + ":7070"));
      if (!token.isEmpty()) {
        words.addAll(List.of("--token", token));
      }
    }
    words.addAll(List.of("--data", folder.resolve("h" + host).toString(), "--node", "h" + host));
    words.addAll(List.of("--label", "role=" + (host == edge() ? "edge" : "worker")));
    hosts.start(host, folder.resolve("h" + host + ".txt"), words);
  }

  /** A command of the program on a host. */
  Hosts.Ran mainstay(int host, String... words) {
    List<String> command = new ArrayList<>(List.of(MainstayServer.launcher().toString()));
    command.addAll(List.of(words));
    return hosts.run(host, command);
  }

  /** What the API of a host says; null while it does not answer. */
  @Nullable JsonNode api(int host, String path) {
    Hosts.Ran ran =
        hosts.run(host, List.of("curl", "-s", "-m", "2", "http://127.0.0.1:7070/api/v1" + path));
    try {
      return ran.code() == 0 ? JSON.readTree(ran.text()) : null;
    } catch (tools.jackson.core.JacksonException e) {
      return null;
    }
  }

  @Nullable JsonNode status(int host) {
    JsonNode status = api(host, "/status");
    return status != null && status.has("services") ? status : null;
  }

  /** When the first event of some kinds since then was told on a host. */
  Optional<Instant> event(int host, Set<String> kinds, Instant since) {
    JsonNode events = api(host, "/events?limit=1000");
    if (events != null) {
      for (JsonNode event : events.path("events")) {
        Instant at = Instant.parse(event.path("time").asString());
        if (kinds.contains(event.path("kind").asString("")) && !at.isBefore(since)) {
          return Optional.of(at);
        }
      }
    }
    return Optional.empty();
  }

  /** Who leads, as the edge knows it. */
  String leader() {
    JsonNode status = status(edge());
    return status == null ? "" : status.path("leader").asString("");
  }

  /** Process ids of the instances of a host. */
  List<Long> instances(int host) {
    return hosts.pids(host).stream()
        .filter(pid -> Hosts.commandLine(pid).contains(Backend.class.getName()))
        .toList();
  }

  /** Process id of the server of a host. */
  List<Long> server(int host) {
    return hosts.pids(host).stream()
        .filter(pid -> Hosts.commandLine(pid).contains("io.mainstay.server.Main"))
        .toList();
  }

  /** How many instances run on each worker. */
  Map<Integer, Integer> spread() {
    Map<Integer, Integer> spread = new TreeMap<>();
    for (int host = 1; host <= WORKERS; host++) {
      spread.put(host, instances(host).size());
    }
    return spread;
  }

  /** When each instance was started, by process id. */
  Map<Long, Long> starts() {
    Map<Long, Long> starts = new TreeMap<>();
    for (int host = 1; host <= WORKERS; host++) {
      instances(host).forEach(pid -> starts.put(pid, Machine.startedAt(pid)));
    }
    return starts;
  }

  /** Whether all nodes are ready, and as many instances run and serve as are wanted. */
  boolean isWhole(String service, int wanted) {
    int running = spread().values().stream().mapToInt(Integer::intValue).sum();
    JsonNode status = running == wanted ? status(edge()) : null;
    if (status == null || status.path("nodes").size() < edge()) {
      return false;
    }
    for (JsonNode node : status.path("nodes")) {
      if (!node.path("state").asString("").equals("ready")) {
        return false;
      }
    }
    for (JsonNode one : status.path("services")) {
      if (one.path("name").asString("").equals(service)) {
        return one.path("serving").asInt(0) == wanted
            && one.path("desired").asInt(0) == wanted
            && one.path("instances").size() == wanted;
      }
    }
    return false;
  }

  void awaitWhole(String service, int wanted, Duration bound) throws InterruptedException {
    Machine.await(
        wanted + " of " + service + " and all nodes ready; see " + folder,
        bound,
        () -> isWhole(service, wanted));
  }

  /** Has one instance on each worker again: nothing that works is moved by itself. */
  void even() throws InterruptedException {
    for (int round = 0; round < 6; round++) {
      if (spread().values().stream().allMatch(count -> count == 1)) {
        return;
      }
      mainstay(edge(), "scale", "shop", Integer.toString(WORKERS + 1));
      awaitWhole("shop", WORKERS + 1, BOUND);
      mainstay(edge(), "scale", "shop", Integer.toString(WORKERS));
      awaitWhole("shop", WORKERS, BOUND);
    }
    throw new IllegalStateException("one on each node was not reached: " + spread());
  }

  /** Clients outside; {@link #end} gives what they saw. */
  record Clients(Process process, Path file) {
    ClientSamples end() throws IOException, InterruptedException {
      process.getOutputStream().close();
      if (!process.waitFor(60, java.util.concurrent.TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("the clients did not end; see " + file);
      }
      return ClientSamples.read(file);
    }

    void rate(int perSecond) throws IOException {
      process
          .getOutputStream()
          .write((perSecond + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      process.getOutputStream().flush();
    }
  }

  /** Load through the gateways of some hosts, {@code rate} requests a second through each. */
  Clients load(List<Integer> through, int rate, double posts) throws IOException {
    Path seen = folder.resolve("clients-" + ++clients + ".tsv");
    List<String> words =
        HostClient.command(
            seen,
            rate,
            posts,
            folder.getFileName() + "-" + clients,
            "/small?ms=2",
            through.stream().map(HostCluster::gateway).toList());
    Process process = hosts.start(outside(), folder.resolve("clients.txt"), words);
    return new Clients(process, seen);
  }

  static String gateway(int host) {
    return Hosts.address(host) + ":8080";
  }

  @Override
  public void close() {
    hosts.close();
  }
}
