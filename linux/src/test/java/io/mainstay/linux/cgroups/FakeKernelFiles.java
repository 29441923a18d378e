package io.mainstay.linux.cgroups;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;

/**
 * A folder that looks like a version 2 hierarchy: a new group is filled with the files that the
 * kernel would put there for the controllers that its parent hands down, killing empties it, and a
 * group with processes cannot be removed.
 */
final class FakeKernelFiles extends KernelFiles {
  private static final Map<String, String> CORE =
      Map.of(
          "cgroup.procs", "",
          "cgroup.controllers", "",
          "cgroup.subtree_control", "",
          "cgroup.events", "populated 0\nfrozen 0\n",
          "cgroup.freeze", "0\n",
          "cgroup.kill", "",
          "cpu.stat", "usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\n");

  void root(Path root) throws IOException {
    Files.createDirectories(root);
    fill(root, CORE);
    Files.writeString(root.resolve("cgroup.controllers"), "cpuset cpu io memory pids\n");
  }

  @Override
  void make(Path group) throws IOException {
    if (Files.exists(group)) {
      return;
    }
    Files.createDirectory(group);
    fill(group, CORE);
    String handed = Files.readString(group.resolveSibling("cgroup.subtree_control"));
    Files.writeString(group.resolve("cgroup.controllers"), handed);
    if (handed.contains("memory")) {
      fill(
          group,
          Map.of(
              "memory.max", "max\n",
              "memory.oom.group", "0\n",
              "memory.events", "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\noom_group_kill 0\n"));
    }
    if (handed.contains("cpu")) {
      fill(group, Map.of("cpu.max", "max 100000\n"));
    }
  }

  @Override
  boolean remove(Path group) {
    if (!members(group).isEmpty()) {
      return false;
    }
    try (var paths = Files.walk(group)) {
      paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return !Files.exists(group);
  }

  @Override
  void removeEmpty(Path group) {
    if (children(group).isEmpty()) {
      remove(group);
    }
  }

  @Override
  java.util.Optional<String> write(Path file, String text) {
    try {
      String name = file.getFileName().toString();
      if (!Files.exists(file)) {
        return java.util.Optional.of("NoSuchFileException: " + file);
      }
      if (name.equals("cgroup.subtree_control")) {
        String known = Files.readString(file.resolveSibling("cgroup.controllers"));
        if (!known.contains(text.substring(1))) {
          return java.util.Optional.of("no such controller");
        }
        Files.writeString(file, Files.readString(file) + text.substring(1) + " ");
        for (Path child : children(file.getParent())) {
          Files.writeString(child.resolve("cgroup.controllers"), Files.readString(file));
        }
      } else {
        Files.writeString(file, text + "\n");
      }
      if (name.equals("cgroup.kill")) {
        Files.writeString(file.resolveSibling("cgroup.procs"), "");
      }
      if (name.equals("cgroup.freeze")) {
        Files.writeString(
            file.resolveSibling("cgroup.events"), "populated 1\nfrozen " + text + "\n");
      }
      return java.util.Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void fill(Path group, Map<String, String> files) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(group.resolve(file.getKey()), file.getValue());
    }
  }
}
