package io.mainstay.model.state;

import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * What a node says of itself when it joins. It stays stored while the node is away, until an
 * operator removes the node.
 *
 * @param name unique in the cluster
 * @param host where other nodes reach its instances: a host name or literal address
 * @param api where other nodes reach its API
 * @param labels given by the operator, in their order
 * @param capacity what it offers to instances
 * @param version of the program that it runs
 * @param bootId tells one life of its server from another: drawn at each start
 * @param since when this life began, by the node's own wall clock
 */
public record NodeRecord(
    NodeName name,
    String host,
    Address api,
    SequencedMap<String, String> labels,
    NodeCapacity capacity,
    String version,
    String bootId,
    Instant since) {
  private static final String ZONE = "zone";

  /** Copies the labels. */
  public NodeRecord {
    labels = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(labels));
  }

  /** The failure domain that the node lies in; empty if it has no such label. */
  public String zone() {
    return labels.getOrDefault(ZONE, "");
  }
}
