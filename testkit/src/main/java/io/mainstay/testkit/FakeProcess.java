package io.mainstay.testkit;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.ProcessIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.function.Consumer;

/** One process of a {@link FakeMachine}. */
public final class FakeProcess {
  private final FakeMachine machine;
  private final InstanceId instance;
  private final ProcessIdentity identity;
  private final FakeProgram program;
  private final MonotonicTime since;
  private final List<Consumer<Exit>> watchers = new ArrayList<>();
  private final SequencedMap<String, String> environment;
  private boolean alive = true;
  private boolean frozen;
  private boolean hangs;
  private OptionalDouble share = OptionalDouble.empty();
  private boolean forked;

  FakeProcess(
      FakeMachine machine,
      InstanceId instance,
      ProcessIdentity identity,
      SequencedMap<String, String> environment,
      FakeProgram program,
      MonotonicTime since) {
    this.machine = machine;
    this.instance = instance;
    this.identity = identity;
    this.environment = environment;
    this.program = program;
    this.since = since;
    this.hangs = program.hangs();
  }

  /** Whose it is. */
  public InstanceId instance() {
    return instance;
  }

  /** Who it is. */
  public ProcessIdentity identity() {
    return identity;
  }

  /** Whether the main process runs. */
  public boolean isAlive() {
    return alive;
  }

  /** Whether it has no CPU. */
  public boolean isFrozen() {
    return frozen;
  }

  /** Whether it answers no probe. */
  public boolean hangs() {
    return hangs;
  }

  /** Of its weight, which it asks for when it is probed; empty: it says none. */
  OptionalDouble share() {
    return share;
  }

  /** From now on it asks for that share of its weight. */
  public void share(double newShare) {
    share = OptionalDouble.of(newShare);
  }

  /** From now on it answers no probe, or answers again. */
  public void hang(boolean newHangs) {
    hangs = newHangs;
  }

  /** It starts a child that outlives it. */
  public void fork() {
    forked = true;
  }

  /** Whether only children of it are left. */
  public boolean hasLeftovers() {
    return !alive && forked;
  }

  SequencedMap<String, String> environment() {
    return environment;
  }

  FakeProgram program() {
    return program;
  }

  MonotonicTime since() {
    return since;
  }

  void watch(Consumer<Exit> watcher) {
    watchers.add(watcher);
  }

  void freeze(boolean newFrozen) {
    frozen = newFrozen;
  }

  void signal(String signal) {
    if (frozen) {
      machine.violated("a signal to a frozen process of " + instance);
    }
    program
        .stopTakes()
        .ifPresent(takes ->
            machine.time().schedule(takes, () -> end(machine.exited(OptionalInt.empty(), signal))));
  }

  void kill() {
    end(machine.exited(OptionalInt.empty(), "KILL"));
    forked = false;
  }

  void end(Exit exit) {
    if (alive) {
      alive = false;
      watchers.forEach(watcher -> watcher.accept(exit));
    }
  }
}
