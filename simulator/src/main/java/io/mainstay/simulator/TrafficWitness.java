package io.mainstay.simulator;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Endpoint;

/** Hears what a gateway does with requests; for invariants. */
interface TrafficWitness {
  /** A request goes from the gateway of a node to that run. */
  void routed(NodeName from, Endpoint endpoint, boolean withdrawn);

  /** A request for one service arrived at the gateway of a node, and went to the other one. */
  void arrived(NodeName at, ServiceName asked, ServiceName goesTo);

  /** So many requests of the service wait. */
  void waiting(ServiceName service, int waiting, int allowed);

  /** A standby took the place of another one. */
  void promoted(InstanceId standby, InstanceId inPlaceOf);
}
