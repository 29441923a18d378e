package io.mainstay.simulator;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs worlds from the command line: {@code --seed N} the first (default 1), {@code --seeds N} how
 * many (default 1), {@code --nodes N} machines (default: drawn by the seed, four of five worlds
 * have one), {@code --threads N}, {@code --brief} (failures and sums only), {@code --verbose} (the
 * last lines of the trace, {@code --lines N} of them). Exit code 1 if one of them fails.
 */
public final class Simulate {
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final Map<Sometimes.State, Integer> reached = new EnumMap<>(Sometimes.State.class);
  private long first = 1;
  private int count = 1;
  private int nodes;
  private int threads = 1;
  private int lines = 400;
  private boolean verbose;
  private boolean brief;
  private int failures;
  private long events;
  private long virtualSeconds;

  private Simulate() {}

  /** See the class. */
  public static void main(String[] arguments) throws InterruptedException, ExecutionException {
    Simulate simulate = new Simulate();
    if (!simulate.read(arguments)) {
      System.exit(2);
    }
    simulate.run();
    System.exit(simulate.failures > 0 ? 1 : 0);
  }

  private boolean read(String[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--seed" -> first = Long.parseLong(arguments[++i]);
        case "--count", "--seeds" -> count = Integer.parseInt(arguments[++i]);
        case "--nodes" -> nodes = Integer.parseInt(arguments[++i]);
        case "--threads" -> threads = Integer.parseInt(arguments[++i]);
        case "--lines" -> lines = Integer.parseInt(arguments[++i]);
        case "--verbose" -> verbose = true;
        case "--brief" -> brief = true;
        default -> {
          out.println(
              "unknown: "
                  + arguments[i]
                  + " (expected: --seed, --seeds, --nodes, --threads, --brief, --verbose,"
                  + " --lines)");
          return false;
        }
      }
    }
    return true;
  }

  /** Four of five worlds have one machine, the fifth two to five. */
  static int nodesOf(long seed) {
    return seed % 5 == 0 ? (int) (2 + seed / 5 % 4) : 1;
  }

  private void run() throws InterruptedException, ExecutionException {
    long begun = System.nanoTime();
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      List<Future<Simulation.Result>> results = new ArrayList<>(count);
      for (long seed = first; seed < first + count; seed++) {
        long of = seed;
        results.add(workers.submit(() -> world(of)));
      }
      for (int i = 0; i < count; i++) {
        take(results.get(i).get());
        results.set(i, null);
      }
    }
    if (count > 1) {
      out.printf(
          Locale.ROOT,
          "%d worlds, %d failed, %d events, %d h of virtual time, %.1f s%n",
          count,
          failures,
          events,
          virtualSeconds / 3600,
          (System.nanoTime() - begun) / 1e9);
      reached.forEach((state, times) -> out.printf(Locale.ROOT, "%10d %s%n", times, state));
    }
  }

  private Simulation.Result world(long seed) {
    int machines = nodes == 0 ? nodesOf(seed) : nodes;
    return new Simulation(seed, machines, Variation.NONE, verbose ? lines : 0).run();
  }

  private void take(Simulation.Result result) {
    result.sometimes().forEach((state, times) -> reached.merge(state, times, Integer::sum));
    failures += result.violation().isPresent() ? 1 : 0;
    events += result.events();
    virtualSeconds += result.virtual().toSeconds();
    if (verbose) {
      result.tail().forEach(out::println);
    }
    if (!brief || result.violation().isPresent()) {
      out.println(
          String.format(
              Locale.ROOT,
              "seed %d nodes %d %s events %d virtual %ds %s",
              result.seed(),
              result.nodes(),
              result.hash(),
              result.events(),
              result.virtual().toSeconds(),
              result
                  .violation()
                  .map(what -> "FAILED: " + what + "\n  again: " + result.replay())
                  .orElse("ok")));
    }
  }
}
