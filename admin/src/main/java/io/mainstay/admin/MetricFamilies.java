package io.mainstay.admin;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Gathers values into families, for one scrape. One thread. */
final class MetricFamilies {
  private final SequencedMap<String, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();
  private final SequencedMap<String, CounterSnapshot.Builder> counters = new LinkedHashMap<>();

  private final SequencedMap<String, HistogramSnapshot.Builder> histograms = new LinkedHashMap<>();

  private final List<InfoSnapshot> infos = new ArrayList<>();

  /** A value that goes up and down. */
  void gauge(String name, String help, double value, String... labels) {
    gauges
        .computeIfAbsent(name, key -> GaugeSnapshot.builder().name(key).help(help))
        .dataPoint(GaugeDataPointSnapshot.builder().labels(Labels.of(labels)).value(value).build());
  }

  /** A value that only grows; {@code _total} is added to the name. */
  void counter(String name, String help, double value, String... labels) {
    counters
        .computeIfAbsent(name, key -> CounterSnapshot.builder().name(key).help(help))
        .dataPoint(
            CounterDataPointSnapshot.builder().labels(Labels.of(labels)).value(value).build());
  }

  /**
   * A distribution.
   *
   * @param bounds upper bounds of the buckets but the last, rising
   * @param counts one a bucket, not cumulated; one more than bounds
   */
  void histogram(
      String name,
      String help,
      List<Double> bounds,
      List<Long> counts,
      double sum,
      String... labels) {
    List<Double> all = new ArrayList<>(bounds);
    all.add(Double.POSITIVE_INFINITY);
    histograms
        .computeIfAbsent(name, key -> HistogramSnapshot.builder().name(key).help(help))
        .dataPoint(
            HistogramDataPointSnapshot.builder()
                .labels(Labels.of(labels))
                .classicHistogramBuckets(ClassicHistogramBuckets.of(all, counts))
                .sum(sum)
                .build());
  }

  /** Facts in labels; {@code _info} is added to the name, and the value is always 1. */
  void info(String name, String help, String... labels) {
    infos.add(
        InfoSnapshot.builder()
            .name(name)
            .help(help)
            .dataPoint(InfoDataPointSnapshot.builder().labels(Labels.of(labels)).build())
            .build());
  }

  /** All of them, sorted by name. */
  MetricSnapshots snapshots() {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    gauges.values().forEach(gauge -> all.metricSnapshot(gauge.build()));
    counters.values().forEach(counter -> all.metricSnapshot(counter.build()));
    histograms.values().forEach(histogram -> all.metricSnapshot(histogram.build()));
    infos.forEach(all::metricSnapshot);
    return all.build();
  }
}
