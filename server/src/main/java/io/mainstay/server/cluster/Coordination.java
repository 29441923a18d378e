package io.mainstay.server.cluster;

import io.mainstay.model.NodeName;
import io.mainstay.ports.ModelCodec;
import io.mainstay.zookeeper.CoordinationPeer;
import io.mainstay.zookeeper.ZooKeeperCoordinator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** This node's part in the coordination of its cluster, found again at every start. Any thread. */
public interface Coordination extends ClusterDesk.Servers, AutoCloseable {
  /**
   * Where and as what.
   *
   * @param directory of the state, if this server comes to carry it
   * @param cluster name of the state, the same on all nodes
   * @param port first of three
   * @param external {@code zk://…} of the ensemble of somebody else, if the user asked for one
   * @param seats how many servers shall carry it from now on, if the user asked for a number
   * @param forceSingle whether to go on alone, the others being lost for good
   */
  record Place(
      Path directory,
      String cluster,
      NodeName node,
      int port,
      Optional<String> external,
      Optional<Integer> seats,
      boolean forceSingle,
      ModelCodec codec) {}

  /**
   * Founds, joins, or goes on as what this machine was.
   *
   * @throws IOException if what is kept does not fit, or the disk does not let it
   */
  static Coordination open(Place place, ClusterEntry entry, CoordinationPeer.Listener listener)
      throws IOException {
    Optional<String> external = ExternalCoordination.of(place, entry);
    return external.isPresent()
        ? ExternalCoordination.open(external.get(), place, entry)
        : InsideCoordination.open(place, entry, listener);
  }

  /** The shared state. */
  ZooKeeperCoordinator coordinator();

  /** Whether this server is one of those that carry it. */
  boolean carries();

  @Override
  void close();
}
