package io.mainstay.controller;

import io.mainstay.model.Actor;
import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.TrafficObserver;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Hears what this node's gateway does by itself, and is the one who writes events of promotions and
 * ejections. Listeners and frozen standbys concern others.
 */
final class TrafficEvents implements TrafficObserver {
  private final Mailbox mailbox;
  private final EventWriter events;
  private final Promotions promotions;

  /** Takes promotions in; runs in the mailbox. */
  interface Promotions {
    /**
     * Whether it is news: the controller did not give the role itself, and the other one failed or
     * went. Who is ready first while a service starts, and who stands in while instances are
     * exchanged or end, is no promotion.
     */
    boolean isNews(InstanceId standby, InstanceId inPlaceOf);

    void promoted(InstanceId standby, InstanceId inPlaceOf, String cursor);

    void changed();
  }

  TrafficEvents(Mailbox mailbox, EventWriter events, Promotions promotions) {
    this.mailbox = mailbox;
    this.events = events;
    this.promotions = promotions;
  }

  @Override
  public void standbyPromoted(InstanceId standby, InstanceId inPlaceOf, String reason) {
    mailbox.post(() -> {
      if (!promotions.isNews(standby, inPlaceOf)) {
        return;
      }
      Optional<Event> cause =
          events.newest(
              inPlaceOf,
              List.of(
                  EventKind.INSTANCE_EXITED,
                  EventKind.OUTLIER_EJECTED,
                  EventKind.INSTANCE_NOT_READY,
                  EventKind.INSTANCE_DRAINING));
      LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
      evidence.put("in-place-of", inPlaceOf.toString());
      evidence.put("gateway", reason);
      String cursor =
          events.write(
              EventKind.STANDBY_PROMOTED,
              Optional.of(standby.service()),
              Optional.of(standby),
              Actor.SYSTEM,
              cause.map(Event::cursor),
              "serves in place of "
                  + inPlaceOf
                  + cause.map(event -> ": " + event.reason()).orElse(""),
              evidence);
      promotions.promoted(standby, inPlaceOf, cursor);
    });
  }

  @Override
  public void ejected(
      InstanceId instance,
      long generation,
      Duration duration,
      String reason,
      SequencedMap<String, String> evidence) {
    mailbox.post(() -> {
      LinkedHashMap<String, String> all = new LinkedHashMap<>(evidence);
      all.put("generation", Long.toString(generation));
      all.put("for-ms", Long.toString(duration.toMillis()));
      write(EventKind.OUTLIER_EJECTED, instance, Optional.empty(), reason, all);
      promotions.changed();
    });
  }

  @Override
  public void restored(InstanceId instance, long generation, String reason) {
    mailbox.post(() -> {
      LinkedHashMap<String, String> all = new LinkedHashMap<>();
      all.put("generation", Long.toString(generation));
      write(
          EventKind.OUTLIER_RESTORED,
          instance,
          events.newest(instance, List.of(EventKind.OUTLIER_EJECTED)).map(Event::cursor),
          reason,
          all);
      promotions.changed();
    });
  }

  private void write(
      EventKind kind,
      InstanceId instance,
      Optional<String> cause,
      String reason,
      SequencedMap<String, String> evidence) {
    events.write(
        kind,
        Optional.of(instance.service()),
        Optional.of(instance),
        Actor.SYSTEM,
        cause,
        reason,
        evidence);
  }
}
