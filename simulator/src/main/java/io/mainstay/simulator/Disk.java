package io.mainstay.simulator;

import io.mainstay.model.Event;
import io.mainstay.model.InstanceId;
import io.mainstay.model.state.InstanceRecord;
import io.mainstay.ports.EventJournal;
import io.mainstay.ports.InstanceJournal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The journals of the server's data folder; they outlive it, and may be full. */
final class Disk implements InstanceJournal, EventJournal {
  static final int KEPT_EVENTS = 20_000;

  private final TreeMap<InstanceId, InstanceRecord> records = new TreeMap<>();
  private final List<Event> events = new ArrayList<>();
  private final List<Consumer<Event>> listeners = new ArrayList<>();
  private final Trace trace;
  private long cursor;
  boolean full;

  Disk(Trace trace) {
    this.trace = trace;
  }

  @Override
  public void write(InstanceRecord entry) throws IOException {
    if (full) {
      throw new IOException("no space left on device");
    }
    records.put(entry.id(), entry);
  }

  @Override
  public void remove(InstanceId instance) throws IOException {
    if (full) {
      throw new IOException("no space left on device");
    }
    records.remove(instance);
  }

  @Override
  public List<InstanceRecord> load() {
    return List.copyOf(records.values());
  }

  @Override
  public Event append(Event event) {
    Event stored = event.at(String.format(Locale.ROOT, "e%08d", ++cursor));
    events.add(stored);
    trace.add(
        "event",
        stored.kind().label()
            + " "
            + stored.instance().map(InstanceId::toString).orElse("")
            + " "
            + stored.reason());
    if (events.size() > KEPT_EVENTS) {
      events.subList(0, KEPT_EVENTS / 10).clear();
    }
    List.copyOf(listeners).forEach(listener -> listener.accept(stored));
    return stored;
  }

  @Override
  public List<Event> after(Optional<String> from, int limit) {
    return events.stream()
        .filter(event -> from.isEmpty() || event.cursor().compareTo(from.get()) > 0)
        .limit(limit)
        .toList();
  }

  @Override
  public List<Event> latest(int limit) {
    return List.copyOf(events.subList(Math.max(0, events.size() - limit), events.size()));
  }

  @Override
  public AutoCloseable subscribe(Consumer<Event> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** How many were ever stored. */
  long appended() {
    return cursor;
  }

  @Override
  public boolean knows(String text) {
    return text.matches("e\\d{8}") && Long.parseLong(text.substring(1)) <= cursor;
  }

  int records() {
    return records.size();
  }
}
