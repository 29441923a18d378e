package io.mainstay.journal;

import io.mainstay.journal.Segments.Segment;
import io.mainstay.ports.ModelCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes events to segments, a new one when the last is full. Any thread; one at a time. */
final class EventFiles {
  private static final Logger LOG = LoggerFactory.getLogger(EventFiles.class);

  private final ModelCodec codec;
  private final Segments segments;
  private final LineFile.Opener opener;
  private final Consumer<JournalReport> report;
  private final long segmentBytes;
  private final int segmentsKept;
  private Optional<LineFile> current = Optional.empty();
  private Optional<Path> currentPath = Optional.empty();

  EventFiles(
      ModelCodec codec,
      Segments segments,
      LineFile.Opener opener,
      Consumer<JournalReport> report,
      FileEventJournal.Options options) {
    this.codec = codec;
    this.segments = segments;
    this.opener = opener;
    this.report = report;
    this.segmentBytes = options.segmentBytes();
    this.segmentsKept = options.segmentsKept();
  }

  /** Goes on with the segment that an earlier run wrote last. */
  synchronized void continueWith(Segment segment, List<byte[]> lines) throws IOException {
    long torn = Segments.cutTornEnd(segment, lines);
    if (torn > 0) {
      report.accept(
          new JournalReport.Damaged(
              segment.file(), "its last event was not finished; " + torn + " bytes were cut off"));
    }
    current = Optional.of(opener.open(segment.file()));
    currentPath = Optional.of(segment.file());
  }

  /** Appends an event. */
  synchronized void write(Numbered numbered) throws IOException {
    byte[] json = codec.write(numbered.event());
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    fileFor(line.length, numbered.sequence()).append(line);
  }

  /** Puts a segment out of everybody's way. */
  synchronized void setAside(Segment segment, String reason) {
    if (currentPath.equals(Optional.of(segment.file()))) {
      close();
    }
    segments.setAside(segment, reason);
  }

  /** Closes the file that is being written. */
  synchronized void close() {
    try {
      if (current.isPresent()) {
        current.get().close();
      }
    } catch (IOException e) {
      LOG.debug("closing a segment", e);
    }
    current = Optional.empty();
    currentPath = Optional.empty();
  }

  private LineFile fileFor(int bytes, long sequence) throws IOException {
    if (current.isPresent()) {
      LineFile file = current.get();
      if (file.size() == 0 || file.size() + bytes <= segmentBytes) {
        return file;
      }
      close();
    }
    Path path = segments.file(sequence);
    LineFile file = opener.open(path);
    current = Optional.of(file);
    currentPath = Optional.of(path);
    segments.prune(segmentsKept);
    return file;
  }
}
