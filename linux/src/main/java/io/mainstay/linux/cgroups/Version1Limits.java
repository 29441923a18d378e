package io.mainstay.linux.cgroups;

import io.mainstay.model.spec.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Limits by version 1 controllers, each in a hierarchy of its own.
 *
 * @param files access to them
 * @param memory its folder, if memory is limited
 * @param cpu its folder, if CPU is limited
 */
record Version1Limits(KernelFiles files, Optional<Path> memory, Optional<Path> cpu) {
  private static final long PERIOD_MICROS = 100_000;

  /**
   * Makes the groups that the limits need.
   *
   * @param bases where groups go, by controller
   * @param problems gets what is not in force and why
   */
  static Version1Limits make(
      KernelFiles files,
      Map<String, Path> bases,
      String name,
      Workload.Limits limits,
      List<String> problems) {
    Optional<Path> memory = Optional.empty();
    if (limits.memoryBytes().isPresent()) {
      memory = group(files, bases, "memory", name, problems);
      String bytes = Long.toString(limits.memoryBytes().getAsLong());
      memory
          .flatMap(group -> files.write(group.resolve("memory.limit_in_bytes"), bytes))
          .ifPresent(reason -> problems.add("memory: " + reason));
    }
    Optional<Path> cpu = Optional.empty();
    if (limits.cpuCores().isPresent()) {
      cpu = group(files, bases, "cpu", name, problems);
      String quota = Long.toString(Version2.quota(limits.cpuCores().getAsDouble()));
      cpu.flatMap(group ->
              files
                  .write(group.resolve("cpu.cfs_period_us"), Long.toString(PERIOD_MICROS))
                  .or(() -> files.write(group.resolve("cpu.cfs_quota_us"), quota)))
          .ifPresent(reason -> problems.add("cpu: " + reason));
    }
    return new Version1Limits(files, memory, cpu);
  }

  /** The groups, those that exist. */
  List<Path> groups() {
    return Stream.of(memory, cpu).flatMap(Optional::stream).toList();
  }

  /** Whether the kernel killed something in it for memory. */
  boolean wasOutOfMemory() {
    return memory
        .map(group -> files.number(group.resolve("memory.oom_control"), "oom_kill").orElse(0) > 0)
        .orElse(false);
  }

  private static Optional<Path> group(
      KernelFiles files,
      Map<String, Path> bases,
      String controller,
      String name,
      List<String> problems) {
    Path base = bases.get(controller);
    if (base == null) {
      problems.add(controller + ": this machine has no control group for it that we may use");
      return Optional.empty();
    }
    Path group = base.resolve(name);
    try {
      files.make(group);
      return Optional.of(group);
    } catch (IOException e) {
      problems.add(controller + ": cannot make " + group);
      return Optional.empty();
    }
  }

  /** The groups of an earlier run by that name. */
  static Version1Limits existing(KernelFiles files, Map<String, Path> bases, String name) {
    List<Path> found = new ArrayList<>();
    for (String controller : List.of("memory", "cpu")) {
      Path base = bases.get(controller);
      found.add(base == null ? Path.of("/nonexistent") : base.resolve(name));
    }
    return new Version1Limits(files, ifThere(found.get(0)), ifThere(found.get(1)));
  }

  private static Optional<Path> ifThere(Path group) {
    return java.nio.file.Files.isDirectory(group) ? Optional.of(group) : Optional.empty();
  }
}
