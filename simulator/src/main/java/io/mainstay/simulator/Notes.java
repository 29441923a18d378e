package io.mainstay.simulator;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Endpoint;
import java.util.ArrayList;
import java.util.List;

/** What traffic did within one event, for the invariants that look at it afterwards. */
final class Notes implements TrafficWitness {
  /** The gateway of a node handed a request to that run. */
  record Routed(NodeName from, Endpoint endpoint, boolean withdrawn) {}

  /** A request for one service went to the other one, or stayed. */
  record Arrived(NodeName at, ServiceName asked, ServiceName goesTo) {}

  /** So many waited, so many may. */
  record Waiting(ServiceName service, int waiting, int allowed) {}

  private final List<Routed> routed = new ArrayList<>();
  private final List<Arrived> arrived = new ArrayList<>();
  private final List<Waiting> waiting = new ArrayList<>();

  @Override
  public void routed(NodeName from, Endpoint endpoint, boolean withdrawn) {
    routed.add(new Routed(from, endpoint, withdrawn));
  }

  @Override
  public void arrived(NodeName at, ServiceName asked, ServiceName goesTo) {
    arrived.add(new Arrived(at, asked, goesTo));
  }

  @Override
  public void waiting(ServiceName service, int now, int allowed) {
    waiting.add(new Waiting(service, now, allowed));
  }

  @Override
  public void promoted(InstanceId standby, InstanceId inPlaceOf) {}

  List<Routed> routed() {
    return routed;
  }

  List<Arrived> arrived() {
    return arrived;
  }

  List<Waiting> waiting() {
    return waiting;
  }

  void clear() {
    routed.clear();
    arrived.clear();
    waiting.clear();
  }
}
