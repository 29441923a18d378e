package io.mainstay.linux.cgroups;

import io.mainstay.linux.calls.LinuxCalls;
import io.mainstay.model.spec.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One group of the unified hierarchy. Files: Linux, Documentation/admin-guide/cgroup-v2.rst.
 *
 * @param files access to them
 * @param group its folder
 */
record Version2(KernelFiles files, Path group) implements Tracking {
  private static final int KILL = 9;
  private static final long PERIOD_MICROS = 100_000;
  private static final long LEAST_QUOTA_MICROS = 1_000;

  /** Sets limits; answers which are not in force and why. */
  List<String> limit(Workload.Limits limits) {
    List<String> problems = new ArrayList<>();
    if (limits.memoryBytes().isPresent()) {
      String bytes = Long.toString(limits.memoryBytes().getAsLong());
      set("memory", "memory.max", bytes, problems);
      // All of the instance dies, not one process of it that the others wait for.
      files.write(group.resolve("memory.oom.group"), "1");
    }
    if (limits.cpuCores().isPresent()) {
      long quota = quota(limits.cpuCores().getAsDouble());
      set("cpu", "cpu.max", quota + " " + PERIOD_MICROS, problems);
    }
    return problems;
  }

  /** Microseconds of CPU in each period of a tenth of a second. */
  static long quota(double cores) {
    return Math.max(LEAST_QUOTA_MICROS, Math.round(cores * PERIOD_MICROS));
  }

  /** Whether the kernel killed something in it for memory. */
  boolean wasOutOfMemory() {
    OptionalLong kills = files.number(group.resolve("memory.events"), "oom_kill");
    return kills.orElse(0) > 0;
  }

  @Override
  public List<Long> members() {
    return files.members(group);
  }

  @Override
  public void kill() {
    // In one stroke, with what is forked meanwhile; kernels before 5.14 need the loop.
    if (files.write(group.resolve("cgroup.kill"), "1").isPresent()) {
      freeze(true);
      members().forEach(pid -> LinuxCalls.kill(pid, KILL));
      freeze(false);
    }
  }

  @Override
  public boolean freeze(boolean frozen) {
    return files.write(group.resolve("cgroup.freeze"), frozen ? "1" : "0").isEmpty();
  }

  @Override
  public boolean isFrozen() {
    return files.number(group.resolve("cgroup.events"), "frozen").orElse(0) == 1;
  }

  @Override
  public Optional<Duration> cpuTime() {
    OptionalLong micros = files.number(group.resolve("cpu.stat"), "usage_usec");
    return micros.isPresent()
        ? Optional.of(Duration.ofNanos(micros.getAsLong() * 1000))
        : Optional.empty();
  }

  private void set(String controller, String file, String value, List<String> problems) {
    Path path = group.resolve(file);
    if (!Files.exists(path)) {
      problems.add(
          String.format(
              Locale.ROOT,
              "%s: the controller is not enabled in %s",
              controller,
              group.getParent()));
      return;
    }
    files.write(path, value).ifPresent(reason -> problems.add(controller + ": " + reason));
  }
}
