package io.mainstay.controller;

import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.model.Actor;
import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.ports.EventJournal;
import io.mainstay.ports.Time;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** Makes events of this node's controller and answers their cursors. */
final class EventWriter {
  private static final int LOOK_BACK = 64;

  private final NodeName node;
  private final EventJournal journal;
  private final Time time;

  EventWriter(NodeName node, EventJournal journal, Time time) {
    this.node = node;
    this.journal = journal;
    this.time = time;
  }

  String write(
      EventKind kind,
      Optional<ServiceName> service,
      Optional<InstanceId> instance,
      Actor actor,
      Optional<String> cause,
      String reason,
      SequencedMap<String, String> evidence) {
    Event event =
        new Event(
            "", time.wallClock(), node, kind, service, instance, actor, cause, reason, evidence);
    return journal.append(event).cursor();
  }

  /** One about the server as a whole. */
  String system(EventKind kind, String reason, Evidence evidence) {
    return write(
        kind,
        Optional.empty(),
        Optional.empty(),
        Actor.SYSTEM,
        Optional.empty(),
        reason,
        evidence.map());
  }

  /** The newest event about an instance of one of these kinds, as the cause of another. */
  Optional<Event> newest(InstanceId instance, List<EventKind> kinds) {
    for (Event event : journal.latest(LOOK_BACK).reversed()) {
      if (event.instance().filter(instance::equals).isPresent() && kinds.contains(event.kind())) {
        return Optional.of(event);
      }
    }
    return Optional.empty();
  }
}
