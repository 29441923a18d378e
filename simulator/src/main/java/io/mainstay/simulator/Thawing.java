package io.mainstay.simulator;

import io.mainstay.agent.Agent;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.ports.TrafficObserver;
import java.time.Duration;
import java.util.SequencedMap;

/** The wiring between gateway and agent: a warm standby is thawed when the gateway wants one. */
record Thawing(Agent agent) implements TrafficObserver {
  @Override
  public void standbyPromoted(InstanceId standby, InstanceId inPlaceOf, String reason) {}

  @Override
  public void standbyWanted(ServiceName service, String reason) {
    agent.thawStandby(service, reason);
  }

  @Override
  public void ejected(
      InstanceId instance,
      long generation,
      Duration duration,
      String reason,
      SequencedMap<String, String> evidence) {}

  @Override
  public void restored(InstanceId instance, long generation, String reason) {}

  @Override
  public void listenerOpened(String listener, String address) {}

  @Override
  public void listenerFailed(String listener, String address, String reason) {}

  @Override
  public void listenerClosed(String listener, String reason) {}
}
