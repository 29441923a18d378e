package io.mainstay.agent;

import io.mainstay.model.state.Observed;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Coordinator.WriteResult;
import java.time.Duration;
import java.util.Optional;

/**
 * Brings the newest observation to the coordinator: one write at a time, newer values replace those
 * that wait, and while the coordinator is away it is tried again. Nothing ever waits for it.
 */
final class ObservedWriter {
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final World world;
  private final Coordinator coordinator;
  private Optional<Observed> waiting = Optional.empty();
  private Optional<Observed> written = Optional.empty();
  private boolean busy;

  ObservedWriter(World world, Coordinator coordinator) {
    this.world = world;
    this.coordinator = coordinator;
  }

  /** Has it written, unless it stands there already. */
  void offer(Observed value) {
    waiting = busy || !written.equals(Optional.of(value)) ? Optional.of(value) : Optional.empty();
    next();
  }

  /** What stands there is not known any more: somebody else may have lost it. */
  void connected() {
    if (!busy && waiting.isEmpty()) {
      waiting = written;
      written = Optional.empty();
      next();
    }
  }

  private void next() {
    if (busy || waiting.isEmpty()) {
      return;
    }
    Observed value = waiting.get();
    waiting = Optional.empty();
    if (written.equals(Optional.of(value))) {
      return;
    }
    busy = true;
    coordinator.writeObserved(value, world.mailbox(), result -> finished(value, result));
  }

  private void finished(Observed value, WriteResult result) {
    switch (result) {
      case WriteResult.Written _ -> {
        busy = false;
        written = Optional.of(value);
        next();
      }
      case WriteResult.Failed _, WriteResult.Conflict _, WriteResult.Deposed _ -> {
        if (waiting.isEmpty()) {
          waiting = Optional.of(value);
        }
        world
            .mailbox()
            .after(
                AGAIN,
                () -> {
                  busy = false;
                  next();
                });
      }
    }
  }
}
