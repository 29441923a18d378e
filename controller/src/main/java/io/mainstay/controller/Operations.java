package io.mainstay.controller;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.state.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What commands started, and how far it is. One thread writes, any reads; the oldest finished ones
 * are forgotten first.
 */
final class Operations {
  static final int KEPT = 200;
  private static final Duration LONGEST = Duration.ofMinutes(15);

  private final LinkedHashMap<String, Tracked> tracked = new LinkedHashMap<>();
  private volatile Map<String, Operation> published = Map.of();

  private record Tracked(Operation operation, Goal goal, MonotonicTime since) {}

  /** Adds one that has just begun. */
  Operation begin(String id, String what, Goal goal, Published now, MonotonicTime at) {
    Goal.Progress progress = goal.progress(now);
    Operation operation = new Operation(id, what, progress.state(), progress.message());
    tracked.put(id, new Tracked(operation, goal, at));
    trim();
    publish();
    return operation;
  }

  /** Looks whether goals are reached. */
  void follow(Published now, MonotonicTime at) {
    boolean changed = false;
    for (Map.Entry<String, Tracked> entry : tracked.entrySet()) {
      Tracked before = entry.getValue();
      if (before.operation().state() != Operation.State.RUNNING) {
        continue;
      }
      Goal.Progress progress = before.goal().progress(now);
      if (progress.state() == Operation.State.RUNNING
          && at.since(before.since()).compareTo(LONGEST) >= 0) {
        progress =
            new Goal.Progress(
                Operation.State.FAILED,
                "not reached within " + LONGEST.toMinutes() + " min: " + progress.message());
      }
      Operation operation =
          new Operation(
              before.operation().id(),
              before.operation().what(),
              progress.state(),
              progress.message());
      if (!operation.equals(before.operation())) {
        entry.setValue(new Tracked(operation, before.goal(), before.since()));
        changed = true;
      }
    }
    if (changed) {
      publish();
    }
  }

  Optional<Operation> find(String id) {
    return Optional.ofNullable(published.get(id));
  }

  private void trim() {
    if (tracked.size() <= KEPT) {
      return;
    }
    List<String> done = new ArrayList<>();
    tracked.forEach((id, entry) -> {
      if (entry.operation().state() != Operation.State.RUNNING) {
        done.add(id);
      }
    });
    String oldest = done.isEmpty() ? tracked.firstEntry().getKey() : done.getFirst();
    tracked.remove(oldest);
  }

  private void publish() {
    LinkedHashMap<String, Operation> next = new LinkedHashMap<>();
    tracked.forEach((id, entry) -> next.put(id, entry.operation()));
    published = next;
  }
}
