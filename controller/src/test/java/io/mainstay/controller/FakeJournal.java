package io.mainstay.controller;

import io.mainstay.model.Event;
import io.mainstay.ports.EventJournal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Keeps all events in memory. */
final class FakeJournal implements EventJournal {
  final List<Event> events = new ArrayList<>();

  @Override
  public Event append(Event event) {
    Event stored = event.at("c" + (events.size() + 1));
    events.add(stored);
    return stored;
  }

  @Override
  public List<Event> after(Optional<String> cursor, int limit) {
    return latest(limit);
  }

  @Override
  public List<Event> latest(int limit) {
    return List.copyOf(events.subList(Math.max(0, events.size() - limit), events.size()));
  }

  @Override
  public AutoCloseable subscribe(Consumer<Event> listener) {
    return () -> {};
  }
}
