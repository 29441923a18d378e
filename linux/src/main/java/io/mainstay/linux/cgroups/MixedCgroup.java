package io.mainstay.linux.cgroups;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The groups of one run in all hierarchies that it is in.
 *
 * @param files access to them
 * @param tracking what holds it
 * @param limits version 1 groups that limit it
 * @param notEnforced why limits are not in force
 */
record MixedCgroup(
    KernelFiles files, Tracking tracking, Version1Limits limits, List<String> notEnforced)
    implements Cgroup {

  @Override
  public List<Path> joinFiles() {
    return groups().stream().map(group -> group.resolve("cgroup.procs")).toList();
  }

  @Override
  public List<Long> members() {
    return tracking.members();
  }

  @Override
  public void kill() {
    tracking.kill();
  }

  @Override
  public boolean freeze(boolean frozen) {
    return tracking.freeze(frozen);
  }

  @Override
  public boolean isFrozen() {
    return tracking.isFrozen();
  }

  @Override
  public boolean wasOutOfMemory() {
    return limits.wasOutOfMemory()
        || (tracking instanceof Version2 unified && unified.wasOutOfMemory());
  }

  @Override
  public Optional<Duration> cpuTime() {
    return tracking.cpuTime();
  }

  @Override
  public boolean remove() {
    boolean gone = true;
    for (Path group : groups()) {
      gone &= files.remove(group);
    }
    return gone;
  }

  private List<Path> groups() {
    List<Path> groups = new ArrayList<>();
    groups.add(tracking.group());
    groups.addAll(limits.groups());
    if (tracking instanceof Version1Tracking old) {
      old.accounting().ifPresent(groups::add);
    }
    return groups;
  }
}
