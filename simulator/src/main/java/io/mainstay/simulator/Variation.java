package io.mainstay.simulator;

import io.mainstay.model.NodeName;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.EventJournal;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.ProcessHost;
import io.mainstay.ports.SignalSource;
import io.mainstay.ports.TrafficControl;
import io.mainstay.testkit.MemoryEnsemble;

/**
 * Puts something between the production code and its simulated ports. Tests plant bugs with it, to
 * see that the invariants find them; by default nothing is put anywhere.
 */
public interface Variation {
  /** No change. */
  Variation NONE = new Variation() {};

  /** What the controller sees of the coordinator. */
  default Coordinator controllerCoordinator(Coordinator real) {
    return real;
  }

  /** What the agent sees of the coordinator. */
  default Coordinator agentCoordinator(Coordinator real, NodeName node) {
    return real;
  }

  /** The shared state behind all coordinators. */
  default void ensemble(MemoryEnsemble real) {}

  /** What the controller sees of the traffic. */
  default SignalSource signals(SignalSource real) {
    return real;
  }

  /** What the agent sees of the machine. */
  default ProcessHost host(ProcessHost real) {
    return real;
  }

  /** What the agent sees of the gateway. */
  default TrafficControl traffic(TrafficControl real) {
    return real;
  }

  /** What the feed of deployments and diversions sees of the gateway. */
  default TrafficControl desiredTraffic(TrafficControl real) {
    return real;
  }

  /** What the agent's mailbox is. */
  default Mailbox agentMailbox(Mailbox real) {
    return real;
  }

  /** Where controller and agent write events. */
  default EventJournal events(EventJournal real) {
    return real;
  }
}
