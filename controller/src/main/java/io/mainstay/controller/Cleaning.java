package io.mainstay.controller;

import io.mainstay.model.Actor;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Coordinator.State;
import io.mainstay.ports.Coordinator.WriteResult;
import io.mainstay.ports.Mailbox;
import java.time.Instant;
import java.util.Optional;

/** Ends overrides that are over; the leader does it for all. */
final class Cleaning {
  private final World world;
  private final Coordinator coordinator;
  private final Mailbox mailbox;
  private final EventWriter events;
  private final Runnable changed;
  private boolean writing;

  Cleaning(
      World world, Coordinator coordinator, Mailbox mailbox, EventWriter events, Runnable changed) {
    this.world = world;
    this.coordinator = coordinator;
    this.mailbox = mailbox;
    this.events = events;
    this.changed = changed;
  }

  /** Writes what is left, if something ended; not while a command writes. */
  void clean(Published published, boolean busy, Instant wallClock) {
    if (!world.leads() || busy || writing || world.state().isEmpty()) {
      return;
    }
    State state = world.state().get();
    Upkeep.Result result = Upkeep.clean(state.overrides(), published, wallClock);
    if (result.overrides().equals(state.overrides())) {
      return;
    }
    writing = true;
    Overrides next = result.overrides();
    coordinator.writeOverrides(
        next, state.overridesVersion(), mailbox, written -> cleaned(next, result, written));
  }

  private void cleaned(Overrides next, Upkeep.Result result, WriteResult written) {
    writing = false;
    if (written instanceof WriteResult.Written done) {
      world.overridesWritten(next, done.version());
      for (Edit.Told told : result.events()) {
        events.write(
            told.kind(),
            told.service(),
            told.instance(),
            Actor.SCHEDULE,
            Optional.empty(),
            told.reason(),
            told.evidence().map());
      }
      changed.run();
    }
  }
}
