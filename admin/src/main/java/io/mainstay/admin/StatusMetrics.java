package io.mainstay.admin;

import io.mainstay.model.Verdict;
import io.mainstay.model.state.InstanceState;
import io.mainstay.model.state.NodeState;
import io.mainstay.model.state.NodeStatus;
import io.mainstay.model.state.Status;

/** What status says, as metrics. */
final class StatusMetrics {
  private StatusMetrics() {}

  static void collect(MetricFamilies families, Status status) {
    families.gauge(
        "mainstay_leader",
        "1 if this server decides, else 0.",
        status.leader().filter(status.node()::equals).isPresent() ? 1 : 0);
    families.gauge(
        "mainstay_coordination_connected",
        "1 while the shared state can be reached, so that decisions are made, else 0.",
        status.coordinationLost().isPresent() ? 0 : 1);
    status.nodes().forEach(node -> node(families, node));
    for (Status.ServiceStatus service : status.services()) {
      counts(families, service);
      labels(families, service);
      service.transactions().forEach(one -> TransactionMetrics.collect(families, one));
      service.flows().forEach(one -> FlowMetrics.collect(families, one));
      for (Status.InstanceStatus instance : service.instances()) {
        instance(families, service.name().value(), instance);
      }
    }
  }

  private static void node(MetricFamilies families, NodeStatus node) {
    String name = node.name().value();
    for (NodeState state : NodeState.values()) {
      families.gauge(
          "mainstay_node_state",
          "1 for the state of the node, 0 for the others.",
          node.state() == state ? 1 : 0,
          "node",
          name,
          "zone",
          node.zone(),
          "state",
          state.label());
    }
    families.gauge(
        "mainstay_node_instances",
        "Instances that have their place there.",
        node.instances(),
        "node",
        name);
    families.gauge(
        "mainstay_node_capacity_cores",
        "Processor cores offered to instances.",
        node.capacity().cpuCores(),
        "node",
        name);
    families.gauge(
        "mainstay_node_reserved_cores",
        "Processor cores reserved by instances.",
        node.reserved().cpuCores(),
        "node",
        name);
    families.gauge(
        "mainstay_node_capacity_bytes",
        "Memory offered to instances.",
        (double) node.capacity().memoryBytes(),
        "node",
        name);
    families.gauge(
        "mainstay_node_reserved_bytes",
        "Memory reserved by instances.",
        (double) node.reserved().memoryBytes(),
        "node",
        name);
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
    families.gauge(
        "mainstay_service_diverted_share",
        "Share of its requests that is diverted, 0 to 1.",
        service.diverted().map(Status.Diverted::share).orElse(0.0),
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
        "mainstay_instance_share",
        "Share of its weight that its agent check asks for.",
        instance.share(),
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
