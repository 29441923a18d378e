package io.mainstay.admin;

import io.mainstay.model.Event;
import io.mainstay.ports.EventJournal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Events in memory; the cursor is the position. */
final class FakeEventJournal implements EventJournal {
  private final List<Event> events = new ArrayList<>();
  final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();

  @Override
  public Event append(Event event) {
    Event stored;
    synchronized (events) {
      stored = event.at("c" + (events.size() + 1));
      events.add(stored);
    }
    listeners.forEach(listener -> listener.accept(stored));
    return stored;
  }

  @Override
  public List<Event> after(Optional<String> cursor, int limit) {
    synchronized (events) {
      int from = cursor.map(text -> Integer.parseInt(text.substring(1))).orElse(0);
      return List.copyOf(events.subList(from, Math.min(events.size(), from + limit)));
    }
  }

  @Override
  public boolean knows(String cursor) {
    synchronized (events) {
      return events.stream().anyMatch(event -> event.cursor().equals(cursor));
    }
  }

  @Override
  public List<Event> latest(int limit) {
    synchronized (events) {
      return List.copyOf(events.subList(Math.max(0, events.size() - limit), events.size()));
    }
  }

  @Override
  public AutoCloseable subscribe(Consumer<Event> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
