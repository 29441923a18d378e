package io.mainstay.benchmarks;

import io.mainstay.benchmarks.MainstayServer.Instance;
import io.mainstay.model.Address;
import io.mainstay.probes.load.LoadClient;
import io.mainstay.probes.load.LoadPlan;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Every check is green, the business is broken: how long until the culprit is named, and is it the
 * right one? A shop of three asks payments of three, users buy at a rate, a transaction buys once a
 * second. Faults: one instance of the shop loses what is bought; all do; payments do; the shop
 * never asks for one payment in twenty; one instance of the shop takes twenty times as long.
 * Arguments: {@code REPEATS REQUESTS-PER-SECOND [FAULT]}.
 */
public final class BusinessFaults {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> FAULTS =
      List.of("one-instance", "whole-service", "dependency", "silent-loss", "slow");

  private final MainstayServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Table table =
      new Table(
          "fault", "run", "named", "right", "named s", "relief", "relief s", "harmed", "well s");
  private final Map<String, List<Double>> namedAfter = new LinkedHashMap<>();
  private final Map<String, List<Double>> harmedBy = new LinkedHashMap<>();
  private final Map<String, Integer> right = new LinkedHashMap<>();

  private BusinessFaults(MainstayServer server) {
    this.server = server;
  }

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    int repeats = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    int perSecond = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
    List<String> faults = arguments.length > 2 ? List.of(arguments[2]) : FAULTS;
    Path folder = Files.createTempDirectory("mainstay-bench");
    int shop = Machine.port(8380);
    int payments = Machine.port(8381);
    String yaml = yaml(shop, payments);
    System.out.println("# Green checks, broken business");
    System.out.println("machine: " + Machine.describe());
    System.out.println("load: open loop, " + perSecond + " purchases a second");
    System.out.println("times from the moment at which the services were told to be wrong");
    System.out.println(yaml.replaceAll("run: .*", "run: (benchmarks.Till)"));
    try (MainstayServer server = MainstayServer.up(folder, yaml, "")) {
      server.awaitStrength("shop", 3, 0, Duration.ofSeconds(90));
      BusinessFaults bench = new BusinessFaults(server);
      bench.run(faults, repeats, plan(shop, perSecond));
    }
  }

  private static String yaml(int shop, int payments) throws URISyntaxException {
    return """
    services:
      shop:
        run: %s
        listen: "127.0.0.1:%d"
        health: /healthz
        replicas: 3
        depends-on: [payments]
        fallback: shop-lite
        restore: {after: 2, share: [100%%], every: 1s}
        transactions:
          buy:
            every: 1s
            within: 3s
            fall: 2
            steps:
              - http: POST /buy
                within: 250ms
                expect: {status: 200, json: {$.state: paid}}
        flows:
          pay:
            when: {requests: POST /buy, status: 200-299, key: "header X-Load-Id"}
            then: {service: payments, requests: POST /pay, key: "header X-Load-Id"}
            within: 1s
            at-least: 99%%
            min-samples: 50
      payments:
        run: %s
        listen: "127.0.0.1:%d"
        health: /healthz
        replicas: 3
        fallback: payments-lite
        restore: {after: 2, share: [100%%], every: 1s}
      shop-lite: {run: %s, health: /healthz}
      payments-lite: {run: %s, health: /healthz}
    """
        .formatted(
            command("127.0.0.1:" + payments),
            shop,
            command(""),
            payments,
            command(""),
            command(""));
  }

  private static String command(String argument) throws URISyntaxException {
    StringBuilder words = new StringBuilder();
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    all.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m", "-cp"));
    all.add(jar(Till.class) + ":" + jar(LoadClient.class));
    all.add(Till.class.getName());
    if (!argument.isEmpty()) {
      all.add(argument);
    }
    all.forEach(word -> words.append(words.isEmpty() ? "" : ", ").append('"' + word + '"'));
    return "[" + words + "]";
  }

  private static Path jar(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static LoadPlan plan(int shop, int perSecond) {
    return new LoadPlan(
        new Address("127.0.0.1", shop),
        false,
        "127.0.0.1:" + shop,
        new LoadPlan.Pace.Rate(perSecond),
        List.of("/healthz"),
        1,
        List.of("/buy"),
        List.of(10),
        Duration.ofSeconds(20),
        "till");
  }

  private void run(List<String> faults, int repeats, LoadPlan plan) throws Exception {
    try (LoadClient load = LoadClient.start(plan)) {
      Thread.sleep(15_000);
      awaitWell();
      for (int run = 0; run < repeats; run++) {
        for (String fault : faults) {
          one(fault, run);
        }
      }
      load.stop(Duration.ofSeconds(25));
    }
    System.out.print(table);
    System.out.println();
    Table sums =
        new Table("fault", "runs", "right culprit", "named median s", "worst s", "harmed median");
    for (String fault : faults) {
      List<Double> times = namedAfter.getOrDefault(fault, List.of()).stream().sorted().toList();
      List<Double> harm = harmedBy.getOrDefault(fault, List.of()).stream().sorted().toList();
      sums.row(
          fault,
          repeats,
          right.getOrDefault(fault, 0),
          times.isEmpty() ? "-" : times.get(times.size() / 2),
          times.isEmpty() ? "-" : times.getLast(),
          harm.isEmpty() ? "-" : harm.get(harm.size() / 2));
    }
    System.out.print(sums);
  }

  private void one(String fault, int run) throws Exception {
    String service = fault.equals("dependency") ? "payments" : "shop";
    String mode =
        switch (fault) {
          case "silent-loss" -> "drop";
          case "slow" -> "slow";
          default -> "lost";
        };
    List<Instance> all = instances(service);
    boolean single = fault.equals("one-instance") || fault.equals("slow");
    List<Instance> victims = single ? List.of(all.get(run % all.size())) : all;
    String expected = single ? victims.getFirst().id() : service;
    String cursor = server.newestEvent();
    Instant begun = Instant.now();
    for (Instance victim : victims) {
      call(victim, "POST", "/mode/" + mode);
    }
    Optional<JsonNode> named =
        awaitEvent(cursor, fault.equals("silent-loss") ? "flow-failed" : "blamed");
    Optional<JsonNode> relief =
        fault.equals("silent-loss")
            ? Optional.empty()
            : awaitEvent(cursor, single ? "instance-isolated" : "diverted");
    String culprit = named.map(event -> culprit(event, fault)).orElse("nobody");
    long harmed = 0;
    for (Instance victim : victims) {
      harmed += Long.parseLong(call(victim, "GET", "/harmed"));
    }
    for (Instance victim : victims) {
      call(victim, "POST", "/mode/works");
    }
    Instant mended = Instant.now();
    if (relief.isPresent() && single) {
      release(expected);
    }
    awaitWell();
    boolean good = culprit.equals(expected);
    if (good) {
      right.merge(fault, 1, Integer::sum);
    }
    named.ifPresent(event ->
        namedAfter.computeIfAbsent(fault, _ -> new ArrayList<>()).add(seconds(begun, event)));
    harmedBy.computeIfAbsent(fault, _ -> new ArrayList<>()).add((double) harmed);
    table.row(
        fault,
        run,
        culprit,
        good,
        named.map(event -> (Object) seconds(begun, event)).orElse("never"),
        relief.map(event -> event.path("kind").asString()).orElse("-"),
        relief.map(event -> (Object) seconds(begun, event)).orElse("-"),
        harmed,
        Duration.between(mended, Instant.now()).toMillis() / 1000.0);
    System.out.println("done: " + fault + " " + run + ": " + culprit);
  }

  private static String culprit(JsonNode event, String fault) {
    if (fault.equals("silent-loss")) {
      String suspect = event.path("evidence").path("suspect").asString("");
      return suspect.isEmpty() ? event.path("reason").asString() : suspect;
    }
    String instance = event.path("instance").asString("");
    return instance.isEmpty() ? event.path("service").asString() : instance;
  }

  private static double seconds(Instant begun, JsonNode event) {
    Instant at = Instant.parse(event.path("time").asString());
    return Duration.between(begun, at).toMillis() / 1000.0;
  }

  private List<Instance> instances(String service) {
    return server.service(service).orElseThrow().instances().stream()
        .filter(one -> one.state().equals("serving"))
        .toList();
  }

  private Optional<JsonNode> awaitEvent(String cursor, String kind) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - end < 0) {
      JsonNode events = server.get("/api/v1/events?limit=1000&after=" + cursor);
      if (events != null) {
        for (JsonNode event : events.path("events")) {
          if (event.path("kind").asString().equals(kind)) {
            return Optional.of(event);
          }
        }
      }
      Thread.sleep(100);
    }
    return Optional.empty();
  }

  private void release(String instance) throws Exception {
    Process process =
        new ProcessBuilder(
                MainstayServer.launcher().toString(),
                "release",
                instance,
                "--admin",
                server.address())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.waitFor();
  }

  /** All serve, transactions and flows pass, nothing is diverted. */
  private void awaitWell() throws InterruptedException {
    Machine.await(
        "all to be well",
        Duration.ofMinutes(5),
        () -> {
          JsonNode status = server.get("/api/v1/status");
          if (status == null) {
            return false;
          }
          for (JsonNode service : status.path("services")) {
            boolean well = service.path("verdict").asString().equals("healthy");
            for (JsonNode flow : service.path("flows")) {
              well &= flow.path("health").asString().equals("passing");
            }
            if (!well) {
              return false;
            }
          }
          return true;
        });
  }

  private String call(Instance instance, String method, String path)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + instance.address() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(Duration.ofSeconds(5))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }
}
