package io.mainstay.server;

import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.ports.TrafficObserver;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Hands what the gateway tells to everyone who needs it: the agent (standbys to thaw), the
 * controller (roles and budgets), and the journal (listeners). Called on threads of the gateway;
 * the listeners hand over to their mailboxes.
 */
final class TrafficRelay implements TrafficObserver {
  private final EventWriter events;
  private final List<TrafficObserver> others = new CopyOnWriteArrayList<>();

  TrafficRelay(EventWriter events) {
    this.events = events;
  }

  void add(TrafficObserver observer) {
    others.add(observer);
  }

  @Override
  public void standbyPromoted(InstanceId standby, InstanceId inPlaceOf, String reason) {
    others.forEach(other -> other.standbyPromoted(standby, inPlaceOf, reason));
  }

  @Override
  public void standbyWanted(ServiceName service, String reason) {
    others.forEach(other -> other.standbyWanted(service, reason));
  }

  @Override
  public void ejected(
      InstanceId instance,
      long generation,
      Duration duration,
      String reason,
      SequencedMap<String, String> evidence) {
    others.forEach(other -> other.ejected(instance, generation, duration, reason, evidence));
  }

  @Override
  public void restored(InstanceId instance, long generation, String reason) {
    others.forEach(other -> other.restored(instance, generation, reason));
  }

  @Override
  public void nodeSilent(NodeName node, String reason) {
    others.forEach(other -> other.nodeSilent(node, reason));
    node(EventKind.NODE_SILENT, node, reason);
  }

  @Override
  public void nodeHeard(NodeName node, String reason) {
    others.forEach(other -> other.nodeHeard(node, reason));
    node(EventKind.NODE_HEARD, node, reason);
  }

  private void node(EventKind kind, NodeName node, String reason) {
    LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("node", node.value());
    events.write(kind, Actor.SYSTEM, node + ": " + reason, evidence);
  }

  @Override
  public void listenerOpened(String listener, String address) {
    listener(EventKind.LISTENER_OPENED, listener, address, "accepts connections");
  }

  @Override
  public void listenerFailed(String listener, String address, String reason) {
    listener(EventKind.LISTENER_FAILED, listener, address, reason);
  }

  @Override
  public void listenerClosed(String listener, String reason) {
    listener(EventKind.LISTENER_CLOSED, listener, "", reason);
  }

  @Override
  public void certificatesReloaded(String listener) {
    listener(EventKind.CERTIFICATE_RELOADED, listener, "", "changed certificates are in use");
  }

  @Override
  public void certificatesFailed(String listener, String reason) {
    listener(EventKind.CERTIFICATE_FAILED, listener, "", reason);
  }

  private void listener(EventKind kind, String listener, String address, String reason) {
    LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("listener", listener);
    if (!address.isEmpty()) {
      evidence.put("address", address);
    }
    String where = address.isEmpty() ? "" : " on " + address;
    events.write(kind, Actor.SYSTEM, "listener " + listener + where + ": " + reason, evidence);
  }
}
