package io.mainstay.model.state;

import io.mainstay.model.NodeName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What users see of one node.
 *
 * @param name its name
 * @param state how it stands
 * @param zone the failure domain that it lies in; empty: none
 * @param leader whether it decides
 * @param instances that have their place there
 * @param capacity what it offers to instances
 * @param reserved what of that is reserved
 * @param host where other nodes reach its instances
 * @param version of the program that it runs
 * @param labels given by the operator
 * @param closed why it takes nothing new; empty: it does
 * @param reason one sentence for the state
 */
public record NodeStatus(
    NodeName name,
    NodeState state,
    String zone,
    boolean leader,
    int instances,
    NodeCapacity capacity,
    NodeCapacity reserved,
    String host,
    String version,
    SequencedMap<String, String> labels,
    Optional<String> closed,
    String reason) {
  /** Copies the labels. */
  public NodeStatus {
    labels = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(labels));
  }
}
