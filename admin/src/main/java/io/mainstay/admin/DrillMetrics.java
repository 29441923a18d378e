package io.mainstay.admin;

import io.mainstay.model.state.DrillRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the drills came to that are kept: the last of each in full, and how many there were. */
final class DrillMetrics {
  private static final double NANOS_A_SECOND = 1e9;
  private static final double MILLIS_A_SECOND = 1e3;

  private DrillMetrics() {}

  /**
   * Adds them.
   *
   * @param drills the newest first
   */
  static void collect(MetricFamilies families, List<DrillRecord> drills) {
    Map<List<String>, DrillRecord> newest = new LinkedHashMap<>();
    Map<List<String>, Integer> kept = new LinkedHashMap<>();
    for (DrillRecord drill : drills) {
      String name = drill.name().orElse(drill.kind().label());
      List<String> labels = List.of("service", drill.service().value(), "drill", name);
      newest.putIfAbsent(labels, drill);
      kept.merge(withResult(labels, "passed"), drill.passed() ? 1 : 0, Integer::sum);
      kept.merge(withResult(labels, "failed"), drill.passed() ? 0 : 1, Integer::sum);
    }
    kept.forEach((labels, count) ->
        gauge(
            families,
            "mainstay_drill_kept",
            "Drills of the history of this machine.",
            count,
            labels));
    newest.forEach((labels, drill) -> last(families, labels, drill));
  }

  private static List<String> withResult(List<String> labels, String result) {
    return Stream.concat(labels.stream(), Stream.of("result", result)).toList();
  }

  private static void last(MetricFamilies families, List<String> labels, DrillRecord drill) {
    gauge(
        families,
        "mainstay_drill_last_passed",
        "Whether the last one passed.",
        drill.passed() ? 1 : 0,
        labels);
    gauge(
        families,
        "mainstay_drill_last_timestamp_seconds",
        "When the last one began.",
        drill.began().toEpochMilli() / MILLIS_A_SECOND,
        labels);
    drill
        .report()
        .flatMap(report -> report.recovery())
        .ifPresent(recovery ->
            gauge(
                families,
                "mainstay_drill_last_recovery_seconds",
                "From the mending of the last one until all was as before.",
                recovery.toNanos() / NANOS_A_SECOND,
                labels));
  }

  private static void gauge(
      MetricFamilies families, String name, String help, double value, List<String> labels) {
    families.gauge(name, help, value, labels.toArray(String[]::new));
  }
}
