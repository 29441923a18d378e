package io.mainstay.admin;

import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.ServiceSignals;
import java.util.List;

/** What the traffic says, as metrics. */
final class SignalMetrics {
  private SignalMetrics() {}

  static void collect(MetricFamilies families, List<ServiceSignals> signals) {
    for (ServiceSignals service : signals) {
      service(families, service);
      for (InstanceSignals instance : service.instances()) {
        instance(families, service.service().value(), instance);
      }
    }
  }

  private static void service(MetricFamilies families, ServiceSignals signals) {
    String name = signals.service().value();
    families.gauge(
        "mainstay_service_requests_per_second",
        "Requests that arrived in the last second, queued and refused ones included.",
        signals.requestsPerSecond(),
        "service",
        name);
    families.gauge(
        "mainstay_service_refused_per_second",
        "Requests turned away for want of capacity in the last second.",
        signals.refusedPerSecond(),
        "service",
        name);
    families.gauge(
        "mainstay_service_requests_in_flight",
        "Requests on instances now.",
        signals.inFlight(),
        "service",
        name);
    families.gauge(
        "mainstay_service_requests_queued",
        "Requests that wait for an instance now.",
        signals.queued(),
        "service",
        name);
  }

  private static void instance(MetricFamilies families, String service, InstanceSignals signals) {
    String[] labels = {"service", service, "instance", signals.id().toString()};
    families.gauge(
        "mainstay_instance_requests_in_flight",
        "Requests on the instance now.",
        signals.inFlight(),
        labels);
    families.gauge(
        "mainstay_instance_requests_per_second",
        "Requests in the last second.",
        signals.requestsPerSecond(),
        labels);
    families.gauge(
        "mainstay_instance_failures_per_second",
        "Failed requests in the last second.",
        signals.failuresPerSecond(),
        labels);
    families.gauge(
        "mainstay_instance_latency_seconds",
        "Smoothed time to the first byte of a response; 0 if unknown.",
        signals.latency().toNanos() / 1e9,
        labels);
    families.gauge(
        "mainstay_instance_concurrency_limit",
        "Requests at once that it may get now, fixed or learned.",
        signals.concurrencyLimit(),
        labels);
    families.gauge(
        "mainstay_instance_ejected",
        "1 while it is out of the traffic by passive evidence, else 0.",
        signals.ejected().isPresent() ? 1 : 0,
        labels);
    families.gauge(
        "mainstay_instance_routed",
        "1 while new requests go to it, else 0.",
        signals.routed() ? 1 : 0,
        labels);
  }
}
