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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The journals of the server's data folder; they outlive it, and may be full. */
final class Disk implements InstanceJournal, EventJournal {
  static final int KEPT_EVENTS = 20_000;
  private static final Pattern CHANGE = Pattern.compile("from (\\d+) to (\\d+)");

  private final TreeMap<InstanceId, InstanceRecord> records = new TreeMap<>();
  private final TreeMap<InstanceId, Integer> damages = new TreeMap<>();
  private final List<Event> events = new ArrayList<>();
  private final List<Consumer<Event>> listeners = new ArrayList<>();
  private final Trace trace;
  private final Sometimes sometimes;
  private long cursor;
  boolean full;

  Disk(Trace trace, Sometimes sometimes) {
    this.trace = trace;
    this.sometimes = sometimes;
  }

  /** What is written about one instance cannot be read any more. */
  void damage(int number) {
    if (!records.isEmpty()) {
      InstanceId id = List.copyOf(records.keySet()).get(number % records.size());
      trace.add("disk", "the entry of " + id + " is damaged");
      sometimes.saw(Sometimes.State.ENTRY_DAMAGED);
      records.remove(id);
      damages.merge(id, 1, Integer::sum);
    }
  }

  /** How often the entry of an instance was damaged. */
  int damagesOf(InstanceId instance) {
    return damages.getOrDefault(instance, 0);
  }

  @Override
  public void write(InstanceRecord entry) throws IOException {
    check();
    records.put(entry.id(), entry);
  }

  @Override
  public void remove(InstanceId instance) throws IOException {
    check();
    records.remove(instance);
  }

  private void check() throws IOException {
    if (full) {
      sometimes.saw(Sometimes.State.WRITE_FAILED);
      throw new IOException("no space left on device");
    }
  }

  @Override
  public List<InstanceRecord> load() {
    return List.copyOf(records.values());
  }

  @Override
  public Event append(Event event) {
    Event stored = event.at(String.format(Locale.ROOT, "e%08d", ++cursor));
    events.add(stored);
    note(stored);
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

  private void note(Event event) {
    switch (event.kind()) {
      case INSTANCE_PARKED -> sometimes.saw(Sometimes.State.INSTANCE_PARKED);
      case REMEDY_REFUSED -> sometimes.saw(Sometimes.State.REMEDY_REFUSED);
      case ROLLOUT_HALTED -> sometimes.saw(Sometimes.State.ROLLOUT_HALTED);
      case REMEDY_STARTED -> {
        if (event.reason().startsWith("live-restart")) {
          sometimes.saw(Sometimes.State.LIVE_RESTART);
        }
      }
      case SCALED -> {
        Matcher change = CHANGE.matcher(event.reason());
        if (change.find()) {
          boolean up = Integer.parseInt(change.group(1)) < Integer.parseInt(change.group(2));
          sometimes.saw(up ? Sometimes.State.SCALED_UP : Sometimes.State.SCALED_DOWN);
        }
      }
      default -> {}
    }
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
