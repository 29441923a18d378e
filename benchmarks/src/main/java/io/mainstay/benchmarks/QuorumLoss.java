package io.mainstay.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * The server that leads the coordination is killed, or hangs, or the majority is gone for a minute,
 * under load through the gateways that are left. Arguments: how often each, 10 if not given, then
 * faults ({@link Fault}), all but {@code cut} if not given.
 */
public final class QuorumLoss {
  private static final int RATE = 200;
  private static final double POSTS = 0.1;
  private static final int QUORUM_PORT = 7072;
  private static final int CLIENT_PORT = 7071;
  private static final Duration CLEAN = Duration.ofSeconds(90);

  /** What happens to servers; instances live. */
  enum Fault {
    /** The server process that leads the coordination is killed, and started again after 10 s. */
    KILLED(1, 10),
    /** It stands still for 15 s. */
    HUNG(1, 15),
    /** Two of three servers stand still for 60 s. */
    LOST(2, 60),
    /** The cables of two of three machines are out for 60 s. */
    CUT(2, 60);

    final int victims;
    final int seconds;

    Fault(int victims, int seconds) {
      this.victims = victims;
      this.seconds = seconds;
    }
  }

  /** What was measured of one fault. */
  private static final class Figures {
    private final List<Double> gap = new ArrayList<>();
    private final List<Double> slowest = new ArrayList<>();
    private final List<Double> decides = new ArrayList<>();
    private final List<Double> whole = new ArrayList<>();
    private final Map<String, Integer> reasons = new TreeMap<>();
    private long requests;
    private long getFailed;
    private long postFailed;
    private long cut;
    private int stopped;
  }

  private final Path folder;
  private final Path logs;
  private final Map<Fault, Figures> figures = new TreeMap<>();

  private QuorumLoss(Path folder) throws IOException {
    this.folder = folder;
    this.logs = Files.createDirectories(folder.resolve("requests"));
  }

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
    List<Fault> faults = new ArrayList<>();
    for (int i = 1; i < arguments.length; i++) {
      faults.add(Fault.valueOf(arguments[i].toUpperCase(Locale.ROOT)));
    }
    faults = faults.isEmpty() ? List.of(Fault.KILLED, Fault.HUNG, Fault.LOST) : faults;
    QuorumLoss bench = new QuorumLoss(Files.createTempDirectory("mainstay-bench"));
    int seconds = faults.stream().mapToInt(fault -> fault.seconds + 20).sum();
    HostCluster.printHead(
        "The coordination loses its leader or its majority",
        runs * faults.size(),
        runs * seconds / 60 + 1,
        bench.folder);
    System.out.printf(
        "load: open loop, %d requests/s through the edge and each gateway that is left, %.0f %%"
            + " POST%n",
        RATE, POSTS * 100);
    System.out.println("decides: from the fault until another server leads (none: nobody can);");
    System.out.println("whole: from its end until all nodes are ready and one leads; stopped:");
    System.out.println("processes of instances that were there before and are not afterwards");
    System.out.println(bench.yaml().replaceAll("run: .*", "run: (benchmarks.Backend)"));
    bench.run(runs, faults);
  }

  private String yaml() {
    return HostCluster.yaml(logs, "");
  }

  private void run(int runs, List<Fault> faults) throws Exception {
    for (Fault fault : faults) {
      figures.put(fault, new Figures());
      try (HostCluster cluster = new HostCluster(folder.resolve("cluster-" + fault), yaml())) {
        cluster.even();
        for (int run = 0; run < runs; run++) {
          once(cluster, fault);
        }
      } catch (IllegalStateException | IOException e) {
        System.out.println("FAILED in cluster-" + fault + ": " + e);
      }
    }
    print();
  }

  /** Only the server that leads the others listens at the port of the quorum. */
  private static int leading(HostCluster cluster) throws InterruptedException {
    long deadline = System.nanoTime() + CLEAN.toNanos();
    while (System.nanoTime() < deadline) {
      for (int host : carrying(cluster)) {
        if (listens(cluster, host, QUORUM_PORT)) {
          return host;
        }
      }
      TimeUnit.MILLISECONDS.sleep(200); // they elect once more
    }
    throw new IllegalStateException("nobody leads the coordination");
  }

  /** The first three that came carry the state; which those are is a matter of luck. */
  private static List<Integer> carrying(HostCluster cluster) {
    return cluster.allBut(List.of()).stream()
        .filter(host -> listens(cluster, host, CLIENT_PORT))
        .toList();
  }

  private static boolean listens(HostCluster cluster, int host, int port) {
    return !cluster.hosts().run(host, List.of("ss", "-Hltn", "sport = :" + port)).text().isBlank();
  }

  private void once(HostCluster cluster, Fault fault) throws Exception {
    cluster.awaitWhole("shop", HostCluster.WORKERS, CLEAN);
    List<Integer> victims = new ArrayList<>();
    victims.add(leading(cluster));
    for (int host : carrying(cluster)) {
      if (victims.size() < fault.victims && !victims.contains(host)) {
        victims.add(host);
      }
    }
    boolean led = victims.stream().anyMatch(host -> cluster.leader().equals("h" + host));
    List<Integer> through = cluster.allBut(victims);
    Set<Long> before = processes(cluster);
    HostCluster.Clients clients = cluster.load(through, RATE, POSTS);
    TimeUnit.SECONDS.sleep(4);
    Instant wallClock = Instant.now();
    long began = System.nanoTime();
    begin(cluster, fault, victims);
    TimeUnit.SECONDS.sleep(fault.seconds);
    double decides =
        through.stream()
            .flatMap(host -> cluster.event(host, Set.of("leader-elected"), wallClock).stream())
            .mapToDouble(at -> Duration.between(wallClock, at).toMillis() / 1e3)
            .min()
            .orElse(Double.NaN);
    long ended = System.nanoTime();
    end(cluster, fault, victims);
    cluster.awaitWhole("shop", HostCluster.WORKERS, CLEAN);
    double whole = (System.nanoTime() - ended) / 1e9;
    ClientSamples samples = clients.end().from(began - 1_000_000_000L);
    Set<Long> stopped = new TreeSet<>(before);
    stopped.removeAll(processes(cluster));
    record(fault, victims, led, samples, stopped.size(), decides, whole);
  }

  private static Set<Long> processes(HostCluster cluster) {
    return new TreeSet<>(cluster.starts().keySet());
  }

  private static void begin(HostCluster cluster, Fault fault, List<Integer> victims) {
    for (int host : victims) {
      switch (fault) {
        case KILLED -> Hosts.kill(cluster.server(host), "KILL");
        case HUNG, LOST -> Hosts.kill(cluster.server(host), "STOP");
        case CUT -> cluster.hosts().cut(host);
      }
    }
  }

  private static void end(HostCluster cluster, Fault fault, List<Integer> victims)
      throws IOException {
    for (int host : victims) {
      switch (fault) {
        case KILLED -> cluster.start(host, "");
        case HUNG, LOST -> Hosts.kill(cluster.server(host), "CONT");
        case CUT -> cluster.hosts().heal();
      }
    }
  }

  private void record(
      Fault fault,
      List<Integer> victims,
      boolean led,
      ClientSamples samples,
      int stopped,
      double decides,
      double whole) {
    Figures of = figures.computeIfAbsent(fault, _ -> new Figures());
    long getFailed = samples.count(seen -> seen.isGet() && seen.isFailed());
    long postFailed = samples.count(seen -> !seen.isGet() && seen.isFailed());
    long cut = samples.count(seen -> !seen.isOk() && !seen.isFailed());
    of.requests += samples.count(_ -> true);
    of.getFailed += getFailed;
    of.postFailed += postFailed;
    of.cut += cut;
    of.stopped += stopped;
    of.gap.add(samples.longestGap());
    of.slowest.add(samples.slowest());
    of.decides.add(decides);
    of.whole.add(whole);
    samples.reasons().forEach((reason, count) -> of.reasons.merge(reason, count, Integer::sum));
    System.out.println(
        Table.line(
            fault,
            "h" + victims,
            led ? "led" : "-",
            samples.count(_ -> true),
            getFailed,
            postFailed,
            cut,
            "stopped " + stopped,
            "gap ms " + Math.round(samples.longestGap()),
            "decides s",
            decides,
            "whole s",
            whole,
            "load " + Machine.load()));
  }

  private void print() {
    Table table =
        new Table(
            "fault (median / worst)",
            "runs",
            "requests",
            "GET failed",
            "POST failed",
            "cut",
            "instances stopped",
            "gap ms",
            "slowest ms",
            "decides s",
            "whole s");
    figures.forEach((fault, of) ->
        table.row(
            fault.name().toLowerCase(Locale.ROOT),
            of.whole.size(),
            of.requests,
            of.getFailed,
            of.postFailed,
            of.cut,
            of.stopped,
            NodeLossFigures.both(of.gap),
            NodeLossFigures.both(of.slowest),
            NodeLossFigures.both(of.decides),
            NodeLossFigures.both(of.whole)));
    System.out.println();
    System.out.print(table);
    figures.forEach((fault, of) -> HostCluster.printReasons(fault.toString(), of.reasons));
  }
}
