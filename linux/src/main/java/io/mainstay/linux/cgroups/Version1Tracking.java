package io.mainstay.linux.cgroups;

import io.mainstay.linux.calls.LinuxCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One group of a version 1 hierarchy: the freezer, or any other, which can only tell who is in it.
 * Files: Linux, Documentation/admin-guide/cgroup-v1.
 *
 * @param files access to them
 * @param group its folder
 * @param accounting its folder in the hierarchy that counts CPU time
 */
record Version1Tracking(KernelFiles files, Path group, Optional<Path> accounting)
    implements Tracking {
  private static final int KILL = 9;

  @Override
  public List<Long> members() {
    return files.members(group);
  }

  @Override
  public void kill() {
    // What stands still cannot fork; the signal takes effect when it goes on.
    freeze(true);
    members().forEach(pid -> LinuxCalls.kill(pid, KILL));
    freeze(false);
  }

  @Override
  public boolean freeze(boolean frozen) {
    Path state = group.resolve("freezer.state");
    return Files.exists(state) && files.write(state, frozen ? "FROZEN" : "THAWED").isEmpty();
  }

  @Override
  public boolean isFrozen() {
    return files.read(group.resolve("freezer.state")).orElse("").strip().equals("FROZEN");
  }

  @Override
  public Optional<Duration> cpuTime() {
    return accounting
        .flatMap(folder -> files.read(folder.resolve("cpuacct.usage")))
        .map(nanos -> Duration.ofNanos(Long.parseLong(nanos.strip())));
  }
}
