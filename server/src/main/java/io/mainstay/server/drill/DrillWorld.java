package io.mainstay.server.drill;

import io.mainstay.model.Actor;
import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.ports.ControlPlane;
import io.mainstay.ports.Drills;
import io.mainstay.ports.EventJournal;
import io.mainstay.ports.SignalSource;
import io.mainstay.ports.Time;
import java.util.Optional;
import java.util.SequencedMap;

/** What a drill needs of the server, and in whose name it acts. */
record DrillWorld(
    NodeName node,
    ControlPlane control,
    SignalSource signals,
    EventJournal events,
    Time time,
    Actor actor) {

  Event write(
      EventKind kind,
      Drills.Request request,
      Optional<InstanceId> victim,
      Optional<String> cause,
      String reason,
      SequencedMap<String, String> evidence) {
    return events.append(
        new Event(
            "",
            time.wallClock(),
            node,
            kind,
            Optional.of(request.service()),
            victim,
            actor,
            cause,
            reason,
            evidence));
  }
}
