package io.mainstay.ports;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.ServiceSignals;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** What the traffic says now. Any thread; cheap enough for four calls a second. */
public interface SignalSource {
  /** One entry a service that has a policy in the gateway, sorted by name. */
  List<ServiceSignals> signals();

  /**
   * The same, but only what was said just now. What a node saw before it fell silent is no evidence
   * of who answers, least of all of itself.
   */
  default List<ServiceSignals> fresh() {
    return signals();
  }

  /**
   * Nodes whose session with the coordinator is gone, but of which an instance answered a trial
   * from some other node within the last seconds. Sorted.
   */
  default List<NodeName> answering() {
    return List.of();
  }

  /**
   * For how long all of {@code askers} have asked the instances of {@code node} without an answer,
   * as far as they said so just now; zero, if one of them has not said so.
   */
  default Duration silence(NodeName node, Collection<NodeName> askers) {
    return Duration.ZERO;
  }
}
