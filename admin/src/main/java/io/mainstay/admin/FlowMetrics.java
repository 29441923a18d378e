package io.mainstay.admin;

import io.mainstay.model.state.FlowHealth;
import io.mainstay.model.state.FlowStatus;

/** Flows as metrics. */
final class FlowMetrics {
  private FlowMetrics() {}

  static void collect(MetricFamilies families, FlowStatus flow) {
    for (FlowHealth health : FlowHealth.values()) {
      families.gauge(
          "mainstay_flow_health",
          "1 for how the flow stands, 0 for the others.",
          flow.health() == health ? 1 : 0,
          "service",
          flow.key().service().value(),
          "flow",
          flow.key().name(),
          "health",
          health.label());
    }
    FlowStatus.Counts counts = flow.counts();
    count(families, flow, "mainstay_flow_begun", "Requests that began it.", counts.begun());
    String settled = "What became of those that began it and whose time is over.";
    outcome(families, flow, settled, "followed", counts.followed());
    outcome(families, flow, settled, "missing", counts.missing());
    count(
        families,
        flow,
        "mainstay_flow_late",
        "Of those missing, the ones that were followed after all.",
        counts.late());
    count(
        families,
        flow,
        "mainstay_flow_refused",
        "Requests that would follow, but were not answered as expected.",
        counts.refused());
    count(
        families,
        flow,
        "mainstay_flow_without_key",
        "Requests of both sides whose key could not be read.",
        counts.beganWithoutKey() + counts.followedWithoutKey());
    count(
        families,
        flow,
        "mainstay_flow_dropped",
        "Sightings that were lost; what began about then does not count as missing.",
        counts.dropped());
  }

  private static void count(
      MetricFamilies families, FlowStatus flow, String name, String help, long number) {
    families.counter(
        name,
        help,
        (double) number,
        "service",
        flow.key().service().value(),
        "flow",
        flow.key().name());
  }

  private static void outcome(
      MetricFamilies families, FlowStatus flow, String help, String outcome, long number) {
    families.counter(
        "mainstay_flow_settled",
        help,
        (double) number,
        "service",
        flow.key().service().value(),
        "flow",
        flow.key().name(),
        "outcome",
        outcome);
  }
}
