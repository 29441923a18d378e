package io.mainstay.simulator;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Endpoint;
import io.mainstay.ports.TrafficControl;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Passes everything on but what is diverted. */
record DeafToDiversions(TrafficControl real) implements TrafficControl {
  @Override
  public void configure(Deployment deployment) {
    real.configure(deployment);
  }

  @Override
  public void publish(NodeName node, List<Endpoint> endpoints) {
    real.publish(node, endpoints);
  }

  @Override
  public void withdraw(InstanceId instance, long generation, String reason) {
    real.withdraw(instance, generation, reason);
  }

  @Override
  public void drain(InstanceId instance, long generation, Duration limit, Consumer<Integer> done) {
    real.drain(instance, generation, limit, done);
  }
}
