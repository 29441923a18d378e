package io.mainstay.linux;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** Reads {@code /proc}. What vanishes while it is read is simply absent. Any thread. */
final class ProcFs {
  /** The name under which instances carry their nonce. */
  static final String NONCE = "MAINSTAY_NONCE";

  /** The name under which they carry the mark of their server's data folder. */
  static final String FOLDER = "MAINSTAY_FOLDER";

  private static final int BLOCK = 16 * 1024;
  private static final int AFTER_NAME = 3; // stat's first field behind the name is number 3

  private final Path root;
  private final String bootId;

  ProcFs(Path root) {
    this.root = root;
    this.bootId = text(root.resolve("sys/kernel/random/boot_id")).map(String::strip).orElse("");
  }

  /**
   * One line of {@code /proc/PID/stat}.
   *
   * @param pid process id
   * @param state one letter; Z is a zombie
   * @param parent process id
   * @param group process group
   * @param session session
   * @param cpuTicks user and system time, of its reaped children too
   * @param startTicks clock ticks from boot to its start
   * @param exitStatus packed wait status, once it is a zombie
   */
  record Stat(
      long pid,
      char state,
      long parent,
      long group,
      long session,
      long cpuTicks,
      long startTicks,
      int exitStatus) {
    /** Whether it only waits to be reaped, or is being taken apart. */
    boolean isDead() {
      return state == 'Z' || state == 'X' || state == 'x';
    }
  }

  /** Random for each boot of the kernel. */
  String bootId() {
    return bootId;
  }

  /** What the kernel says about a process. */
  Optional<Stat> stat(long pid) {
    return text(root.resolve(Long.toString(pid)).resolve("stat")).flatMap(line -> parse(pid, line));
  }

  /** All process ids, the smallest first. */
  List<Long> pids() {
    List<Long> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, "[0-9]*")) {
      for (Path entry : entries) {
        found.add(Long.parseLong(entry.getFileName().toString()));
      }
    } catch (IOException | NumberFormatException e) {
      // A list cut short is what a vanishing process leaves; callers look again.
      return found.stream().sorted().toList();
    }
    return found.stream().sorted().toList();
  }

  /** Everything that can be known about every process. */
  List<Stat> all() {
    return pids().stream().map(this::stat).flatMap(Optional::stream).toList();
  }

  /** The nonce in a process's environment; empty if it has none or may not be read. */
  Optional<String> nonce(long pid) {
    return Optional.ofNullable(environment(pid).get(NONCE));
  }

  /** A process's environment; empty if it may not be read. */
  SequencedMap<String, String> environment(long pid) {
    SequencedMap<String, String> found = new LinkedHashMap<>();
    String all =
        text(root.resolve(Long.toString(pid)).resolve("environ"), StandardCharsets.UTF_8)
            .orElse("");
    for (String entry : all.split("\0", -1)) {
      int sign = entry.indexOf('=');
      if (sign > 0) {
        found.putIfAbsent(entry.substring(0, sign), entry.substring(sign + 1));
      }
    }
    return found;
  }

  private static Optional<Stat> parse(long pid, String line) {
    int name = line.lastIndexOf(')');
    if (name < 0) {
      return Optional.empty();
    }
    String[] fields = line.substring(name + 1).strip().split(" ", -1);
    if (fields.length <= 52 - AFTER_NAME) {
      return Optional.empty();
    }
    long ticks = 0;
    for (int field = 14; field <= 17; field++) {
      ticks += Long.parseLong(fields[field - AFTER_NAME]);
    }
    return Optional.of(
        new Stat(
            pid,
            fields[0].charAt(0),
            Long.parseLong(fields[4 - AFTER_NAME]),
            Long.parseLong(fields[5 - AFTER_NAME]),
            Long.parseLong(fields[6 - AFTER_NAME]),
            ticks,
            Long.parseLong(fields[22 - AFTER_NAME]),
            Integer.parseInt(fields[52 - AFTER_NAME])));
  }

  /**
   * What a file of the kernel says. Read in one large piece: many of them show a size of 0, and
   * some answer the first read only, so that a read that begins with one byte gets no more than
   * that.
   */
  static Optional<String> text(Path file) {
    return text(file, StandardCharsets.ISO_8859_1);
  }

  private static Optional<String> text(Path file, Charset charset) {
    try (InputStream in = Files.newInputStream(file)) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      byte[] block = new byte[BLOCK];
      for (int count = in.read(block); count > 0; count = in.read(block)) {
        all.write(block, 0, count);
      }
      return Optional.of(all.toString(charset));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
