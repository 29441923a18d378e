package io.mainstay.server;

import io.mainstay.model.Actor;
import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.NodeName;
import io.mainstay.ports.EventJournal;
import io.mainstay.ports.Time;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/** Writes events about the server itself. Any thread. */
final class EventWriter {
  private final NodeName node;
  private final EventJournal journal;
  private final Time time;

  EventWriter(NodeName node, EventJournal journal, Time time) {
    this.node = node;
    this.journal = journal;
    this.time = time;
  }

  void write(EventKind kind, String reason) {
    write(kind, Actor.SYSTEM, reason, new LinkedHashMap<>());
  }

  void write(EventKind kind, Actor actor, String reason, SequencedMap<String, String> evidence) {
    journal.append(
        new Event(
            "",
            time.wallClock(),
            node,
            kind,
            Optional.empty(),
            Optional.empty(),
            actor,
            Optional.empty(),
            reason,
            evidence));
  }

  /** A task of ours threw: say so, so that it is not lost in a log. */
  void bug(String component, Throwable problem) {
    LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("component", component);
    evidence.put("exception", String.valueOf(problem));
    StackTraceElement[] trace = problem.getStackTrace();
    if (trace.length > 0) {
      evidence.put("at", trace[0].toString());
    }
    write(
        EventKind.COMPONENT_FAILED,
        Actor.SYSTEM,
        component + ": an internal error; it goes on with the next task",
        evidence);
  }
}
