package io.mainstay.simulator;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Runs worlds from the command line: {@code --seed N} (default 1), {@code --count N} (default 1),
 * {@code --verbose} (the last lines of the trace, {@code --lines N} of them). Exit code 1 if one of
 * them fails.
 */
public final class Simulate {
  private Simulate() {}

  /** See the class. */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    long seed = 1;
    long count = 1;
    int nodes = 1;
    boolean verbose = false;
    int lines = 400;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--seed" -> seed = Long.parseLong(arguments[++i]);
        case "--nodes" -> nodes = Integer.parseInt(arguments[++i]);
        case "--count", "--seeds" -> count = Long.parseLong(arguments[++i]);
        case "--verbose" -> verbose = true;
        case "--lines" -> lines = Integer.parseInt(arguments[++i]);
        default -> {
          out.println(
              "unknown: " + arguments[i] + " (expected: --seed, --count, --verbose, --lines)");
          System.exit(2);
        }
      }
    }
    boolean failed = false;
    Map<Sometimes.State, Integer> reached = new EnumMap<>(Sometimes.State.class);
    for (long next = seed; next < seed + count; next++) {
      Simulation.Result result =
          new Simulation(next, nodes, Variation.NONE, verbose ? lines : 0).run();
      print(out, result, verbose);
      result.sometimes().forEach((state, times) -> reached.merge(state, times, Integer::sum));
      failed |= result.violation().isPresent();
    }
    if (count > 1) {
      out.println("reached " + reached);
    }
    System.exit(failed ? 1 : 0);
  }

  private static void print(PrintStream out, Simulation.Result result, boolean verbose) {
    if (verbose) {
      result.tail().forEach(out::println);
    }
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
