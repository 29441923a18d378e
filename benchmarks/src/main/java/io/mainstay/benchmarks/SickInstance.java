package io.mainstay.benchmarks;

import io.mainstay.benchmarks.MainstayServer.Instance;
import io.mainstay.probes.load.LoadClient;
import io.mainstay.probes.load.LoadPlan;
import io.mainstay.probes.load.LoadSample;
import io.mainstay.server.drill.Breaker;
import io.mainstay.server.drill.GroupSignals;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One of three instances hangs, resets, truncates, answers garbage or 500s, or is stopped, while
 * its check stays green; at 50 requests a second. How long until it gets no more requests?
 * Arguments: {@code REPEATS REQUESTS-PER-SECOND POST-SHARE}.
 */
public final class SickInstance {
  private static final Duration WATCH = Duration.ofSeconds(4);

  private final Shop shop;
  private final MainstayServer server;
  private final int perSecond;
  private final double postShare;
  private final HttpClient client = HttpClient.newHttpClient();
  private final ConcurrentLinkedQueue<LoadSample> samples = new ConcurrentLinkedQueue<>();
  private final Table table =
      new Table(
          "sickness",
          "victim",
          "last request ms",
          "ejected event ms",
          "requests it got",
          "answered badly",
          "worst latency ms",
          "restored");

  private SickInstance(Shop shop, MainstayServer server, int perSecond, double postShare) {
    this.shop = shop;
    this.server = server;
    this.perSecond = perSecond;
    this.postShare = postShare;
  }

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    int repeats = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    int perSecond = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 50;
    double postShare = arguments.length > 2 ? Double.parseDouble(arguments[2]) : 0.3;
    Path folder = Files.createTempDirectory("mainstay-bench");
    Shop shop = new Shop(folder, Machine.port(8280));
    String yaml = shop.yaml(3, 0);
    System.out.println("# One of three is sick while its check stays green");
    System.out.println("machine: " + Machine.describe());
    System.out.printf(
        Locale.ROOT, "load: open loop, %d requests/s, %.0f %% POST%n", perSecond, postShare * 100);
    System.out.println("times from the moment at which the instance was told to be sick");
    System.out.println(yaml.replaceAll("run: .*", "run: (benchmarks.Backend)"));
    try (MainstayServer server = MainstayServer.up(folder, yaml, "")) {
      server.awaitStrength("shop", 3, 0, Duration.ofSeconds(60));
      SickInstance bench = new SickInstance(shop, server, perSecond, postShare);
      bench.run(repeats);
    }
  }

  private void run(int repeats) throws Exception {
    LoadPlan plan = shop.load(new LoadPlan.Pace.Rate(perSecond), postShare, "sick");
    try (LoadClient load = LoadClient.start(plan, samples::add)) {
      Thread.sleep(12_000);
      for (int repeat = 0; repeat < repeats; repeat++) {
        for (Backend.Mode mode : Backend.Mode.values()) {
          if (mode != Backend.Mode.OK) {
            one(mode.name().toLowerCase(Locale.ROOT), repeat);
          }
        }
        one("stop", repeat);
      }
      load.stop(Duration.ofSeconds(45));
    }
    System.out.print(table);
  }

  private void one(String sickness, int repeat) throws Exception {
    List<Instance> serving =
        server.service("shop").orElseThrow().instances().stream()
            .filter(one -> one.state().equals("serving"))
            .toList();
    Instance victim = serving.get(repeat % serving.size());
    String cursor = server.newestEvent();
    samples.clear();
    infect(victim, sickness);
    long begun = System.nanoTime();
    Instant begunAt = Instant.now();
    Thread.sleep(WATCH);
    List<Shop.Seen> got =
        shop.seen(victim.id(), victim.pid()).stream()
            .filter(seen -> seen.nanos() > begun && seen.nanos() - begun < WATCH.toNanos())
            .toList();
    List<LoadSample> bad =
        samples.stream().filter(one -> one.outcome() != LoadSample.Outcome.OK).toList();
    double worst =
        samples.stream()
            .filter(one -> one.outcome() == LoadSample.Outcome.OK)
            .mapToDouble(one -> (one.end() - one.due()) / 1e6)
            .max()
            .orElse(Double.NaN);
    Optional<Instant> ejected = server.event(cursor, "outlier-ejected", victim.id());
    infect(victim, "ok");
    boolean restored = awaitRestored(cursor, victim);
    Object last = got.isEmpty() ? "-" : (got.getLast().nanos() - begun) / 1e6;
    table.row(
        sickness,
        victim.id(),
        sickness.equals("stop") ? "-" : last,
        ejected.map(at -> "" + Duration.between(begunAt, at).toMillis()).orElse("never"),
        got.size(),
        bad.size(),
        worst,
        restored);
    System.out.println("done: " + sickness + " " + victim.id());
    // Ejections are forgotten after ten seconds in good health.
    Thread.sleep(12_000);
  }

  private void infect(Instance victim, String sickness) throws Exception {
    if (sickness.equals("stop")) {
      new GroupSignals().send(victim.pid(), Breaker.Signal.STOP);
      return;
    }
    new GroupSignals().send(victim.pid(), Breaker.Signal.CONTINUE);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + victim.address() + "/mode/" + sickness))
            .POST(HttpRequest.BodyPublishers.noBody())
            .timeout(Duration.ofSeconds(5))
            .build();
    client.send(request, HttpResponse.BodyHandlers.discarding());
  }

  private boolean awaitRestored(String cursor, Instance victim) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() - end < 0) {
      if (server.event(cursor, "outlier-restored", victim.id()).isPresent()) {
        return true;
      }
      Thread.sleep(100);
    }
    return false;
  }
}
