package io.mainstay.agent;

import io.mainstay.decisions.lifecycle.LifecycleState;
import io.mainstay.decisions.lifecycle.LifecycleView;
import io.mainstay.decisions.lifecycle.Memory;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.ServiceSpec.RestartPolicy;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.InstanceRecord;
import java.time.Duration;
import java.util.List;

/** Between what a supervisor knows and what it writes down. */
final class Records {
  private Records() {}

  /** What is to be on disk for that state. */
  static InstanceRecord of(LifecycleState state, Assignment assignment, CurrentRun run) {
    Memory memory = state.memory();
    List<Long> exits = run.exitTimes().of(memory.exits());
    return new InstanceRecord(
        assignment.id(),
        memory.generation(),
        run.revision(),
        assignment,
        run.nonce(),
        run.process(),
        run.port(),
        memory.restarts(),
        memory.setupDone() && !memory.used(),
        LifecycleView.mayBeFrozen(state),
        exits,
        run.lastExit());
  }

  /**
   * Whether the entry must be on disk before anything else is done: before a start and once its
   * process is known, before a freeze, and where a lost note would make the next server do
   * something again.
   */
  static boolean isUrgent(LifecycleState state) {
    return state instanceof LifecycleState.Launching
        || state instanceof LifecycleState.Freezing
        || state instanceof LifecycleState.Prepared
        || state instanceof LifecycleState.Stopped;
  }

  /** What an earlier server knew. */
  static Memory memory(World world, InstanceRecord entry) {
    MonotonicTime now = world.time().now();
    long wall = world.time().wallClock().toEpochMilli();
    // A clock that was set back must not put exits into the future.
    List<MonotonicTime> exits =
        entry.exits().stream()
            .map(exit -> now.plus(Duration.ofMillis(Math.min(0, exit - wall))))
            .toList();
    RestartPolicy policy = entry.service().spec().restart();
    boolean ran = entry.nonce().isPresent() || !exits.isEmpty() || entry.lastExit().isPresent();
    return new Memory(
        entry.generation(),
        entry.generation() > 0 && !entry.setupDone(),
        ran ? entry.restarts() + 1 : 0,
        exits.size(),
        policy.loopCount() > 0 && exits.size() >= policy.loopCount(),
        exits,
        entry.setupDone(),
        entry.service().revision());
  }
}
