package io.mainstay.admin;

import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * The page {@code /metrics}: what status and signals say at the moment of the scrape, and how many
 * events of each kind there were. Labels are bounded by the file: services, instances, states.
 */
final class Metrics implements AutoCloseable {
  private final AdminOptions options;
  private final AdminPorts ports;
  private final Map<EventKind, LongAdder> counts = new EnumMap<>(EventKind.class);
  private final SubjectCounts subjects = new SubjectCounts();
  private final AutoCloseable subscription;

  Metrics(AdminOptions options, AdminPorts ports) {
    this.options = options;
    this.ports = ports;
    for (EventKind kind : EventKind.values()) {
      counts.put(kind, new LongAdder());
    }
    this.subscription = ports.events().subscribe(this::count);
  }

  private void count(Event event) {
    Objects.requireNonNull(counts.get(event.kind())).increment();
    subjects.count(event);
  }

  /** Prometheus text, or OpenMetrics if the scraper accepts it. */
  Response page(Request request) throws IOException {
    request.allowQuery(List.of());
    String accept = request.header("Accept").orElse("");
    ExpositionFormatWriter writer =
        accept.contains("application/openmetrics-text")
            ? OpenMetricsTextFormatWriter.create()
            : PrometheusTextFormatWriter.create();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(16 * 1024);
    writer.write(bytes, snapshot());
    return new Response.Whole(200, writer.getContentType(), bytes.toByteArray());
  }

  private MetricSnapshots snapshot() {
    MetricFamilies families = new MetricFamilies();
    ServerMetrics.collect(families, options, ports);
    counts.forEach((kind, count) ->
        families.counter(
            "mainstay_events",
            "Events since this server began, by kind.",
            count.doubleValue(),
            "kind",
            kind.label()));
    StatusMetrics.collect(families, ports.control().status());
    SignalMetrics.collect(families, ports.signals().signals());
    DrillMetrics.collect(families, ports.drills().history());
    TrafficMetrics.collect(families, ports.traffic().traffic());
    subjects.collect(families);
    return families.snapshots();
  }

  @Override
  public void close() {
    try {
      subscription.close();
    } catch (Exception e) {
      throw new IllegalStateException("the subscription of the metrics cannot be ended", e);
    }
  }
}
