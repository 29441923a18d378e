package io.mainstay.agent;

import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.state.InstanceRecord;
import io.mainstay.ports.InstanceJournal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Writes down what the supervisors do: at once what the next server must know (an intent to start,
 * a process, a freeze), the rest a little later and merged. What could not be written is tried
 * again until it is, since nothing else would bring it up to date; the trouble is told once, and so
 * is its end.
 *
 * <p>In the agent's mailbox; the writes themselves run in the mailbox of the disk, one after the
 * other, so that a disk that stalls holds up nobody but whoever waits for an answer.
 */
final class RunJournal {
  private static final Duration AGAIN = Duration.ofSeconds(1);

  /** Long enough to write once for an exit and what follows it at once. */
  private static final Duration SOON = Duration.ofMillis(50);

  /** How long the end of the server waits for a disk. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final World world;
  private final InstanceJournal journal;

  /** What is on disk, as far as is known. */
  private final TreeMap<InstanceId, InstanceRecord> written = new TreeMap<>();

  /** What should be, the oldest wish first; stays until it is there. */
  private final SequencedMap<InstanceId, Due> due = new LinkedHashMap<>();

  /** Those of {@link #due} that do not wait for the next round. */
  private final SequencedSet<InstanceId> urgent = new LinkedHashSet<>();

  private final List<Waiter> waiters = new ArrayList<>();
  private String problem = "";
  private long number;
  private boolean busy;
  private boolean everything;
  private boolean timer;
  private Runnable idle = () -> {};

  /** What is to be written about an instance; empty: nothing more. */
  private record Due(long number, Optional<InstanceRecord> entry) {}

  /** Who wants to know when that, or something newer about the instance, is on disk. */
  private record Waiter(InstanceId id, long number, Consumer<Boolean> done) {}

  RunJournal(World world, InstanceJournal journal) {
    this.world = world;
    this.journal = journal;
  }

  /** Takes note of what was found on disk. */
  void loaded(InstanceRecord entry) {
    written.put(entry.id(), entry);
  }

  /**
   * Writes the entry unless it stands there already.
   *
   * @param done hears once whether it is on disk; before this returns if nothing was to be done
   */
  void write(InstanceRecord entry, Consumer<Boolean> done) {
    if (stands(entry)) {
      done.accept(true);
      return;
    }
    put(entry.id(), Optional.of(entry));
    waiters.add(new Waiter(entry.id(), number, done));
    urgent.add(entry.id());
    next();
  }

  /** Has the entry written a little later, with what else comes up. */
  void writeSoon(InstanceRecord entry) {
    if (!stands(entry)) {
      put(entry.id(), Optional.of(entry));
      nextAfter(SOON);
    }
  }

  /** Removes the entry of an instance. */
  void forget(InstanceId id) {
    put(id, Optional.empty());
    urgent.add(id);
    next();
  }

  /** Why the last write failed. */
  String problem() {
    return problem;
  }

  /** Runs {@code done} once all is written, or the disk does not take it. */
  void whenWritten(Runnable done) {
    boolean[] told = new boolean[1];
    idle =
        () -> {
          if (!told[0]) {
            told[0] = true;
            done.run();
          }
        };
    world.mailbox().after(PATIENCE, idle);
    everything = true;
    next();
  }

  private boolean stands(InstanceRecord entry) {
    return !due.containsKey(entry.id()) && entry.equals(written.get(entry.id()));
  }

  private void put(InstanceId id, Optional<InstanceRecord> entry) {
    due.put(id, new Due(++number, entry));
  }

  private void next() {
    if (busy) {
      return;
    }
    InstanceId id =
        !urgent.isEmpty()
            ? urgent.removeFirst()
            : everything && !due.isEmpty() ? due.firstEntry().getKey() : null;
    Due value = id == null ? null : due.get(id);
    if (id == null || value == null) {
      everything = false;
      idle.run();
      return;
    }
    busy = true;
    world
        .disk()
        .post(() -> {
          Optional<String> failure = store(id, value.entry());
          world.mailbox().post(() -> finished(id, value, failure));
        });
  }

  /** On the thread of the disk. */
  private Optional<String> store(InstanceId id, Optional<InstanceRecord> entry) {
    try {
      if (entry.isPresent()) {
        journal.write(entry.get());
      } else {
        journal.remove(id);
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private void finished(InstanceId id, Due value, Optional<String> failure) {
    busy = false;
    if (failure.isPresent()) {
      failed(failure.get());
    } else {
      value.entry().ifPresentOrElse(entry -> written.put(id, entry), () -> written.remove(id));
      due.remove(id, value);
      if (due.isEmpty() && !problem.isEmpty()) {
        problem = "";
        NodeEvents.tell(
            world, EventKind.DISK_RECOVERED, "what happens to instances can be written down again");
      }
    }
    answer(id, value.number(), failure.isEmpty());
    next();
  }

  private void answer(InstanceId id, long upTo, boolean onDisk) {
    List<Waiter> answered = new ArrayList<>();
    for (Iterator<Waiter> all = waiters.iterator(); all.hasNext(); ) {
      Waiter waiter = all.next();
      if (waiter.id().equals(id) && waiter.number() <= upTo) {
        all.remove();
        answered.add(waiter);
      }
    }
    answered.forEach(waiter -> waiter.done().accept(onDisk));
  }

  private void failed(String why) {
    everything = false;
    if (problem.isEmpty()) {
      problem = why;
      NodeEvents.tell(
          world,
          EventKind.DISK_FULL,
          "cannot write down what happens to instances, so none is started: " + problem);
    }
    nextAfter(AGAIN);
  }

  private void nextAfter(Duration delay) {
    if (!timer) {
      timer = true;
      world
          .mailbox()
          .after(
              delay,
              () -> {
                timer = false;
                everything = true;
                next();
              });
    }
  }
}
