package io.mainstay.probes.load;

import io.mainstay.probes.load.LoadSample.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Sums up samples in bounded memory. Any thread. */
public final class LoadRecorder {
  /** Failures that are kept one by one. */
  public static final int MOST_FAILURES = 1000;

  /** Different instances and reasons that are counted; the rest goes under "other". */
  public static final int MOST_NAMES = 200;

  private final LatencyHistogram latencies = new LatencyHistogram();
  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private final SequencedMap<String, Long> instances = new LinkedHashMap<>();
  private final SequencedMap<String, Long> reasons = new LinkedHashMap<>();
  private final List<LoadSample> failures = new ArrayList<>();
  private long postsFailedBefore;
  private long skipped;

  /** A recorder that has seen nothing. */
  public LoadRecorder() {}

  /** Counts a request that ended. */
  public void record(LoadSample sample) {
    if (sample.outcome() == Outcome.OK) {
      latencies.record(sample.end() - sample.due());
    }
    synchronized (this) {
      outcomes.merge(sample.outcome(), 1L, Long::sum);
      if (sample.outcome() == Outcome.OK) {
        count(instances, sample.instance().orElse("unnamed"));
        return;
      }
      count(reasons, sample.method() + ": " + sample.detail());
      if (sample.outcome() == Outcome.FAILED_BEFORE && sample.method().equals("POST")) {
        postsFailedBefore++;
      }
      if (failures.size() < MOST_FAILURES) {
        failures.add(sample);
      }
    }
  }

  /** Counts a request that was due and not sent. */
  public synchronized void skipped() {
    skipped++;
  }

  private static void count(SequencedMap<String, Long> counts, String name) {
    boolean known = counts.size() < MOST_NAMES || counts.containsKey(name);
    counts.merge(known ? name : "other", 1L, Long::sum);
  }

  /** What was seen so far. */
  public synchronized LoadReport report() {
    SequencedMap<String, Long> sorted = new LinkedHashMap<>();
    reasons.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    long sent = outcomes.values().stream().mapToLong(Long::longValue).sum();
    return new LoadReport(
        sent,
        outcomes.getOrDefault(Outcome.OK, 0L),
        outcomes.getOrDefault(Outcome.BAD_STATUS, 0L),
        outcomes.getOrDefault(Outcome.FAILED_BEFORE, 0L) - postsFailedBefore,
        postsFailedBefore,
        outcomes.getOrDefault(Outcome.CUT, 0L),
        skipped,
        instances,
        sorted,
        failures,
        latencies.quantile(0.5),
        latencies.quantile(0.99),
        latencies.quantile(1));
  }
}
