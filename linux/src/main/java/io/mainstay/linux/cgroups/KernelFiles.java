package io.mainstay.linux.cgroups;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The folders and files of a control group file system. Tests put a made-up one in its place. */
class KernelFiles {
  /** Makes a group; the kernel fills it with its files. */
  void make(Path group) throws IOException {
    Files.createDirectories(group);
  }

  /** Removes a group and those within it; answers whether it is gone. */
  boolean remove(Path group) {
    for (Path inner : children(group)) {
      remove(inner);
    }
    try {
      Files.deleteIfExists(group);
      return true;
    } catch (IOException e) {
      return false; // something still lives in it
    }
  }

  /** Removes a group in which nothing is, neither process nor group. */
  void removeEmpty(Path group) {
    try {
      Files.deleteIfExists(group);
    } catch (IOException e) {
      return; // it is in use
    }
  }

  /** The groups directly within a group. */
  List<Path> children(Path group) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(group, Files::isDirectory)) {
      entries.forEach(found::add);
    } catch (IOException e) {
      return List.of(); // gone
    }
    return found;
  }

  /** Writes what the kernel is to do; answers why it would not. */
  Optional<String> write(Path file, String text) {
    try {
      Files.writeString(file, text, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  /** What a file says; empty if it cannot be read. */
  Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The number behind a word in a file of lines {@code word number}. */
  OptionalLong number(Path file, String word) {
    return read(file).stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith(word + " "))
        .mapToLong(line -> Long.parseLong(line.substring(word.length() + 1).strip()))
        .findFirst();
  }

  /** The processes in a group and in those within it. */
  List<Long> members(Path group) {
    List<Long> found = new ArrayList<>();
    read(group.resolve("cgroup.procs")).stream()
        .flatMap(String::lines)
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .forEach(line -> found.add(Long.parseLong(line)));
    children(group).forEach(inner -> found.addAll(members(inner)));
    return found;
  }
}
