package io.mainstay.simulator;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import java.util.Optional;

/** What one machine reaches over the network. */
interface Reach {
  /** The true time. */
  MonotonicTime now();

  /** Whether a packet to that machine arrives and its answer comes back. */
  boolean answers(NodeName node);

  /** Who listens there, whether or not it can be reached. */
  Optional<SimulatedProcess> at(NodeName node, int port);
}
