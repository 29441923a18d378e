package io.mainstay.linux.logs;

import io.mainstay.model.InstanceId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What lies in the folder of the logs, by instance, and which of it has been kept long enough. Logs
 * of instances that have a process always stay.
 */
final class KeptLogs {
  /** How long a log stays after its last line. */
  static final Duration LONGEST = Duration.ofDays(7);

  /** Beyond this many bytes in all, the oldest go first. */
  static final long MOST = 1L << 30;

  private static final Pattern NAME = Pattern.compile("(.+)\\.log(?:\\.\\d|\\.tmp)?");

  /**
   * The log of one instance.
   *
   * @param last when something was written to it last
   * @param bytes of all its files
   */
  record Log(InstanceId instance, Instant last, long bytes, List<Path> files) {}

  private KeptLogs() {}

  /** All logs in the folder; what is not a log is left out. */
  static List<Log> in(Path folder) throws IOException {
    TreeMap<InstanceId, List<Path>> byInstance = new TreeMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path file : all) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches()) {
          InstanceId.parse(name.group(1))
              .ifPresent(id -> byInstance.computeIfAbsent(id, _ -> new ArrayList<>()).add(file));
        }
      }
    }
    List<Log> logs = new ArrayList<>();
    byInstance.forEach((instance, files) -> log(instance, files).ifPresent(logs::add));
    return logs;
  }

  /**
   * Those that are to be deleted, the oldest first.
   *
   * @param used whether an instance has a process, whose log stays
   */
  static List<Log> surplus(List<Log> logs, Predicate<InstanceId> used, Instant now) {
    long total = logs.stream().mapToLong(Log::bytes).sum();
    List<Log> surplus = new ArrayList<>();
    for (Log log : logs.stream().sorted(Comparator.comparing(Log::last)).toList()) {
      boolean old = log.last().plus(LONGEST).isBefore(now);
      if ((old || total > MOST) && !used.test(log.instance())) {
        surplus.add(log);
        total -= log.bytes();
      }
    }
    return surplus;
  }

  /** Empty if it went away meanwhile. */
  private static Optional<Log> log(InstanceId instance, List<Path> files) {
    try {
      Instant last = Instant.MIN;
      long bytes = 0;
      for (Path file : files) {
        Instant written = Files.getLastModifiedTime(file).toInstant();
        last = written.isAfter(last) ? written : last;
        bytes += Files.size(file);
      }
      return Optional.of(new Log(instance, last, bytes, files));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
