package io.mainstay.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/**
 * Processor time a request of the gateway beside HAProxy and nginx: interleaved rounds, the order
 * reversed on odd ones, ratios within a round. Arguments: {@code ROUNDS SECONDS CONNECTIONS
 * tiny|browser}.
 */
public final class GatewayCpu {
  private static final String REFERENCE = "haproxy";

  /** As a browser sends them: about 600 bytes. */
  private static final List<String> BROWSER =
      List.of(
          "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
          "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
          "Accept-Language: en-GB,en;q=0.7,de;q=0.3",
          "Accept-Encoding: gzip, deflate, br, zstd",
          "Referer: https://shop.example.com/catalogue/shoes?page=3&sort=price",
          "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark; basket=42",
          "Upgrade-Insecure-Requests: 1",
          "Sec-Fetch-Dest: document",
          "Sec-Fetch-Mode: navigate",
          "Sec-Fetch-Site: same-origin");

  private final Path folder;
  private final int rounds;
  private final int seconds;
  private final int connections;
  private final boolean browser;
  private final List<Process> processes = new ArrayList<>();
  private final SequencedMap<String, Target> targets = new LinkedHashMap<>();

  private GatewayCpu(Path folder, int rounds, int seconds, int connections, boolean browser) {
    this.folder = folder;
    this.rounds = rounds;
    this.seconds = seconds;
    this.connections = connections;
    this.browser = browser;
  }

  /** One proxy, and what each round showed of it. */
  private record Target(
      String name,
      Process process,
      int port,
      List<Double> micros,
      List<Double> ratios,
      List<Double> rates,
      List<Double> medians,
      List<Double> p99s) {
    Target(String name, Process process, int port) {
      this(
          name,
          process,
          port,
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>());
    }
  }

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 7;
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    int connections = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 64;
    boolean browser = arguments.length > 3 && arguments[3].equals("browser");
    Path folder = Files.createTempDirectory("mainstay-bench");
    GatewayCpu bench = new GatewayCpu(folder, rounds, seconds, connections, browser);
    try {
      bench.startAll();
      bench.describe();
      bench.warmUp();
      for (int round = 1; round <= rounds; round++) {
        bench.round(round);
      }
      bench.print();
    } finally {
      Machine.end(bench.processes);
    }
  }

  private void startAll() throws Exception {
    ProxyConfigs configs = new ProxyConfigs(folder);
    start(configs.backends(), configs.backendPorts());
    add(REFERENCE, start(configs.haproxy(), List.of(configs.port(REFERENCE))), configs);
    add("nginx", start(configs.nginx(), List.of(configs.port("nginx"))), configs);
    for (String transport : List.of("io_uring", "epoll")) {
      String name = "mainstay-" + transport;
      List<String> command = configs.mainstay(name, transport.toUpperCase(Locale.ROOT));
      Process process = Machine.start(folder.resolve(name + ".log"), command);
      processes.add(process);
      awaitPort(configs.port(name), process, name);
      add(name, process, configs);
    }
  }

  private void add(String name, Process process, ProxyConfigs configs) {
    targets.put(name, new Target(name, process, configs.port(name)));
  }

  private Process start(List<String> command, List<Integer> ports)
      throws IOException, InterruptedException {
    Process process = Machine.start(folder.resolve("peers.log"), command);
    processes.add(process);
    for (int port : ports) {
      awaitPort(port, process, command.getFirst());
    }
    return process;
  }

  private void awaitPort(int port, Process process, String what) throws InterruptedException {
    Machine.await(
        what + " listens on " + port + " (its output: " + folder + ")",
        Duration.ofSeconds(60),
        () -> {
          if (!process.isAlive()) {
            throw new IllegalStateException(what + " ended; its output: " + folder);
          }
          try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
          } catch (IOException e) {
            return false;
          }
        });
  }

  private void describe() throws IOException, InterruptedException {
    System.out.println("# Gateway: processor time a request, HTTP/1.1 keep-alive, over loopback");
    System.out.println("machine: " + Machine.describe());
    System.out.println(
        "load: wrk -t1 -c"
            + connections
            + " -d"
            + seconds
            + "s, "
            + rounds
            + " rounds, "
            + (browser ? "10 browser headers, 1 KiB answers" : "tiny requests, 100 B answers"));
    System.out.println(
        "versions: "
            + Machine.run(List.of(Machine.program("haproxy"), "-v")).lines().findFirst().orElse("")
            + "; "
            + Machine.run(List.of(Machine.program("nginx"), "-v")).strip()
            + "; Java "
            + Runtime.version());
    System.out.println("each proxy: one thread of traffic, three nginx backends");
    for (String name : List.of("haproxy.cfg", "mainstay.yaml")) {
      System.out.println("\n## " + name);
      System.out.print(Files.readString(folder.resolve(name)));
    }
    System.out.println();
  }

  private String url(Target target) {
    return "http://127.0.0.1:" + target.port() + (browser ? "/1k" : "/");
  }

  private void warmUp() throws IOException, InterruptedException {
    for (Target target : targets.values()) {
      boolean jvm = target.name().startsWith("mainstay");
      Wrk.run(url(target), connections, jvm ? 15 : 2, browser ? BROWSER : List.of());
    }
  }

  private void round(int round) throws IOException, InterruptedException {
    List<Target> order = new ArrayList<>(targets.values());
    if (round % 2 == 1) {
      Collections.reverse(order);
    }
    SequencedMap<String, Double> micros = new LinkedHashMap<>();
    StringBuilder line = new StringBuilder("round " + round + ":");
    for (Target target : order) {
      double before = Machine.cpuMicros(target.process().toHandle());
      Wrk.Result result = Wrk.run(url(target), connections, seconds, browser ? BROWSER : List.of());
      double used = Machine.cpuMicros(target.process().toHandle()) - before;
      double each = used / result.requests();
      micros.put(target.name(), each);
      target.micros().add(each);
      target.rates().add(result.perSecond());
      target.medians().add(result.medianMicros());
      target.p99s().add(result.p99Micros());
      line.append(String.format(" %s %.2f us", target.name(), each));
      if (!result.errors().isEmpty()) {
        line.append(" [").append(result.errors()).append(']');
      }
    }
    double reference = micros.getOrDefault(REFERENCE, Double.NaN);
    for (Target target : order) {
      target.ratios().add(micros.getOrDefault(target.name(), Double.NaN) / reference);
    }
    System.out.println(line);
  }

  private void print() {
    Table table =
        new Table(
            "proxy",
            "us/request",
            "min",
            "ratio to haproxy",
            "min",
            "max",
            "requests/s",
            "p50 us",
            "p99 us",
            "RSS MiB");
    for (Target target : targets.values()) {
      table.row(
          target.name(),
          Table.median(target.micros()),
          Collections.min(target.micros()),
          Table.median(target.ratios()),
          Collections.min(target.ratios()),
          Collections.max(target.ratios()),
          Math.round(Table.median(target.rates())),
          Math.round(Table.median(target.medians())),
          Math.round(Table.median(target.p99s())),
          Math.round(Machine.residentMebibytes(target.process().pid())));
    }
    System.out.println(
        "\nmedians of the rounds; the ratio is the median of the ratios within a round");
    System.out.print(table);
  }
}
