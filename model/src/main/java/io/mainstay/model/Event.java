package io.mainstay.model;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * One fact that happened, as it is stored and shown. Secrets never enter it.
 *
 * @param cursor opaque position, unique and growing over restarts; empty until the journal has
 *     stored it
 * @param time wall clock, for display only
 * @param node where it happened
 * @param kind a kebab-case fact, one of {@link EventKind}
 * @param service whom it concerns, if a service
 * @param instance whom it concerns, if an instance
 * @param actor who caused it
 * @param cause cursor of the event that led to it, if known
 * @param reason one sentence for a person
 * @param evidence facts that mattered, in order; values are text
 */
public record Event(
    String cursor,
    Instant time,
    NodeName node,
    EventKind kind,
    Optional<ServiceName> service,
    Optional<InstanceId> instance,
    Actor actor,
    Optional<String> cause,
    String reason,
    SequencedMap<String, String> evidence) {

  /** Copies the evidence. */
  public Event {
    evidence = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(evidence));
  }

  /** The same event with its place in the journal. */
  public Event at(String newCursor) {
    return new Event(
        newCursor, time, node, kind, service, instance, actor, cause, reason, evidence);
  }
}
