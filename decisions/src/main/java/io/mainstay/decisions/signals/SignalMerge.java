package io.mainstay.decisions.signals;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.ServiceSignals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * What several gateways say as one: counts and rates are added up; an instance is routed if any of
 * them sends requests to it, and ejected if one of them ejected it and none sends any. Of several
 * runs of an instance the newest counts.
 */
public final class SignalMerge {
  private SignalMerge() {}

  /**
   * Merges.
   *
   * @param gateways by the node of the gateway; with one, its own words are the result
   * @return one entry a service, sorted by name
   */
  public static List<ServiceSignals> merge(SequencedMap<NodeName, List<ServiceSignals>> gateways) {
    if (gateways.size() == 1) {
      return gateways.firstEntry().getValue();
    }
    TreeMap<ServiceName, Sum> sums = new TreeMap<>();
    gateways.forEach((gateway, services) -> {
      for (ServiceSignals service : services) {
        sums.computeIfAbsent(service.service(), _ -> new Sum()).add(gateway, service);
      }
    });
    List<ServiceSignals> merged = new ArrayList<>(sums.size());
    sums.forEach((name, sum) -> merged.add(sum.total(name)));
    return merged;
  }

  /** One service. */
  private static final class Sum {
    private double rate;
    private int inFlight;
    private int queued;
    private double refused;
    private final TreeMap<InstanceId, InstanceSum> instances = new TreeMap<>();

    void add(NodeName gateway, ServiceSignals service) {
      rate += service.requestsPerSecond();
      inFlight += service.inFlight();
      queued += service.queued();
      refused += service.refusedPerSecond();
      for (InstanceSignals instance : service.instances()) {
        InstanceSum sum = instances.get(instance.id());
        if (sum == null || sum.generation < instance.generation()) {
          sum = new InstanceSum(instance.generation());
          instances.put(instance.id(), sum);
        }
        if (sum.generation == instance.generation()) {
          sum.add(gateway, instance);
        }
      }
    }

    ServiceSignals total(ServiceName name) {
      List<InstanceSignals> all = new ArrayList<>(instances.size());
      instances.forEach((id, sum) -> all.add(sum.total(id)));
      return new ServiceSignals(name, rate, inFlight, queued, refused, all);
    }
  }

  /** One run of an instance. */
  private static final class InstanceSum {
    private final long generation;
    private int inFlight;
    private double rate;
    private double failures;
    private double weightedNanos;
    private double weight;
    private int usedLimit;
    private int idleLimit;
    private boolean routed;
    private Optional<String> ejected = Optional.empty();

    InstanceSum(long generation) {
      this.generation = generation;
    }

    void add(NodeName gateway, InstanceSignals signals) {
      inFlight += signals.inFlight();
      rate += signals.requestsPerSecond();
      failures += signals.failuresPerSecond();
      if (!signals.latency().isZero()) {
        double share = Math.max(signals.requestsPerSecond(), 0.001);
        weightedNanos += share * signals.latency().toNanos();
        weight += share;
      }
      // A limit that no traffic has tried says nothing about what the instance can take.
      if (signals.inFlight() > 0 || signals.requestsPerSecond() > 0) {
        usedLimit += signals.concurrencyLimit();
      } else {
        idleLimit = Math.max(idleLimit, signals.concurrencyLimit());
      }
      routed |= signals.routed();
      ejected = ejected.or(() -> signals.ejected().map(why -> "by " + gateway + ": " + why));
    }

    InstanceSignals total(InstanceId id) {
      Duration latency =
          weight == 0 ? Duration.ZERO : Duration.ofNanos(Math.round(weightedNanos / weight));
      return new InstanceSignals(
          id,
          generation,
          inFlight,
          rate,
          failures,
          latency,
          usedLimit > 0 ? usedLimit : idleLimit,
          // One gateway's bad link must not condemn an instance that others reach.
          routed ? Optional.empty() : ejected,
          routed);
    }
  }
}
