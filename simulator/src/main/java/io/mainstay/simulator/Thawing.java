package io.mainstay.simulator;

import io.mainstay.agent.Agent;
import io.mainstay.model.ServiceName;
import io.mainstay.ports.TrafficObserver;

/** The wiring between gateway and agent: a warm standby is thawed when the gateway wants one. */
record Thawing(Agent agent) implements TrafficObserver {
  @Override
  public void standbyWanted(ServiceName service, String reason) {
    agent.thawStandby(service, reason);
  }
}
