package io.mainstay.admin;

import io.mainstay.model.Verdict;
import io.mainstay.model.state.InstanceState;
import io.mainstay.model.state.Status;

/** What status says, as metrics. */
final class StatusMetrics {
  private StatusMetrics() {}

  static void collect(MetricFamilies families, Status status) {
    families.gauge(
        "mainstay_leader",
        "1 if this server decides, else 0.",
        status.leader().filter(status.node()::equals).isPresent() ? 1 : 0);
    for (Status.ServiceStatus service : status.services()) {
      counts(families, service);
      labels(families, service);
      for (Status.InstanceStatus instance : service.instances()) {
        instance(families, service.name().value(), instance);
      }
    }
  }

  private static void counts(MetricFamilies families, Status.ServiceStatus service) {
    String name = service.name().value();
    families.gauge(
        "mainstay_service_desired_instances",
        "Serving instances wanted now.",
        service.desired(),
        "service",
        name);
    families.gauge(
        "mainstay_service_min_instances", "Lower bound.", service.min(), "service", name);
    families.gauge(
        "mainstay_service_max_instances", "Upper bound.", service.max(), "service", name);
    families.gauge(
        "mainstay_service_serving_instances",
        "Instances in the traffic now.",
        service.serving(),
        "service",
        name);
    families.gauge(
        "mainstay_service_standby_instances",
        "Standbys ready behind them.",
        service.standby(),
        "service",
        name);
    families.gauge(
        "mainstay_service_failing_instances",
        "Instances backing off, parked or isolated.",
        service.failing(),
        "service",
        name);
    families.gauge(
        "mainstay_service_paused",
        "1 while automation is off, else 0.",
        service.paused() ? 1 : 0,
        "service",
        name);
  }

  /** One series a label, so that a graph of one state has no gaps. */
  private static void labels(MetricFamilies families, Status.ServiceStatus service) {
    String name = service.name().value();
    for (Verdict verdict : Verdict.values()) {
      families.gauge(
          "mainstay_service_verdict",
          "1 for what the evidence says, 0 for the others.",
          service.verdict() == verdict ? 1 : 0,
          "service",
          name,
          "verdict",
          verdict.label());
    }
    for (InstanceState state : InstanceState.values()) {
      families.gauge(
          "mainstay_service_instances",
          "Instances by state.",
          (double)
              service.instances().stream().filter(instance -> instance.state() == state).count(),
          "service",
          name,
          "state",
          state.label());
    }
  }

  private static void instance(
      MetricFamilies families, String service, Status.InstanceStatus instance) {
    String id = instance.id().toString();
    families.counter(
        "mainstay_instance_restarts",
        "Starts after the first.",
        instance.restarts(),
        "service",
        service,
        "instance",
        id);
    families.gauge(
        "mainstay_instance_generation",
        "Generation of its process.",
        (double) instance.generation(),
        "service",
        service,
        "instance",
        id);
  }
}
