package io.mainstay.admin;

import io.mainstay.model.state.DrillRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    Map<List<String>, Long> passed = new LinkedHashMap<>();
    Map<List<String>, Long> failed = new LinkedHashMap<>();
    for (DrillRecord drill : drills) {
      List<String> key =
          List.of(drill.service().value(), drill.name().orElse(drill.kind().label()));
      newest.putIfAbsent(key, drill);
      passed.merge(key, drill.passed() ? 1L : 0L, Long::sum);
      failed.merge(key, drill.passed() ? 0L : 1L, Long::sum);
    }
    newest.forEach((key, drill) -> {
      String service = key.getFirst();
      String name = key.getLast();
      families.gauge(
          "mainstay_drill_kept",
          "Drills of the history of this machine.",
          passed.getOrDefault(key, 0L),
          "service",
          service,
          "drill",
          name,
          "result",
          "passed");
      families.gauge(
          "mainstay_drill_kept",
          "Drills of the history of this machine.",
          failed.getOrDefault(key, 0L),
          "service",
          service,
          "drill",
          name,
          "result",
          "failed");
      families.gauge(
          "mainstay_drill_last_passed",
          "Whether the last one passed.",
          drill.passed() ? 1 : 0,
          "service",
          service,
          "drill",
          name);
      families.gauge(
          "mainstay_drill_last_timestamp_seconds",
          "When the last one began.",
          drill.began().toEpochMilli() / MILLIS_A_SECOND,
          "service",
          service,
          "drill",
          name);
      drill
          .report()
          .flatMap(report -> report.recovery())
          .ifPresent(recovery ->
              families.gauge(
                  "mainstay_drill_last_recovery_seconds",
                  "From the mending of the last one until all was as before.",
                  recovery.toNanos() / NANOS_A_SECOND,
                  "service",
                  service,
                  "drill",
                  name));
    });
  }
}
