package io.mainstay.benchmarks;

import io.mainstay.benchmarks.ClientSamples.Seen;
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
import java.util.concurrent.TimeUnit;

/**
 * One of three machines is lost in one way after the other, under load from outside through the
 * gateways of those that are left, and through one that has no instance near. Arguments: how often
 * each, 10 if not given, then faults ({@link NodeFault}), all if not given.
 */
public final class NodeLoss {
  private static final Duration LOST = Duration.ofSeconds(14);
  private static final Duration CLEAN = Duration.ofSeconds(60);
  private static final int RATE = 200;
  private static final double POSTS = 0.1;
  private static final double TROUBLED_MILLIS = 200;

  private final Path folder;
  private final Path logs;
  private final Map<NodeFault, NodeLossFigures> figures = new TreeMap<>();
  private final Table table =
      new Table(
          "fault",
          "victim",
          "led",
          "requests",
          "GET failed",
          "POST failed",
          "cut",
          "gap edge ms",
          "gap others ms",
          "slowest GET ms",
          "slowest POST ms",
          "off ms",
          "slow until ms",
          "started s",
          "serving s",
          "clean s",
          "load");

  private NodeLoss(Path folder) throws IOException {
    this.folder = folder;
    this.logs = Files.createDirectories(folder.resolve("requests"));
  }

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
    List<NodeFault> faults = new ArrayList<>();
    for (int i = 1; i < arguments.length; i++) {
      faults.add(NodeFault.of(arguments[i]));
    }
    faults = faults.isEmpty() ? List.of(NodeFault.values()) : faults;
    NodeLoss bench = new NodeLoss(Files.createTempDirectory("mainstay-bench"));
    int count = runs * faults.size();
    HostCluster.printHead(
        "One of three machines is lost", count, count * 35 / 60 + 1, bench.folder);
    System.out.println(
        "three hosts with an instance each, a fourth with a gateway only (edge), clients on a"
            + " fifth");
    System.out.printf(
        "load: open loop, %d requests/s through the edge and each gateway that is left, %.0f %%"
            + " POST, 2 ms of work%n",
        RATE, POSTS * 100);
    System.out.println("times from the fault; off: until the edge sends nothing more there; slow");
    System.out.println(
        "until: the last request that took > 200 ms was due then; started: the process of the first"
            + " replacement; serving: its");
    System.out.println("first answer; clean: from the healing until exactly three run and serve");
    System.out.println(bench.yaml().replaceAll("run: .*", "run: (benchmarks.Backend)"));
    bench.run(runs, faults);
  }

  private String yaml() {
    return HostCluster.yaml(logs, "    disconnect: {lost-after: 1s}\n");
  }

  private void run(int runs, List<NodeFault> faults) throws Exception {
    List<NodeFault> order = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      order.addAll(faults);
    }
    // A machine that comes back twice in ten minutes takes nothing new for a while: each is lost
    // once, then the cluster is made anew.
    for (int i = 0; i < order.size(); i += HostCluster.WORKERS) {
      List<NodeFault> batch = order.subList(i, Math.min(order.size(), i + HostCluster.WORKERS));
      int first = i;
      try (HostCluster cluster = new HostCluster(folder.resolve("cluster-" + i), yaml())) {
        for (int k = 0; k < batch.size(); k++) {
          int victim = 1 + (first / HostCluster.WORKERS + k) % HostCluster.WORKERS;
          once(cluster, batch.get(k), victim);
        }
      } catch (IllegalStateException | IOException e) {
        System.out.println("FAILED in cluster-" + i + ": " + e);
        batch.forEach(fault -> figures(fault).broken++);
      }
    }
    print();
  }

  private NodeLossFigures figures(NodeFault fault) {
    return figures.computeIfAbsent(fault, _ -> new NodeLossFigures());
  }

  private void once(HostCluster cluster, NodeFault fault, int victim) throws Exception {
    cluster.even();
    boolean led = cluster.leader().equals("h" + victim);
    HostCluster.Clients clients = cluster.load(cluster.allBut(List.of(victim)), RATE, POSTS);
    TimeUnit.SECONDS.sleep(4);
    Instant wallClock = Instant.now();
    long began = System.nanoTime();
    fault.begin(cluster, victim);
    TimeUnit.NANOSECONDS.sleep(LOST.toNanos());
    Map<Long, Long> starts = cluster.starts();
    double off =
        cluster
            .event(cluster.edge(), Set.of("node-silent", "outlier-ejected"), wallClock)
            .map(at -> Duration.between(wallClock, at).toNanos() / 1e6)
            .orElse(Double.NaN);
    long healed = System.nanoTime();
    fault.end(cluster, victim);
    double clean = clean(cluster, healed);
    ClientSamples samples = clients.end();
    record(fault, "h" + victim, led, samples, began, starts, off, clean);
    if (Double.isNaN(clean)) {
      throw new IllegalStateException(
          fault.word() + " of h" + victim + " left " + cluster.spread() + cluster.status(4));
    }
  }

  /** Seconds until the wanted number runs and serves, and still does two seconds later. */
  private static double clean(HostCluster cluster, long healed) throws InterruptedException {
    long since = 0;
    while (System.nanoTime() - healed < CLEAN.toNanos()) {
      if (!cluster.isWhole("shop", HostCluster.WORKERS)) {
        since = 0;
      } else if (since == 0) {
        since = System.nanoTime();
      } else if (System.nanoTime() - since > 2_000_000_000L) {
        return (since - healed) / 1e9;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return Double.NaN;
  }

  private void record(
      NodeFault fault,
      String victim,
      boolean led,
      ClientSamples samples,
      long began,
      Map<Long, Long> starts,
      double off,
      double clean) {
    String edge = HostCluster.gateway(HostCluster.WORKERS + 1);
    Set<String> before = samples.until(began).answering();
    ClientSamples after = samples.from(began - 1_000_000_000L);
    long getFailed = after.count(seen -> seen.isGet() && seen.isFailed());
    long postFailed = after.count(seen -> !seen.isGet() && seen.isFailed());
    long cut = after.count(seen -> !seen.isOk() && !seen.isFailed());
    double gapEdge = after.through(edge::equals).longestGap();
    double gapOthers = after.through(gateway -> !gateway.equals(edge)).longestGap();
    double slow =
        Math.max(
            0,
            (after.until(began + LOST.toNanos()).lastTroubled(TROUBLED_MILLIS).orElse(began)
                    - began)
                / 1e6);
    Optional<Seen> first = samples.from(began).until(began + LOST.toNanos()).firstOfOthers(before);
    double serving = first.map(seen -> (seen.sample().end() - began) / 1e9).orElse(Double.NaN);
    double started =
        first
            .flatMap(seen -> seen.sample().instance())
            .map(name -> Long.parseLong(name.substring(name.lastIndexOf('.') + 1)))
            .map(starts::get)
            .map(at -> (at - began) / 1e9)
            .orElse(Double.NaN);
    NodeLossFigures of = figures(fault);
    of.getFailed += getFailed;
    of.postFailed += postFailed;
    of.cut += cut;
    of.requests += after.count(_ -> true);
    of.gapEdge.add(gapEdge);
    of.gapOthers.add(gapOthers);
    of.off.add(off);
    of.slow.add(slow);
    of.started.add(started);
    of.serving.add(serving);
    of.clean.add(clean);
    after.reasons().forEach((reason, count) -> of.reasons.merge(reason, count, Integer::sum));
    Object[] cells = {
      fault.word(),
      victim,
      led ? "yes" : "no",
      after.count(_ -> true),
      getFailed,
      postFailed,
      cut,
      gapEdge,
      gapOthers,
      after.slowest(Seen::isGet),
      after.slowest(seen -> !seen.isGet()),
      off,
      slow,
      started,
      serving,
      clean,
      Machine.load()
    };
    table.row(cells);
    System.out.println(Table.line(cells));
  }

  private void print() throws IOException {
    System.out.println();
    System.out.print(table);
    System.out.println();
    Table summary =
        new Table(
            "fault (median / worst)",
            "runs",
            "broken",
            "requests",
            "GET failed",
            "POST failed",
            "cut",
            "gap edge ms",
            "gap others ms",
            "off ms",
            "slow until ms",
            "started s",
            "serving s",
            "clean s");
    figures.forEach((fault, of) ->
        summary.row(
            fault.word(),
            of.clean.size(),
            of.broken,
            of.requests,
            of.getFailed,
            of.postFailed,
            of.cut,
            NodeLossFigures.both(of.gapEdge),
            NodeLossFigures.both(of.gapOthers),
            NodeLossFigures.both(of.off),
            NodeLossFigures.both(of.slow),
            NodeLossFigures.both(of.started),
            NodeLossFigures.both(of.serving),
            NodeLossFigures.both(of.clean)));
    System.out.print(summary);
    Map<String, Integer> posts = new TreeMap<>();
    for (Shop.Seen seen : Shop.seen(logs)) {
      if (seen.method().equals("POST")) {
        posts.merge(seen.id(), 1, Integer::sum);
      }
    }
    long twice = posts.values().stream().filter(count -> count > 1).count();
    System.out.println("\nPOSTs seen twice: " + twice + " of " + posts.size());
    figures.forEach((fault, of) -> HostCluster.printReasons(fault.word(), of.reasons));
  }
}
