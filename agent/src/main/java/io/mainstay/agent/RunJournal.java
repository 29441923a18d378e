package io.mainstay.agent;

import io.mainstay.model.Actor;
import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.state.InstanceRecord;
import io.mainstay.ports.InstanceJournal;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Writes down what the supervisors do: at once what the next server must know (an intent to start,
 * a process, a freeze), the rest a little later and merged. What could not be written is tried
 * again until it is, since nothing else would bring it up to date; the trouble is told once, and so
 * is its end.
 */
final class RunJournal {
  private static final Duration AGAIN = Duration.ofSeconds(1);

  /** Long enough to write once for an exit and what follows it at once. */
  private static final Duration SOON = Duration.ofMillis(50);

  private final World world;
  private final InstanceJournal journal;

  /** What is on disk, as far as is known. */
  private final TreeMap<InstanceId, InstanceRecord> written = new TreeMap<>();

  /** What should be; empty: nothing. */
  private final TreeMap<InstanceId, Optional<InstanceRecord>> due = new TreeMap<>();

  private String problem = "";
  private boolean waiting;

  RunJournal(World world, InstanceJournal journal) {
    this.world = world;
    this.journal = journal;
  }

  /** Takes note of what was found on disk. */
  void loaded(InstanceRecord entry) {
    written.put(entry.id(), entry);
  }

  /** Writes the entry unless it stands there already; whether it is on disk now. */
  boolean write(InstanceRecord entry) {
    if (!due.containsKey(entry.id()) && entry.equals(written.get(entry.id()))) {
      return true;
    }
    due.put(entry.id(), Optional.of(entry));
    return flush(entry.id());
  }

  /** Has the entry written a little later: a slow disk would keep others waiting. */
  void writeSoon(InstanceRecord entry) {
    if (!due.containsKey(entry.id()) && entry.equals(written.get(entry.id()))) {
      return;
    }
    due.put(entry.id(), Optional.of(entry));
    flushAfter(SOON);
  }

  /** Writes all that is due. */
  void flush() {
    for (InstanceId id : List.copyOf(due.keySet())) {
      if (!flush(id)) {
        return;
      }
    }
  }

  /** Removes the entry of an instance. */
  void forget(InstanceId id) {
    due.put(id, Optional.empty());
    flush(id);
  }

  /** Why the last write failed. */
  String problem() {
    return problem;
  }

  private boolean flush(InstanceId id) {
    try {
      Optional<InstanceRecord> entry = due.getOrDefault(id, Optional.empty());
      if (entry.isPresent()) {
        journal.write(entry.get());
        written.put(id, entry.get());
      } else {
        journal.remove(id);
        written.remove(id);
      }
      due.remove(id);
    } catch (IOException e) {
      failed(e);
      return false;
    }
    if (due.isEmpty() && !problem.isEmpty()) {
      problem = "";
      tell(EventKind.DISK_RECOVERED, "what happens to instances can be written down again");
    }
    return true;
  }

  private void failed(IOException e) {
    if (problem.isEmpty()) {
      problem = String.valueOf(e.getMessage());
      tell(
          EventKind.DISK_FULL,
          "cannot write down what happens to instances, so none is started: " + problem);
    }
    flushAfter(AGAIN);
  }

  private void flushAfter(Duration delay) {
    if (!waiting) {
      waiting = true;
      world.mailbox().after(delay, this::again);
    }
  }

  private void again() {
    waiting = false;
    flush();
  }

  private void tell(EventKind kind, String reason) {
    SequencedMap<String, String> evidence = new LinkedHashMap<>();
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
                evidence));
  }
}
