package io.mainstay.agent;

import io.mainstay.model.Actor;
import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import java.util.Optional;

/** Facts that concern the node as a whole. */
final class NodeEvents {
  private NodeEvents() {}

  /** Stores one. */
  static void tell(World world, EventKind kind, String reason) {
    world
        .events()
        .append(
            new Event(
                "",
                world.time().wallClock(),
                world.node(),
                kind,
                Optional.empty(),
                Optional.empty(),
                Actor.SYSTEM,
                Optional.empty(),
                reason,
                InstanceEvents.evidence()));
  }
}
