package io.mainstay.admin;

import io.mainstay.model.state.ServiceTraffic;
import io.mainstay.model.state.ServiceTraffic.InstanceTraffic;
import io.mainstay.model.state.ServiceTraffic.Latency;
import java.util.ArrayList;
import java.util.List;

/**
 * What went through the gateway since a service was deployed, as metrics. They count what the
 * gateway saw: a request that was tried on two instances arrived once, and has a try on each.
 */
final class TrafficMetrics {
  private static final double NANOS = 1e9;

  private TrafficMetrics() {}

  static void collect(MetricFamilies families, List<ServiceTraffic> traffic) {
    for (ServiceTraffic service : traffic) {
      service(families, service);
      for (InstanceTraffic instance : service.instances()) {
        instance(families, service.service().value(), instance);
      }
    }
  }

  private static void service(MetricFamilies families, ServiceTraffic traffic) {
    String name = traffic.service().value();
    families.counter(
        "mainstay_service_requests",
        "Requests (connections, for tcp) that arrived, queued and refused ones included.",
        (double) traffic.arrived(),
        "service",
        name);
    families.counter(
        "mainstay_service_queued",
        "Requests that had to wait for an instance.",
        (double) traffic.queued(),
        "service",
        name);
    families.counter(
        "mainstay_service_refused",
        "Requests turned away for want of capacity.",
        (double) traffic.refused(),
        "service",
        name);
    families.counter(
        "mainstay_service_retries",
        "Tries that were repeated.",
        (double) traffic.retried(),
        "service",
        name);
    families.counter(
        "mainstay_service_gateway_answers",
        "Answers that the gateway gave itself in place of an instance.",
        (double) traffic.ownAnswers(),
        "service",
        name);
    families.counter(
        "mainstay_service_diverted_requests",
        "Requests that went on to another service, or to an answer in its place.",
        (double) traffic.diverted(),
        "service",
        name);
    families.counter(
        "mainstay_gateway_probe_requests",
        "Requests of our own transactions; no count of users' requests has them.",
        (double) traffic.probes(),
        "service",
        name);
    answers(families, traffic);
    duration(families, traffic);
  }

  /** By class of status, over all instances that there were: it never falls when one goes. */
  private static void answers(MetricFamilies families, ServiceTraffic traffic) {
    for (int first = 1; first <= 5; first++) {
      long sum = 0;
      for (InstanceTraffic instance : traffic.instances()) {
        sum += instance.answers().get(first - 1);
      }
      families.counter(
          "mainstay_service_responses",
          "Answers of instances, by class of status.",
          (double) sum,
          "service",
          traffic.service().value(),
          "class",
          first + "xx");
    }
  }

  /** Of the service only: a histogram an instance would be a thousand series for fifty of them. */
  private static void duration(MetricFamilies families, ServiceTraffic traffic) {
    List<Long> bounds = List.of();
    List<Long> counts = new ArrayList<>();
    long sum = 0;
    for (InstanceTraffic instance : traffic.instances()) {
      Latency latency = instance.latency();
      if (counts.isEmpty()) {
        bounds = latency.boundsNanos();
        counts.addAll(latency.counts());
      } else {
        for (int i = 0; i < counts.size(); i++) {
          counts.set(i, counts.get(i) + latency.counts().get(i));
        }
      }
      sum += latency.sumNanos();
    }
    if (!counts.isEmpty()) {
      families.histogram(
          "mainstay_service_response_seconds",
          "Time from a try to the first byte of its answer.",
          bounds.stream().map(nanos -> nanos / NANOS).toList(),
          counts,
          sum / NANOS,
          "service",
          traffic.service().value());
    }
  }

  private static void instance(MetricFamilies families, String service, InstanceTraffic instance) {
    String[] labels = {"service", service, "instance", instance.id().toString()};
    long answers = 0;
    for (long one : instance.answers()) {
      answers += one;
    }
    families.counter(
        "mainstay_instance_responses", "Answers of the instance.", (double) answers, labels);
    families.counter(
        "mainstay_instance_failures",
        "Tries that failed, 5xx included.",
        (double) instance.failed(),
        labels);
    families.counter(
        "mainstay_instance_abandoned",
        "Tries that ended without a verdict: the client left, or it was moved.",
        (double) instance.abandoned(),
        labels);
    families.counter(
        "mainstay_instance_response_seconds_spent",
        "Sum of the times from a try to the first byte of its answer.",
        instance.latency().sumNanos() / NANOS,
        labels);
  }
}
