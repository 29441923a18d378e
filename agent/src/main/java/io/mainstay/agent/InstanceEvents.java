package io.mainstay.agent;

import io.mainstay.model.Actor;
import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.state.Assignment;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Tells the facts of one instance, each with what led to it: the event behind the wish that is
 * being followed, else the instance's own event before.
 */
final class InstanceEvents {
  private final World world;
  private final InstanceId id;
  private Actor actor = Actor.SYSTEM;
  private Optional<String> cause = Optional.empty();

  InstanceEvents(World world, InstanceId id) {
    this.world = world;
    this.id = id;
  }

  /** What follows is done because of that wish. */
  void because(Assignment assignment) {
    actor = assignment.actor();
    if (assignment.cause().isPresent()) {
      cause = assignment.cause();
    }
  }

  /** What follows happens by itself. */
  void byItself() {
    actor = Actor.SYSTEM;
  }

  /** Stores a fact; it becomes the cause of the next one. */
  void tell(EventKind kind, String reason, SequencedMap<String, String> evidence) {
    Event stored =
        world
            .events()
            .append(
                new Event(
                    "",
                    world.time().wallClock(),
                    world.node(),
                    kind,
                    Optional.of(id.service()),
                    Optional.of(id),
                    actor,
                    cause,
                    reason,
                    evidence));
    cause = stored.cursor().isEmpty() ? Optional.empty() : Optional.of(stored.cursor());
  }

  /** Pairs of names and values, in order. */
  static SequencedMap<String, String> evidence(String... pairs) {
    SequencedMap<String, String> evidence = new LinkedHashMap<>();
    for (int i = 0; i + 1 < pairs.length; i += 2) {
      evidence.put(pairs[i], pairs[i + 1]);
    }
    return evidence;
  }
}
