package io.mainstay.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of the event journal: {@code events-SEQUENCE.jsonl}, named by the first number that
 * they may hold. Not safe for threads, except {@link #lines}.
 */
final class Segments {
  private static final Pattern NAME = Pattern.compile("events-([0-9a-f]{12})\\.jsonl");
  private static final Pattern ASIDE = Pattern.compile("events-([0-9a-f]{12})\\.jsonl\\.damaged");
  private static final int ASIDE_MAX = 4;

  private final Path folder;
  private final Consumer<JournalReport> report;

  Segments(Path folder, Consumer<JournalReport> report) {
    this.folder = folder;
    this.report = report;
  }

  /**
   * One file.
   *
   * @param first the lowest number that it may hold
   */
  record Segment(Path file, long first) {}

  /** All, oldest first; none if the folder cannot be read. */
  List<Segment> list() {
    return list(NAME);
  }

  /** The highest number that the names tell, damaged ones included; 0 without any. */
  long highestName() {
    return Stream.concat(list(NAME).stream(), list(ASIDE).stream())
        .mapToLong(Segment::first)
        .max()
        .orElse(0);
  }

  private List<Segment> list(Pattern pattern) {
    List<Segment> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        Matcher matcher = pattern.matcher(file.getFileName().toString());
        if (matcher.matches()) {
          found.add(new Segment(file, Long.parseLong(matcher.group(1), 16)));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      return List.copyOf(found);
    }
    return List.copyOf(found);
  }

  Path file(long first) {
    return folder.resolve("events-" + Cursor.text(first) + ".jsonl");
  }

  /** The whole lines of a segment; empty if it is gone. A torn end is left out. */
  static Optional<List<byte[]>> lines(Segment segment) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(segment.file());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    List<byte[]> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        lines.add(Arrays.copyOfRange(bytes, start, i));
        start = i + 1;
      }
    }
    return Optional.of(lines);
  }

  /** Cuts off what follows the whole lines; how many bytes that were. */
  static long cutTornEnd(Segment segment, List<byte[]> lines) throws IOException {
    long length = lines.stream().mapToLong(line -> line.length + 1L).sum();
    try (FileChannel channel = FileChannel.open(segment.file(), StandardOpenOption.WRITE)) {
      long torn = channel.size() - length;
      channel.truncate(length);
      return torn;
    }
  }

  /**
   * Renames a segment that cannot be read, so that it is in nobody's way; the oldest such are
   * deleted. Its number stays in the name, so that none is given twice.
   */
  void setAside(Segment segment, String reason) {
    Path aside = segment.file().resolveSibling(segment.file().getFileName() + ".damaged");
    try {
      Files.move(segment.file(), aside, StandardCopyOption.REPLACE_EXISTING);
      List<Segment> all = list(ASIDE);
      for (Segment old : all.subList(0, Math.max(0, all.size() - ASIDE_MAX))) {
        Files.deleteIfExists(old.file());
      }
      report.accept(new JournalReport.SetAside(aside, reason));
    } catch (IOException e) {
      report.accept(new JournalReport.SetAside(segment.file(), reason + "; cannot be renamed"));
    }
  }

  /** Deletes the oldest, so that at most {@code kept} stay. */
  void prune(int kept) {
    List<Segment> all = list();
    for (Segment old : all.subList(0, Math.max(0, all.size() - kept))) {
      try {
        Files.deleteIfExists(old.file());
      } catch (IOException e) {
        return;
      }
    }
  }
}
