package io.mainstay.benchmarks;

import io.mainstay.benchmarks.ClientSamples.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Five times the load of a moment ago, on one machine that has no room for it, with a pool that
 * makes machines: the example {@code examples/pool}. Argument: how often, 10 if not given.
 */
public final class LoadStep {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int BASE = 60;
  private static final int STEP = 5 * BASE;
  private static final double WAITING_MILLIS = 1000;
  private static final Duration BOUND = Duration.ofMinutes(2);

  private final Path folder;
  private final String prefix = "mstp" + ProcessHandle.current().pid();
  private final List<Double> serving = new ArrayList<>();
  private final List<Double> whole = new ArrayList<>();
  private final List<Double> relieved = new ArrayList<>();
  private final List<Double> slowest = new ArrayList<>();
  private final List<Double> gone = new ArrayList<>();
  private final Map<String, Integer> reasons = new TreeMap<>();
  private long requests;
  private long failed;
  private long shed;

  private LoadStep(Path folder) {
    this.folder = folder;
  }

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
    LoadStep bench = new LoadStep(Files.createTempDirectory("mainstay-bench"));
    HostCluster.printHead(
        "Five times the load, and machines that are made for it", runs, runs * 2 + 1, bench.folder);
    System.out.printf(
        "load: open loop, from %d to %d requests/s, 10 %% POST, 100 ms of work%n", BASE, STEP);
    System.out.println("times from the step: serving: first answer from a new machine; whole: as");
    System.out.println("many serve as are wanted; relieved: the last request that took > 1 s was");
    System.out.println("due then; gone: from the end of the step until all machines are removed");
    Runtime.getRuntime().addShutdownHook(new Thread(bench::down));
    bench.copy();
    for (int run = 1; run <= runs; run++) {
      try {
        bench.once(run);
      } catch (IllegalStateException e) {
        System.out.println("FAILED: " + e);
      } finally {
        bench.down();
      }
    }
    bench.print();
  }

  private void copy() throws IOException {
    Path example = MainstayServer.launcher().resolveSibling("examples/pool");
    try (Stream<Path> files = Files.list(example)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    String yaml =
        Files.readString(example.resolve("mainstay.yaml"))
            .replace("down-delay: 20s", "down-delay: 10s, window: {short: 6s, long: 20s}")
            .replace("idle: 20s", "idle: 10s");
    Files.writeString(folder.resolve("mainstay.yaml"), yaml);
    System.out.println(yaml);
  }

  private void once(int run) throws Exception {
    hosts("up");
    start(
        "first",
        folder.resolve("first-" + run + ".txt"),
        List.of(
            MainstayServer.launcher().toString(),
            "up",
            folder.resolve("mainstay.yaml").toString(),
            "--data",
            folder.resolve("data-" + run).toString(),
            "--node",
            "first",
            "--advertise",
            "10.78.0.1"));
    Machine.await("two to serve", BOUND, () -> service().path("serving").asInt(0) == 2);
    Path seen = folder.resolve("clients-" + run + ".tsv");
    Process process =
        start(
            "clients",
            folder.resolve("clients.txt"),
            HostClient.command(seen, BASE, 0.1, "run" + run, "/", List.of("10.78.0.1:8080")));
    HostCluster.Clients clients = new HostCluster.Clients(process, seen);
    TimeUnit.SECONDS.sleep(10);
    long stepped = System.nanoTime();
    clients.rate(STEP);
    Machine.await("more to be wanted", BOUND, () -> service().path("desired").asInt(0) >= 6);
    Machine.await(
        "as many to serve as are wanted",
        BOUND,
        () -> {
          JsonNode now = service();
          return now.path("desired").asInt(0) >= 6
              && now.path("serving").asInt(0) >= now.path("desired").asInt(0);
        });
    double allServe = (System.nanoTime() - stepped) / 1e9;
    TimeUnit.SECONDS.sleep(10);
    long ended = System.nanoTime();
    clients.rate(BASE);
    Machine.await("the machines to be gone", BOUND, () -> hosts("names", "workers-").isBlank());
    double removed = (System.nanoTime() - ended) / 1e9;
    TimeUnit.SECONDS.sleep(3);
    record(run, clients.end(), stepped, ended, allServe, removed);
  }

  private void record(
      int run, ClientSamples samples, long stepped, long ended, double allServe, double removed) {
    double first =
        samples
            .from(stepped)
            .first(
                seen -> seen.sample().instance().filter(by -> by.contains("@workers-")).isPresent())
            .map(seen -> (seen.sample().end() - stepped) / 1e9)
            .orElse(Double.NaN);
    double waited =
        (samples.from(stepped).until(ended).lastTroubled(WAITING_MILLIS).orElse(stepped) - stepped)
            / 1e9;
    long turnedAway = samples.count(seen -> seen.sample().status() == 503);
    long bad = samples.count(seen -> !seen.isOk()) - turnedAway;
    requests += samples.count(_ -> true);
    failed += bad;
    shed += turnedAway;
    serving.add(first);
    whole.add(allServe);
    relieved.add(waited);
    slowest.add(samples.slowest() / 1e3);
    gone.add(removed);
    samples.reasons().forEach((reason, count) -> reasons.merge(reason, count, Integer::sum));
    System.out.println(
        Table.line(
            "run " + run,
            samples.count(Seen::isOk),
            "failed " + bad,
            "shed " + turnedAway,
            "serving s",
            first,
            "whole s",
            allServe,
            "relieved s",
            waited,
            "slowest s",
            samples.slowest() / 1e3,
            "gone s",
            removed,
            "load " + Machine.load()));
  }

  private void print() {
    System.out.println();
    System.out.print(
        new Table(
                "median / worst",
                "requests",
                "failed",
                "shed by rule",
                "serving s",
                "whole s",
                "relieved s",
                "slowest s",
                "gone s")
            .row(
                serving.size() + " runs",
                requests,
                failed,
                shed,
                NodeLossFigures.both(serving),
                NodeLossFigures.both(whole),
                NodeLossFigures.both(relieved),
                NodeLossFigures.both(slowest),
                NodeLossFigures.both(gone)));
    reasons.forEach((reason, count) -> System.out.println("  " + count + " × " + reason));
  }

  private JsonNode service() {
    String text =
        hosts("exec", "first", "curl", "-s", "-m", "2", "http://127.0.0.1:7070/api/v1/status");
    try {
      return JSON.readTree(text.isEmpty() ? "{}" : text).path("services").path(0);
    } catch (tools.jackson.core.JacksonException e) {
      return JSON.createObjectNode();
    }
  }

  private ProcessBuilder command(String... words) {
    List<String> all = new ArrayList<>(List.of(folder.resolve("hosts.sh").toString()));
    all.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(all).directory(folder.toFile());
    builder.environment().put("HOSTS_PREFIX", prefix);
    builder.environment().put("HOSTS_DATA", folder.resolve("hosts").toString());
    builder
        .environment()
        .put("MAINSTAY_HOME", MainstayServer.launcher().resolveSibling("").toString());
    return builder;
  }

  private Process start(String host, Path output, List<String> words) throws IOException {
    List<String> all = new ArrayList<>(List.of("exec", host));
    all.addAll(words);
    return command(all.toArray(String[]::new))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
        .start();
  }

  /** A word of {@code hosts.sh}; what it prints. */
  private String hosts(String... words) {
    try {
      Process process = command(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      String text =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      process.waitFor();
      return text.strip();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private void down() {
    hosts("down");
  }
}
