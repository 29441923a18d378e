package io.mainstay.linux.cgroups;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Where this machine shows its control groups, and where in them this process is.
 *
 * @param unified mount of version 2
 * @param unifiedOwn our group in it, such as {@code /user.slice}
 * @param controllers mounts of version 1, by controller
 * @param own our groups in them, by controller
 */
public record CgroupMounts(
    Optional<Path> unified,
    String unifiedOwn,
    SequencedMap<String, Path> controllers,
    SequencedMap<String, String> own) {

  /** Reads {@code /proc/self/mounts} and {@code /proc/self/cgroup}; nothing if there is none. */
  public static CgroupMounts read() {
    try {
      return parse(
          Files.readAllLines(Path.of("/proc/self/mounts")),
          Files.readAllLines(Path.of("/proc/self/cgroup")));
    } catch (IOException e) {
      return parse(List.of(), List.of());
    }
  }

  static CgroupMounts parse(List<String> mounts, List<String> groups) {
    Optional<Path> unified = Optional.empty();
    SequencedMap<String, Path> controllers = new LinkedHashMap<>();
    for (String line : mounts) {
      String[] fields = line.split(" ", -1);
      if (fields.length < 4) {
        continue;
      }
      if (fields[2].equals("cgroup2") && unified.isEmpty()) {
        unified = Optional.of(Path.of(fields[1]));
      } else if (fields[2].equals("cgroup")) {
        for (String option : fields[3].split(",", -1)) {
          controllers.putIfAbsent(option, Path.of(fields[1]));
        }
      }
    }
    String unifiedOwn = "/";
    SequencedMap<String, String> own = new LinkedHashMap<>();
    for (String line : groups) {
      String[] fields = line.split(":", 3);
      if (fields.length == 3 && fields[1].isEmpty()) {
        unifiedOwn = fields[2];
      } else if (fields.length == 3) {
        for (String controller : fields[1].split(",", -1)) {
          own.put(controller, fields[2]);
        }
      }
    }
    return new CgroupMounts(unified, unifiedOwn, controllers, own);
  }
}
