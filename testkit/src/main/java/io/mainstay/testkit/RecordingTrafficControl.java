package io.mainstay.testkit;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
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
  private Duration drainTakes = Duration.ofMillis(20);
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
    return endpoint(instance).map(Endpoint::readiness).equals(Optional.of(Readiness.READY));
  }

  @Override
  public void configure(Deployment newDeployment) {
    deployment = Optional.of(newDeployment);
  }

  @Override
  public void publish(NodeName node, List<Endpoint> newEndpoints) {
    endpoints.put(node, List.copyOf(newEndpoints));
  }

  @Override
  public void withdraw(InstanceId instance, long generation, String reason) {
    calls.add("withdraw " + instance + " " + generation);
  }

  @Override
  public void drain(
      InstanceId instance, long generation, Duration limit, Consumer<Integer> drained) {
    calls.add("drain " + instance + " " + generation);
    Duration takes = drainTakes.compareTo(limit) < 0 ? drainTakes : limit;
    int cut = drainTakes.compareTo(limit) < 0 ? 0 : 1;
    time.schedule(takes, () -> drained.accept(cut));
  }
}
