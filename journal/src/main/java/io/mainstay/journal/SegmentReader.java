package io.mainstay.journal;

import io.mainstay.journal.Segments.Segment;
import io.mainstay.model.Event;
import io.mainstay.ports.ModelCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads events from segments. Lines that are no events are passed over and told once a file: what
 * stands around them is as good as before. Any thread.
 */
final class SegmentReader {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentReader.class);

  private final ModelCodec codec;
  private final Segments segments;
  private final Consumer<JournalReport> report;
  private final BiConsumer<Segment, String> unreadable;
  private final TreeSet<Path> told = new TreeSet<>();

  /**
   * Makes one.
   *
   * @param unreadable told about files that cannot be read at all, and why
   */
  SegmentReader(
      ModelCodec codec,
      Segments segments,
      Consumer<JournalReport> report,
      BiConsumer<Segment, String> unreadable) {
    this.codec = codec;
    this.segments = segments;
    this.report = report;
    this.unreadable = unreadable;
  }

  /** The last events of a segment, oldest first; none if there is none in it. */
  List<Numbered> last(Segment segment, List<byte[]> lines, int count) {
    List<Numbered> events = new ArrayList<>();
    for (int i = lines.size() - 1; i >= 0 && events.size() < count; i--) {
      parse(segment, i, lines.get(i)).ifPresent(events::add);
    }
    return events.reversed();
  }

  /**
   * Adds events in order.
   *
   * @param from only what follows that number
   * @param before only what comes before that number
   * @param limit of {@code found}
   */
  void read(long from, long before, int limit, List<Event> found) {
    List<Segment> files = segments.list();
    for (int i = 0; i < files.size() && found.size() < limit; i++) {
      boolean endsBefore = i + 1 < files.size() && files.get(i + 1).first() <= from + 1;
      if (!endsBefore && files.get(i).first() < before) {
        read(files.get(i), from, before, limit, found);
      }
    }
  }

  private void read(Segment segment, long from, long before, int limit, List<Event> found) {
    List<byte[]> lines;
    try {
      lines = Segments.lines(segment).orElse(List.of());
    } catch (IOException e) {
      unreadable.accept(segment, "cannot be read: " + e.getMessage());
      return;
    }
    for (int i = 0; i < lines.size() && found.size() < limit; i++) {
      Optional<Numbered> event = parse(segment, i, lines.get(i));
      if (event.isPresent() && event.get().sequence() >= before) {
        return;
      }
      event
          .filter(readable -> readable.sequence() > from)
          .ifPresent(readable -> found.add(readable.event()));
    }
  }

  private Optional<Numbered> parse(Segment segment, int index, byte[] line) {
    try {
      Event event = codec.read(line, Event.class);
      OptionalLong sequence = Cursor.parse(Optional.of(event.cursor()));
      if (sequence.isPresent()) {
        return Optional.of(new Numbered(sequence.getAsLong(), event));
      }
    } catch (IllegalArgumentException e) {
      LOG.debug("a line of the event journal is no event", e);
    }
    tell(segment, "line " + (index + 1) + " is no event and is passed over");
    return Optional.empty();
  }

  private synchronized void tell(Segment segment, String reason) {
    if (told.add(segment.file())) {
      report.accept(new JournalReport.Damaged(segment.file(), reason));
    }
  }
}
