package io.mainstay.testkit;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.TrafficControl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A gateway that writes down what it is told. Drains end after a time that tests set. One thread.
 */
public final class RecordingTrafficControl implements TrafficControl {
  private final VirtualTime time;
  private final List<String> calls = new ArrayList<>();
  private final TreeMap<NodeName, List<Endpoint>> endpoints = new TreeMap<>();
  private final TreeMap<InstanceId, Long> withdrawn = new TreeMap<>();
  private final TreeMap<InstanceId, Long> drained = new TreeMap<>();
  private final TreeMap<InstanceId, Long> newest = new TreeMap<>();
  private Duration drainTakes = Duration.ofMillis(20);
  private List<Overrides.Diversion> diversions = List.of();
  private Optional<Deployment> deployment = Optional.empty();

  /** A gateway that knows of no instance. */
  public RecordingTrafficControl(VirtualTime time) {
    this.time = time;
  }

  /** How long requests in flight take. */
  public void drainTakes(Duration duration) {
    drainTakes = duration;
  }

  /** What was configured last. */
  public Optional<Deployment> deployment() {
    return deployment;
  }

  /** Withdrawals and drains, in order, such as {@code withdraw shop-1 1}. */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  /** What is known of an instance. */
  public Optional<Endpoint> endpoint(InstanceId instance) {
    return endpoints.values().stream()
        .flatMap(List::stream)
        .filter(endpoint -> endpoint.id().equals(instance))
        .findFirst();
  }

  /** Whether an instance may take requests. */
  public boolean isReady(InstanceId instance) {
    return endpoint(instance)
        .filter(endpoint -> endpoint.readiness() == Readiness.READY)
        .filter(endpoint -> endpoint.generation() > withdrawn.getOrDefault(instance, -1L))
        .filter(endpoint -> endpoint.generation() > drained.getOrDefault(instance, -1L))
        .isPresent();
  }

  @Override
  public void configure(Deployment newDeployment) {
    deployment = Optional.of(newDeployment);
  }

  /** What is diverted, as it was told last. */
  public List<Overrides.Diversion> diversions() {
    return diversions;
  }

  @Override
  public void divert(List<Overrides.Diversion> newDiversions) {
    calls.add("divert " + newDiversions.size());
    diversions = List.copyOf(newDiversions);
  }

  @Override
  public void publish(NodeName node, List<Endpoint> newEndpoints) {
    for (Endpoint endpoint : newEndpoints) {
      boolean stoodAside =
          endpoint(endpoint.id())
              .filter(old -> old.generation() == endpoint.generation())
              .filter(old -> old.readiness() != Readiness.READY)
              .isPresent();
      if (stoodAside && endpoint.readiness() == Readiness.READY) {
        drained.remove(endpoint.id());
      }
      newest.merge(endpoint.id(), endpoint.generation(), Math::max);
    }
    endpoints.put(
        node,
        newEndpoints.stream()
            .filter(endpoint -> endpoint.generation() >= newest.getOrDefault(endpoint.id(), 0L))
            .toList());
  }

  @Override
  public void withdraw(InstanceId instance, long generation, String reason) {
    calls.add("withdraw " + instance + " " + generation);
    withdrawn.merge(instance, generation, Math::max);
  }

  @Override
  public void drain(InstanceId instance, long generation, Duration limit, Consumer<Integer> done) {
    calls.add("drain " + instance + " " + generation);
    drained.merge(instance, generation, Math::max);
    Duration takes = drainTakes.compareTo(limit) < 0 ? drainTakes : limit;
    int cut = drainTakes.compareTo(limit) < 0 ? 0 : 1;
    time.schedule(takes, () -> done.accept(cut));
  }
}
