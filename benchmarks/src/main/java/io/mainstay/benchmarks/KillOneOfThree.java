package io.mainstay.benchmarks;

import io.mainstay.benchmarks.MainstayServer.Instance;
import io.mainstay.probes.load.LoadClient;
import io.mainstay.probes.load.LoadPlan;
import io.mainstay.probes.load.LoadSample;
import io.mainstay.probes.load.LoadSample.Outcome;
import io.mainstay.server.drill.Breaker;
import io.mainstay.server.drill.GroupSignals;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * {@code kill -9} of one of three serving instances (and one hot standby) under load: 32
 * connections without think time, 30 % POST, bodies of 100 B and 100 KiB. Argument: how often.
 */
public final class KillOneOfThree {
  private static final Duration AFTER = Duration.ofMillis(2500);

  private final Shop shop;
  private final MainstayServer server;
  private final ConcurrentLinkedQueue<LoadSample> samples = new ConcurrentLinkedQueue<>();
  private final Table table =
      new Table(
          "round",
          "victim",
          "dead ms",
          "requests",
          "GET failed",
          "POST failed",
          "cut",
          "bad status",
          "connects after death",
          "last after ms",
          "standby serves ms",
          "full strength ms");
  private final List<Double> standbyMillis = new ArrayList<>();
  private final List<Double> lastMillis = new ArrayList<>();
  private final List<Double> fullMillis = new ArrayList<>();
  private final Map<String, Integer> reasons = new TreeMap<>();
  private long getsFailed;
  private long cuts;

  private KillOneOfThree(Shop shop, MainstayServer server) {
    this.shop = shop;
    this.server = server;
  }

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
    Path folder = Files.createTempDirectory("mainstay-bench");
    Shop shop = new Shop(folder, Machine.port(8180));
    String yaml = shop.yaml(3, 1);
    System.out.println("# kill -9 of one of three under load");
    System.out.println("machine: " + Machine.describe());
    System.out.println("load: 32 connections, no think time, 30 % POST, bodies 100 B and 100 KiB,");
    System.out.println("every fourth GET's answer pauses for 30 ms when half of it is out");
    System.out.println(
        "times in the table from the kill; exit: when the victim's port was free again (dead)");
    System.out.println(yaml.replaceAll("run: .*", "run: (benchmarks.Backend)"));
    try (MainstayServer server = MainstayServer.up(folder, yaml, "")) {
      server.awaitStrength("shop", 3, 1, Duration.ofSeconds(60));
      KillOneOfThree bench = new KillOneOfThree(shop, server);
      bench.run(rounds);
    }
  }

  private void run(int rounds) throws Exception {
    LoadPlan plan = shop.load(new LoadPlan.Pace.Connections(32, Duration.ZERO), 0.3, "kill");
    try (LoadClient load = LoadClient.start(plan, samples::add)) {
      Thread.sleep(5000);
      for (int round = 1; round <= rounds; round++) {
        server.awaitStrength("shop", 3, 1, Duration.ofSeconds(60));
        Thread.sleep(1000);
        round(round);
      }
      load.stop(Duration.ofSeconds(30));
      System.out.print(table);
      System.out.println("\nall requests: " + load.report().sent());
    }
    print();
  }

  private void round(int round) throws Exception {
    List<Instance> before = serving();
    Instance victim = before.get(round % before.size());
    int port = Integer.parseInt(victim.address().substring(victim.address().indexOf(':') + 1));
    samples.clear();
    long killed = System.nanoTime();
    new GroupSignals().send(victim.pid(), Breaker.Signal.KILL);
    double dead;
    List<Long> connects;
    double full = Double.NaN;
    try (Tombstone tombstone = Tombstone.on(port)) {
      dead = millis(tombstone.boundAt() - killed);
      while (System.nanoTime() - killed < AFTER.toNanos()) {
        if (Double.isNaN(full) && isWhole(victim)) {
          full = millis(System.nanoTime() - killed);
        }
        Thread.sleep(10);
      }
      connects = List.copyOf(tombstone.connects());
    }
    while (Double.isNaN(full) && System.nanoTime() - killed < 60_000_000_000L) {
      full = isWhole(victim) ? millis(System.nanoTime() - killed) : full;
      Thread.sleep(10);
    }
    fullMillis.add(full);
    record(round, victim, before, killed, dead, connects, full);
  }

  private boolean isWhole(Instance victim) {
    return server
        .service("shop")
        .filter(now -> now.serving() >= 3 && now.standby() >= 1)
        .filter(now -> now.instances().stream().noneMatch(one -> one.pid() == victim.pid()))
        .isPresent();
  }

  private List<Instance> serving() {
    return server.service("shop").orElseThrow().instances().stream()
        .filter(one -> one.state().equals("serving"))
        .toList();
  }

  private void record(
      int round,
      Instance victim,
      List<Instance> before,
      long killed,
      double dead,
      List<Long> connects,
      double full) {
    int getFailed = 0;
    int postFailed = 0;
    int cut = 0;
    int bad = 0;
    double standby = Double.NaN;
    List<LoadSample> ended = samples.stream().filter(one -> one.end() > killed).toList();
    for (LoadSample sample : ended) {
      boolean get = sample.method().equals("GET");
      switch (sample.outcome()) {
        case OK -> {
          String by = sample.instance().orElse("");
          boolean fresh = before.stream().noneMatch(one -> one.id().equals(by));
          if (fresh && !(millis(sample.end() - killed) > standby)) {
            standby = millis(sample.end() - killed);
          }
        }
        case CUT -> cut++;
        case BAD_STATUS -> {
          bad++;
          getFailed += get ? 1 : 0;
          postFailed += get ? 0 : 1;
        }
        case FAILED_BEFORE -> {
          getFailed += get ? 1 : 0;
          postFailed += get ? 0 : 1;
        }
      }
      if (sample.outcome() != Outcome.OK) {
        reasons.merge(sample.method() + ": " + sample.detail(), 1, Integer::sum);
      }
    }
    getsFailed += getFailed;
    cuts += cut;
    double last = connects.stream().mapToDouble(at -> millis(at - killed)).max().orElse(dead);
    standbyMillis.add(standby - dead);
    lastMillis.add(last - dead);
    table.row(
        round,
        victim.id(),
        dead,
        ended.size(),
        getFailed,
        postFailed,
        cut,
        bad,
        connects.size(),
        last,
        standby,
        full);
  }

  private static double millis(long nanos) {
    return nanos / 1e6;
  }

  private void print() throws Exception {
    Map<String, Integer> posts = new TreeMap<>();
    for (Shop.Seen seen : shop.seen()) {
      if (seen.method().equals("POST")) {
        posts.merge(seen.id(), 1, Integer::sum);
      }
    }
    long twice = posts.values().stream().filter(count -> count > 1).count();
    System.out.println("GETs failed whose answer had not begun: " + getsFailed);
    System.out.println("answers cut after they had begun: " + cuts);
    System.out.println("POSTs seen twice: " + twice + " of " + posts.size());
    summary("last connect to the dead instance, ms after its exit", lastMillis);
    summary("first answer of the standby, ms after that exit", standbyMillis);
    summary("full strength, ms after the kill", fullMillis);
    reasons.forEach((reason, count) -> System.out.println("  " + count + " × " + reason));
  }

  private static void summary(String what, List<Double> values) {
    double worst = values.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    System.out.printf("%s: median %.1f, worst %.1f%n", what, Table.median(values), worst);
  }
}
