package io.mainstay.simulator;

import io.mainstay.model.Event;
import io.mainstay.ports.EventJournal;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes everything five hundred times more. */
record RepeatedEvents(EventJournal real) implements EventJournal {
  @Override
  public Event append(Event event) {
    for (int i = 0; i < 500; i++) {
      real.append(event);
    }
    return real.append(event);
  }

  @Override
  public List<Event> after(Optional<String> cursor, int limit) {
    return real.after(cursor, limit);
  }

  @Override
  public boolean knows(String cursor) {
    return real.knows(cursor);
  }

  @Override
  public List<Event> latest(int limit) {
    return real.latest(limit);
  }

  @Override
  public AutoCloseable subscribe(Consumer<Event> listener) {
    return real.subscribe(listener);
  }
}
