package io.mainstay.simulator;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Endpoint;
import io.mainstay.ports.TrafficControl;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Passes everything on, but says the same of every endpoint that has an address. */
record ChangedReadiness(TrafficControl real, Endpoint.Readiness readiness)
    implements TrafficControl {
  @Override
  public void configure(Deployment deployment) {
    real.configure(deployment);
  }

  @Override
  public void publish(NodeName node, List<Endpoint> endpoints) {
    real.publish(
        node,
        endpoints.stream()
            .map(one ->
                new Endpoint(
                    one.id(),
                    one.node(),
                    one.generation(),
                    one.role(),
                    one.address().isPresent() ? readiness : one.readiness(),
                    one.address()))
            .toList());
  }

  @Override
  public void withdraw(InstanceId instance, long generation, String reason) {
    real.withdraw(instance, generation, reason);
  }

  @Override
  public void drain(
      InstanceId instance, long generation, Duration limit, Consumer<Integer> drained) {
    real.drain(instance, generation, limit, drained);
  }
}
