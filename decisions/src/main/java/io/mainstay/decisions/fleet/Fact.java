package io.mainstay.decisions.fleet;

import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * An event that a decision wants told; the shell adds time, node and cursor.
 *
 * @param kind what happened
 * @param instance whom it concerns, if one instance
 * @param actor who caused it
 * @param cause cursor of the event that led to it
 * @param causeFact index of the fact of the same pass that led to it; -1: none
 * @param reason one sentence
 * @param evidence what mattered, in order
 */
public record Fact(
    EventKind kind,
    Optional<InstanceId> instance,
    Actor actor,
    Optional<String> cause,
    int causeFact,
    String reason,
    SequencedMap<String, String> evidence) {
  /** One about the whole service, by Mainstay itself. */
  public static Fact ofService(EventKind kind, String reason, Evidence evidence) {
    return new Fact(
        kind, Optional.empty(), Actor.SYSTEM, Optional.empty(), -1, reason, evidence.map());
  }

  /** One about an instance, by Mainstay itself. */
  public static Fact ofInstance(
      EventKind kind, InstanceId instance, String reason, Evidence evidence) {
    return new Fact(
        kind, Optional.of(instance), Actor.SYSTEM, Optional.empty(), -1, reason, evidence.map());
  }

  /** The same, caused by somebody else. */
  public Fact by(Actor other) {
    return new Fact(kind, instance, other, cause, causeFact, reason, evidence);
  }

  /** The same, led to by a stored event. */
  public Fact after(Optional<String> cursor) {
    return new Fact(kind, instance, actor, cursor, causeFact, reason, evidence);
  }

  /** The same, led to by an earlier fact of this pass. */
  public Fact after(int fact) {
    return new Fact(kind, instance, actor, cause, fact, reason, evidence);
  }
}
