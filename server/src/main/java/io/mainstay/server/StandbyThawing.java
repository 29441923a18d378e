package io.mainstay.server;

import io.mainstay.agent.Agent;
import io.mainstay.model.ServiceName;
import io.mainstay.ports.TrafficObserver;
import io.mainstay.server.cluster.ClusterRooms;
import java.util.Optional;

/** Has the agent, here or on another node, thaw a warm standby when the gateway wants one. */
record StandbyThawing(Agent agent, Optional<ClusterRooms> cluster) implements TrafficObserver {
  @Override
  public void standbyWanted(ServiceName service, String reason) {
    agent.thawStandby(service, reason);
    cluster.ifPresent(rooms -> rooms.standbyWanted(service, reason));
  }
}
