package io.mainstay.testkit;

import io.mainstay.model.InstanceId;
import io.mainstay.model.state.InstanceRecord;
import io.mainstay.ports.InstanceJournal;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A journal that outlives the agents of a test; its disk can be full. One thread. */
public final class MemoryInstanceJournal implements InstanceJournal {
  private final TreeMap<InstanceId, InstanceRecord> entries = new TreeMap<>();
  private Consumer<String> step = what -> {};
  private Optional<String> problem = Optional.empty();
  private boolean unreadable;
  private int writes;

  /** Told before and after each write. */
  public void steps(Consumer<String> newStep) {
    step = newStep;
  }

  /** From now on writes fail for that reason. */
  public void fail(String reason) {
    problem = Optional.of(reason);
  }

  /** Whether reading fails from now on. */
  public void unreadable(boolean newUnreadable) {
    unreadable = newUnreadable;
  }

  /** What was written about the instance cannot be read any more. */
  public void damage(InstanceId instance) {
    entries.remove(instance);
  }

  /** From now on writes succeed. */
  public void recover() {
    problem = Optional.empty();
  }

  /** What is written about an instance. */
  public Optional<InstanceRecord> entry(InstanceId instance) {
    return Optional.ofNullable(entries.get(instance));
  }

  /** How many writes have succeeded. */
  public int writes() {
    return writes;
  }

  @Override
  public void write(InstanceRecord entry) throws IOException {
    step.accept("before write " + entry.id());
    check();
    entries.put(entry.id(), entry);
    writes++;
    step.accept("after write " + entry.id());
  }

  @Override
  public void remove(InstanceId instance) throws IOException {
    step.accept("before remove " + instance);
    check();
    entries.remove(instance);
    step.accept("after remove " + instance);
  }

  @Override
  public List<InstanceRecord> load() throws IOException {
    if (unreadable) {
      throw new IOException("input/output error");
    }
    return List.copyOf(entries.values());
  }

  private void check() throws IOException {
    if (problem.isPresent()) {
      throw new IOException(problem.get());
    }
  }
}
