package io.mainstay.model.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What came of a run.
 *
 * @param seed of it
 * @param length of it
 * @param services in file order
 * @param claims what must hold in every run, in order
 * @param broken which of them did not, and how
 * @param expectations what was expected, in order
 */
public record Ending(
    long seed,
    Duration length,
    List<Service> services,
    List<String> claims,
    Optional<String> broken,
    List<Checked> expectations) {
  /** Copies the lists. */
  public Ending {
    services = List.copyOf(services);
    claims = List.copyOf(claims);
    expectations = List.copyOf(expectations);
  }

  /**
   * One service.
   *
   * @param name of it
   * @param requests that clients sent
   * @param failed of them
   * @param gap the longest time in which requests waited and none was answered
   * @param restarts of instances
   * @param promotions of standbys
   * @param serving at the end, at the gateway that sees the fewest
   */
  public record Service(
      String name,
      long requests,
      long failed,
      Duration gap,
      long restarts,
      long promotions,
      int serving) {}

  /**
   * One expectation.
   *
   * @param words what was expected
   * @param missed what was found instead; empty: it was met
   */
  public record Checked(String words, Optional<String> missed) {}

  /** Whether nothing is broken and everything is as expected. */
  public boolean isGood() {
    return broken.isEmpty() && missed() == 0;
  }

  /** How many expectations were not met. */
  public long missed() {
    return expectations.stream().filter(one -> one.missed().isPresent()).count();
  }

  /** A table and what was expected, for a person. */
  public List<String> describe() {
    List<String> lines = new ArrayList<>();
    String form = "%-14s %9s %7s %12s %9s %11s %8s";
    lines.add(
        String.format(
            Locale.ROOT,
            form,
            "service",
            "requests",
            "failed",
            "longest gap",
            "restarts",
            "promotions",
            "serving"));
    for (Service one : services) {
      lines.add(
          String.format(
              Locale.ROOT,
              form,
              one.name(),
              one.requests(),
              one.failed(),
              one.requests() == 0 ? "-" : gap(one.gap()),
              one.restarts(),
              one.promotions(),
              one.serving()));
    }
    lines.add("");
    lines.add(
        broken.map(what -> "broken: " + what).orElse("invariants: all " + claims.size() + " held"));
    for (Checked one : expectations) {
      lines.add(
          one.missed()
              .map(found -> "NOT MET: " + one.words() + ": " + found)
              .orElse("met: " + one.words()));
    }
    return lines;
  }

  private static String gap(Duration gap) {
    return gap.toMillis() < 1000
        ? gap.toMillis() + " ms"
        : String.format(Locale.ROOT, "%.1f s", gap.toMillis() / 1000.0);
  }
}
