package io.mainstay.ports;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Topology;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * What others tell the gateway. Any thread; every call returns at once and takes effect for
 * requests that are routed afterwards. Callbacks run on a thread of the gateway: hand over and
 * return.
 */
public interface TrafficControl {
  /** Listeners, routes and policies, whole. Listeners that stay the same are not touched. */
  void configure(Deployment deployment);

  /**
   * The instances of one node, whole. An entry of a lower generation than one seen before is
   * ignored; health, in-flight counts and ejections of entries that stay are kept.
   */
  void publish(NodeName node, List<Endpoint> endpoints);

  /**
   * The server of a node began a new life, and may have lost what it knew of the last one: its
   * generations may begin anew. What is published of it next counts, however low.
   */
  default void beginAnew(NodeName node) {}

  /**
   * Where this node and the others are: requests go to instances near by first. Until it is told,
   * all nodes count as equally near. Requests in flight go on where they are.
   */
  default void topology(Topology topology) {}

  /**
   * Which requests go elsewhere, whole. Requests in flight go on where they are; those that wait go
   * the new way. Ends of diversions are kept by the gateway itself, by the wall clock.
   */
  default void divert(List<Overrides.Diversion> diversions) {}

  /**
   * The short cut: no new request to this run of an instance of this node from now on, whatever
   * older snapshot arrives, until a higher generation is published. Idle connections are closed; a
   * ready standby takes its place at once.
   */
  void withdraw(InstanceId instance, long generation, String reason);

  /**
   * No new request to this run; tells when the last one in flight is done. Long-lived streams and
   * WebSockets are cut at the limit. The drain ends when the run is published as READY after it was
   * published as anything else.
   *
   * @param limit how long requests in flight may take
   * @param drained gets the number that had to be cut, once
   */
  void drain(InstanceId instance, long generation, Duration limit, Consumer<Integer> drained);
}
