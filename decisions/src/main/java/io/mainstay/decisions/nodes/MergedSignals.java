package io.mainstay.decisions.nodes;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.ServiceSignals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** What several gateways saw of the same services, as one. */
public final class MergedSignals {
  private MergedSignals() {}

  /**
   * Sums what can be summed. An instance is routed if any gateway sends it requests; it counts as
   * ejected only if every gateway that knows this run of it has ejected it, since one gateway's bad
   * link must not condemn it for all. Latency is the mean, weighted by requests. Of different
   * generations the newest counts: what was seen of an older run says nothing about this one.
   *
   * @param gateways one list a gateway
   * @return sorted by service and instance
   */
  public static List<ServiceSignals> of(List<List<ServiceSignals>> gateways) {
    if (gateways.size() == 1) {
      return gateways.getFirst();
    }
    TreeMap<ServiceName, List<ServiceSignals>> services = new TreeMap<>();
    for (List<ServiceSignals> gateway : gateways) {
      for (ServiceSignals service : gateway) {
        services.computeIfAbsent(service.service(), name -> new ArrayList<>()).add(service);
      }
    }
    List<ServiceSignals> merged = new ArrayList<>(services.size());
    services.forEach((name, seen) -> merged.add(service(name, seen)));
    return merged;
  }

  private static ServiceSignals service(ServiceName name, List<ServiceSignals> seen) {
    TreeMap<InstanceId, List<InstanceSignals>> instances = new TreeMap<>();
    double requests = 0;
    double refused = 0;
    int inFlight = 0;
    int queued = 0;
    for (ServiceSignals one : seen) {
      requests += one.requestsPerSecond();
      refused += one.refusedPerSecond();
      inFlight += one.inFlight();
      queued += one.queued();
      for (InstanceSignals instance : one.instances()) {
        instances.computeIfAbsent(instance.id(), id -> new ArrayList<>()).add(instance);
      }
    }
    List<InstanceSignals> merged = new ArrayList<>(instances.size());
    instances.values().forEach(views -> merged.add(instance(views)));
    return new ServiceSignals(name, requests, inFlight, queued, refused, merged);
  }

  private static InstanceSignals instance(List<InstanceSignals> views) {
    long newest = views.stream().mapToLong(InstanceSignals::generation).max().orElseThrow();
    List<InstanceSignals> current =
        views.stream().filter(view -> view.generation() == newest).toList();
    int inFlight = 0;
    int limit = 0;
    double requests = 0;
    double failures = 0;
    double latency = 0;
    double weight = 0;
    boolean routed = false;
    int ejections = 0;
    Optional<String> ejected = Optional.empty();
    for (InstanceSignals view : current) {
      inFlight += view.inFlight();
      limit = (int) Math.min(Integer.MAX_VALUE, (long) limit + view.concurrencyLimit());
      requests += view.requestsPerSecond();
      failures += view.failuresPerSecond();
      routed |= view.routed();
      if (!view.latency().isZero()) {
        // One that had no request this second still remembers how fast it was.
        double share = Math.max(view.requestsPerSecond(), 0.01);
        latency += share * view.latency().toNanos();
        weight += share;
      }
      if (view.ejected().isPresent()) {
        ejections++;
        ejected = view.ejected();
      }
    }
    return new InstanceSignals(
        current.getFirst().id(),
        newest,
        inFlight,
        requests,
        failures,
        weight == 0 ? Duration.ZERO : Duration.ofNanos((long) (latency / weight)),
        limit,
        ejections == current.size() ? ejected : Optional.empty(),
        routed);
  }
}
