package io.mainstay.simulator;

import io.mainstay.model.Event;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.InstanceRecord;
import io.mainstay.ports.EventJournal;
import io.mainstay.ports.InstanceJournal;
import io.mainstay.testkit.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The journals of the server's data folder; they outlive it, and may be full. Nothing is forced to
 * the disk, so a power cut takes the newest writes back.
 */
final class Disk implements InstanceJournal, EventJournal {
  static final int KEPT_EVENTS = 20_000;
  private static final int KEPT_WRITES = 500;
  private static final Pattern CHANGE = Pattern.compile("from (\\d+) to (\\d+)");

  private final TreeMap<InstanceId, InstanceRecord> records = new TreeMap<>();
  private final TreeMap<InstanceId, Integer> damages = new TreeMap<>();
  private final List<Event> events = new ArrayList<>();
  private final List<Consumer<Event>> listeners = new ArrayList<>();
  private final Deque<Before> written = new ArrayDeque<>();
  private final NodeName node;
  private final VirtualTime time;
  private final Trace trace;
  private final Sometimes sometimes;
  private long cursor;
  boolean full;

  /** What stood there before a write. */
  private record Before(MonotonicTime at, InstanceId id, Optional<InstanceRecord> entry) {}

  Disk(NodeName node, VirtualTime time, Trace trace, Sometimes sometimes) {
    this.node = node;
    this.time = time;
    this.trace = trace;
    this.sometimes = sometimes;
  }

  /** What is written about one instance cannot be read any more. */
  void damage(int number) {
    if (!records.isEmpty()) {
      InstanceId id = List.copyOf(records.keySet()).get(number % records.size());
      trace.add(node + " disk", "the entry of " + id + " is damaged");
      sometimes.saw(Sometimes.State.ENTRY_DAMAGED);
      records.remove(id);
      damages.merge(id, 1, Integer::sum);
    }
  }

  /** How often the entry of an instance was damaged. */
  int damagesOf(InstanceId instance) {
    return damages.getOrDefault(instance, 0);
  }

  /** Takes back what was written within the last {@code unsynced}. */
  void lose(Duration unsynced) {
    MonotonicTime since = time.now().plus(unsynced.negated());
    while (!written.isEmpty() && !written.getLast().at().isBefore(since)) {
      Before before = written.removeLast();
      sometimes.saw(Sometimes.State.JOURNAL_LOST);
      damages.merge(before.id(), 1, Integer::sum);
      if (before.entry().isPresent()) {
        records.put(before.id(), before.entry().get());
      } else {
        records.remove(before.id());
      }
    }
  }

  private void remember(InstanceId id) {
    written.addLast(new Before(time.now(), id, Optional.ofNullable(records.get(id))));
    if (written.size() > KEPT_WRITES) {
      written.removeFirst();
    }
  }

  @Override
  public void write(InstanceRecord entry) throws IOException {
    check();
    remember(entry.id());
    records.put(entry.id(), entry);
  }

  @Override
  public void remove(InstanceId instance) throws IOException {
    check();
    // A removal is forced to the disk, and whatever was written about it before is of no matter
    // then.
    written.removeIf(before -> before.id().equals(instance));
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
    Event stored = event.at(node + String.format(Locale.ROOT, "-e%08d", ++cursor));
    events.add(stored);
    note(stored);
    trace.add(
        node + " event",
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
      case NODE_SUSPECT -> sometimes.saw(Sometimes.State.NODE_SUSPECT);
      case NODE_LOST -> sometimes.saw(Sometimes.State.NODE_LOST);
      case NODE_RESTORED -> sometimes.saw(Sometimes.State.NODE_RESTORED);
      case NODE_DRAINED -> sometimes.saw(Sometimes.State.NODE_DRAINED);
      case REPLACEMENT_FROZEN -> sometimes.saw(Sometimes.State.REPLACEMENT_FROZEN);
      case REPLACEMENT_RESUMED -> sometimes.saw(Sometimes.State.REPLACEMENT_RESUMED);
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
    String begin = node + "-e";
    return text.startsWith(begin)
        && text.substring(begin.length()).matches("\\d{8}")
        && Long.parseLong(text.substring(begin.length())) <= cursor;
  }

  int records() {
    return records.size();
  }
}
