package io.mainstay.ports;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import java.time.Duration;
import java.util.SequencedMap;

/**
 * What the gateway tells others; whoever does not care for a kind of news leaves it out. Called on
 * threads of the gateway: hand over and return.
 */
public interface TrafficObserver {
  /** A hot standby serves in place of an instance that exited or was ejected. */
  default void standbyPromoted(InstanceId standby, InstanceId inPlaceOf, String reason) {}

  /** Fewer serve than should, and only frozen standbys could help. */
  default void standbyWanted(ServiceName service, String reason) {}

  /** An instance is out of traffic by passive evidence. */
  default void ejected(
      InstanceId instance,
      long generation,
      Duration duration,
      String reason,
      SequencedMap<String, String> evidence) {}

  /** An ejected instance takes traffic again. */
  default void restored(InstanceId instance, long generation, String reason) {}

  /**
   * No byte comes from another node, and it accepts no connection: its instances take no requests
   * while others can.
   */
  default void nodeSilent(NodeName node, String reason) {}

  /** A node that was silent answers again. */
  default void nodeHeard(NodeName node, String reason) {}

  /** A listener accepts connections. */
  default void listenerOpened(String listener, String address) {}

  /** A listener cannot be opened, or failed. It is tried again. */
  default void listenerFailed(String listener, String address, String reason) {}

  /** Certificates of a listener changed on disk, and the new ones are in use. */
  default void certificatesReloaded(String listener) {}

  /** Certificates of a listener changed on disk but do not fit; those in use stay. */
  default void certificatesFailed(String listener, String reason) {}

  /** A listener no longer accepts connections. */
  default void listenerClosed(String listener, String reason) {}
}
