package io.mainstay.server;

import io.mainstay.agent.Agent;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.ports.TrafficObserver;
import io.mainstay.server.cluster.ClusterRooms;
import java.time.Duration;
import java.util.Optional;
import java.util.SequencedMap;

/** Has the agent, here or on another node, thaw a warm standby when the gateway wants one. */
record StandbyThawing(Agent agent, Optional<ClusterRooms> cluster) implements TrafficObserver {
  @Override
  public void standbyWanted(ServiceName service, String reason) {
    agent.thawStandby(service, reason);
    cluster.ifPresent(rooms -> rooms.standbyWanted(service, reason));
  }

  @Override
  public void standbyPromoted(InstanceId standby, InstanceId inPlaceOf, String reason) {}

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
