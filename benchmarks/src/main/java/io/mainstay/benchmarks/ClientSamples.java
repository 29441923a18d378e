package io.mainstay.benchmarks;

import io.mainstay.probes.load.LoadSample;
import io.mainstay.probes.load.LoadSample.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What the clients on a host saw, in the order of the ends of requests. Times are monotonic
 * nanoseconds of this machine, which all processes share.
 */
final class ClientSamples {
  /** One request through one gateway. */
  record Seen(String gateway, LoadSample sample) {
    boolean isOk() {
      return sample.outcome() == Outcome.OK;
    }

    boolean isGet() {
      return sample.method().equals("GET");
    }

    /** No answer, or one that is an error: what began and was cut is counted apart. */
    boolean isFailed() {
      return sample.outcome() == Outcome.FAILED_BEFORE || sample.outcome() == Outcome.BAD_STATUS;
    }

    double millis() {
      return (sample.end() - sample.due()) / 1e6;
    }
  }

  private final List<Seen> all;

  private ClientSamples(List<Seen> all) {
    this.all = all;
  }

  static ClientSamples read(Path file) throws IOException {
    List<Seen> all = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String[] words = line.split("\t", -1);
      all.add(
          new Seen(
              words[0],
              new LoadSample(
                  "",
                  words[3],
                  Long.parseLong(words[1]),
                  Long.parseLong(words[2]),
                  Outcome.valueOf(words[4]),
                  Integer.parseInt(words[5]),
                  words[6].equals("-") ? Optional.empty() : Optional.of(words[6]),
                  words[7])));
    }
    all.sort(Comparator.comparingLong(seen -> seen.sample().end()));
    return new ClientSamples(all);
  }

  ClientSamples through(Predicate<String> gateway) {
    return new ClientSamples(all.stream().filter(seen -> gateway.test(seen.gateway())).toList());
  }

  /** Those that ended from a moment on. */
  ClientSamples from(long nanos) {
    return new ClientSamples(all.stream().filter(seen -> seen.sample().end() >= nanos).toList());
  }

  /** Those that ended before a moment. */
  ClientSamples until(long nanos) {
    return new ClientSamples(all.stream().filter(seen -> seen.sample().end() < nanos).toList());
  }

  long count(Predicate<Seen> condition) {
    return all.stream().filter(condition).count();
  }

  /** The longest time between two good answers through the same gateway, in milliseconds. */
  double longestGap() {
    double longest = 0;
    Map<String, Long> last = new TreeMap<>();
    for (Seen seen : all) {
      if (seen.isOk()) {
        Long before = last.put(seen.gateway(), seen.sample().end());
        longest =
            before == null ? longest : Math.max(longest, (seen.sample().end() - before) / 1e6);
      }
    }
    return longest;
  }

  /** The slowest good answer, in milliseconds. */
  double slowest() {
    return slowest(_ -> true);
  }

  /** The slowest good answer of a kind, in milliseconds. */
  double slowest(Predicate<Seen> condition) {
    return all.stream()
        .filter(Seen::isOk)
        .filter(condition)
        .mapToDouble(Seen::millis)
        .max()
        .orElse(Double.NaN);
  }

  /** When the last request was due that failed or took longer than that. */
  OptionalLong lastTroubled(double millis) {
    return all.stream()
        .filter(seen -> !seen.isOk() || seen.millis() > millis)
        .mapToLong(seen -> seen.sample().due())
        .max();
  }

  /** Who gave good answers. */
  Set<String> answering() {
    Set<String> names = new TreeSet<>();
    for (Seen seen : all) {
      if (seen.isOk()) {
        seen.sample().instance().ifPresent(names::add);
      }
    }
    return names;
  }

  /** The first good answer of a kind. */
  Optional<Seen> first(Predicate<Seen> condition) {
    return all.stream().filter(Seen::isOk).filter(condition).findFirst();
  }

  /** The first good answer of somebody who is not in that set. */
  Optional<Seen> firstOfOthers(Set<String> known) {
    return all.stream()
        .filter(Seen::isOk)
        .filter(seen -> seen.sample().instance().filter(name -> !known.contains(name)).isPresent())
        .findFirst();
  }

  /** What went wrong, with its count. */
  Map<String, Integer> reasons() {
    Map<String, Integer> reasons = new TreeMap<>();
    for (Seen seen : all) {
      if (!seen.isOk()) {
        LoadSample sample = seen.sample();
        String what = sample.method() + " " + sample.outcome() + " " + sample.status();
        reasons.merge(what + " " + sample.detail(), 1, Integer::sum);
      }
    }
    return reasons;
  }
}
