package io.mainstay.testkit;

import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.ports.EventJournal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A journal without a limit and without a disk. Any thread. */
public final class MemoryEventJournal implements EventJournal {
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();

  @Override
  public synchronized Event append(Event event) {
    Event stored = event.at(String.format(Locale.ROOT, "m%08d", events.size() + 1));
    events.add(stored);
    listeners.forEach(listener -> listener.accept(stored));
    return stored;
  }

  /** All of them, oldest first. */
  public List<Event> all() {
    return List.copyOf(events);
  }

  /** Those of one kind, oldest first. */
  public List<Event> of(EventKind kind) {
    return events.stream().filter(event -> event.kind() == kind).toList();
  }

  @Override
  public List<Event> after(Optional<String> cursor, int limit) {
    int from = 0;
    for (int i = 0; i < events.size(); i++) {
      if (cursor.equals(Optional.of(events.get(i).cursor()))) {
        from = i + 1;
      }
    }
    return events.stream().skip(from).limit(limit).toList();
  }

  @Override
  public boolean knows(String cursor) {
    return events.stream().anyMatch(event -> event.cursor().equals(cursor));
  }

  @Override
  public List<Event> latest(int limit) {
    return events.stream().skip(Math.max(0, events.size() - limit)).toList();
  }

  @Override
  public AutoCloseable subscribe(Consumer<Event> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
