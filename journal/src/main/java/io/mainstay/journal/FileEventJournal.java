package io.mainstay.journal;

import io.mainstay.journal.Segments.Segment;
import io.mainstay.model.Event;
import io.mainstay.ports.EventJournal;
import io.mainstay.ports.ModelCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events as JSON lines in segment files, the newest in memory too. A write goes to the kernel and
 * is not forced to the disk: it survives a kill of this process, and costs no wait for the disk.
 * While writing fails, memory keeps the events, as many as it holds, and writes them once it works
 * again.
 *
 * <p>Any thread. Subscribers and reports are called in order, one at a time, outside of the lock,
 * on the thread of an append; they may append themselves.
 */
public final class FileEventJournal implements EventJournal, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FileEventJournal.class);

  private final ModelCodec codec;
  private final Options options;
  private final LineFile.Opener opener;
  private final Consumer<JournalReport> report;
  private final Segments segments;
  private final Delivery delivery = new Delivery();

  private final Object lock = new Object();
  private final Deque<Numbered> recent = new ArrayDeque<>();
  private Optional<LineFile> current = Optional.empty();
  private Optional<Path> currentPath = Optional.empty();
  private long next;
  private int unwritten;
  private long lost;
  private boolean failing;
  private boolean closed;

  /**
   * Bounds.
   *
   * @param segmentBytes size at which a new file is begun
   * @param segmentsKept files kept, from 2
   * @param recentKept events kept in memory
   */
  public record Options(long segmentBytes, int segmentsKept, int recentKept) {
    /** 8 files of 4 MiB, 1,000 events in memory. */
    public static final Options DEFAULT = new Options(4L << 20, 8, 1000);
  }

  private record Numbered(long sequence, Event event) {}

  private FileEventJournal(
      Path folder,
      ModelCodec codec,
      Options options,
      LineFile.Opener opener,
      Consumer<JournalReport> report) {
    this.codec = codec;
    this.options = options;
    this.opener = opener;
    this.report = report;
    this.segments = new Segments(folder, this::later);
  }

  /**
   * Opens the journal of a folder. Never fails: what cannot be read is set aside, what cannot be
   * written stays in memory.
   *
   * @param folder exists
   * @param report told about trouble with the disk; during this call and later during appends
   */
  public static FileEventJournal open(
      Path folder, ModelCodec codec, Consumer<JournalReport> report) {
    return open(folder, codec, Options.DEFAULT, LineFile::onDisk, report);
  }

  static FileEventJournal open(
      Path folder,
      ModelCodec codec,
      Options options,
      LineFile.Opener opener,
      Consumer<JournalReport> report) {
    FileEventJournal journal = new FileEventJournal(folder, codec, options, opener, report);
    synchronized (journal.lock) {
      journal.recover();
    }
    journal.delivery.run();
    return journal;
  }

  @Override
  public Event append(Event event) {
    Event stored;
    synchronized (lock) {
      stored = event.at(Cursor.text(next));
      recent.addLast(new Numbered(next, stored));
      next++;
      unwritten++;
      writePending();
      trim();
      delivery.add(stored, next - 1);
    }
    delivery.run();
    return stored;
  }

  @Override
  public List<Event> after(Optional<String> cursor, int limit) {
    List<Numbered> inMemory;
    long from;
    synchronized (lock) {
      OptionalLong given = Cursor.parse(cursor);
      from = given.isPresent() && given.getAsLong() < next ? given.getAsLong() : -1;
      inMemory = List.copyOf(recent);
    }
    long memoryStart = inMemory.isEmpty() ? Long.MAX_VALUE : inMemory.getFirst().sequence();
    List<Event> found = new ArrayList<>();
    if (from < memoryStart - 1) {
      readFiles(from, memoryStart, limit, found);
      delivery.run();
    }
    for (Numbered numbered : inMemory) {
      if (found.size() < limit && numbered.sequence() > from) {
        found.add(numbered.event());
      }
    }
    return List.copyOf(found);
  }

  @Override
  public List<Event> latest(int limit) {
    synchronized (lock) {
      if (limit <= recent.size()) {
        return recent.stream().skip(recent.size() - limit).map(Numbered::event).toList();
      }
    }
    List<Event> all = after(Optional.empty(), Integer.MAX_VALUE);
    return all.subList(Math.max(0, all.size() - limit), all.size());
  }

  @Override
  public AutoCloseable subscribe(Consumer<Event> listener) {
    synchronized (lock) {
      return delivery.subscribe(listener, next);
    }
  }

  /** Writes what is left and closes the file; later events stay in memory. */
  @Override
  public void close() {
    synchronized (lock) {
      writePending();
      closed = true;
      closeCurrent();
    }
    delivery.run();
  }

  private void recover() {
    boolean last = true;
    for (Segment segment : segments.list().reversed()) {
      List<Numbered> newest = newest(segment);
      if (!newest.isEmpty()) {
        newest.forEach(recent::addLast);
        if (last) {
          continueWith(segment);
        }
        break;
      }
      last &= !Files.exists(segment.file());
    }
    // Names first: they also tell the numbers of what was set aside just now.
    next = Cursor.nextRun(segments.highestName());
    if (!recent.isEmpty()) {
      next = Math.max(next, Cursor.nextRun(recent.getLast().sequence()));
    }
  }

  private void continueWith(Segment segment) {
    try {
      Segments.cutTornEnd(segment, Segments.lines(segment).orElse(List.of()));
      current = Optional.of(opener.open(segment.file()));
      currentPath = Optional.of(segment.file());
    } catch (IOException e) {
      failed(e);
    }
  }

  /** The last events of a segment; none if it is empty or damaged: then it is put away. */
  private List<Numbered> newest(Segment segment) {
    List<Numbered> events = new ArrayList<>();
    try {
      List<byte[]> lines = Segments.lines(segment).orElse(List.of());
      if (lines.isEmpty()) {
        Files.deleteIfExists(segment.file());
      }
      for (int i = Math.max(0, lines.size() - options.recentKept()); i < lines.size(); i++) {
        Optional<Numbered> event = parse(lines.get(i));
        if (event.isEmpty()) {
          segments.setAside(segment, highest(lines), "line " + (i + 1) + " is no event");
          return List.of();
        }
        events.add(event.get());
      }
    } catch (IOException e) {
      segments.setAside(segment, 0, "cannot be read: " + e.getMessage());
      return List.of();
    }
    return events;
  }

  private long highest(List<byte[]> lines) {
    return lines.stream()
        .flatMap(line -> parse(line).stream())
        .mapToLong(Numbered::sequence)
        .max()
        .orElse(0);
  }

  private Optional<Numbered> parse(byte[] line) {
    try {
      Event event = codec.read(line, Event.class);
      OptionalLong sequence = Cursor.parse(Optional.of(event.cursor()));
      return sequence.isPresent()
          ? Optional.of(new Numbered(sequence.getAsLong(), event))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      LOG.debug("a line of the event journal is no event", e);
      return Optional.empty();
    }
  }

  private void readFiles(long from, long before, int limit, List<Event> found) {
    List<Segment> files = segments.list();
    for (int i = 0; i < files.size() && found.size() < limit; i++) {
      boolean endsBefore = i + 1 < files.size() && files.get(i + 1).first() <= from + 1;
      if (!endsBefore && files.get(i).first() < before) {
        read(files.get(i), from, before, limit, found);
      }
    }
  }

  /** Adds the events of a segment up to the first damage, for which it is set aside. */
  private void read(Segment segment, long from, long before, int limit, List<Event> found) {
    List<byte[]> lines;
    try {
      lines = Segments.lines(segment).orElse(List.of());
    } catch (IOException e) {
      setAside(segment, 0, "cannot be read: " + e.getMessage());
      return;
    }
    for (int i = 0; i < lines.size() && found.size() < limit; i++) {
      Optional<Numbered> event = parse(lines.get(i));
      if (event.isEmpty()) {
        setAside(segment, highest(lines), "line " + (i + 1) + " is no event");
        return;
      }
      long sequence = event.get().sequence();
      if (sequence >= before) {
        return;
      }
      if (sequence > from) {
        found.add(event.get().event());
      }
    }
  }

  private void setAside(Segment segment, long highest, String reason) {
    synchronized (lock) {
      if (currentPath.equals(Optional.of(segment.file()))) {
        closeCurrent();
      }
      segments.setAside(segment, highest, reason);
    }
  }

  /** Writes what is not on the disk yet, oldest first; stops at the first failure. */
  private void writePending() {
    List<Numbered> pending =
        unwritten == 1
            ? List.of(recent.getLast())
            : recent.stream().skip(recent.size() - unwritten).toList();
    for (Numbered numbered : pending) {
      try {
        write(numbered);
        unwritten--;
      } catch (IOException e) {
        failed(e);
        return;
      }
    }
    if (failing && unwritten == 0) {
      failing = false;
      later(new JournalReport.WriteRecovered(lost));
      lost = 0;
    }
  }

  private void write(Numbered numbered) throws IOException {
    if (closed) {
      throw new IOException("the journal is closed");
    }
    byte[] json = codec.write(numbered.event());
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    LineFile file = fileFor(line.length, numbered.sequence());
    file.append(line);
  }

  private LineFile fileFor(int bytes, long sequence) throws IOException {
    if (current.isPresent()) {
      LineFile file = current.get();
      if (file.size() == 0 || file.size() + bytes <= options.segmentBytes()) {
        return file;
      }
      closeCurrent();
    }
    Path path = segments.file(sequence);
    LineFile file = opener.open(path);
    current = Optional.of(file);
    currentPath = Optional.of(path);
    segments.prune(options.segmentsKept());
    return file;
  }

  private void closeCurrent() {
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

  private void failed(IOException e) {
    if (!failing && !closed) {
      failing = true;
      later(new JournalReport.WriteFailed(String.valueOf(e.getMessage())));
    }
  }

  /** Forgets the oldest in memory, and counts those that no file has. */
  private void trim() {
    while (recent.size() > options.recentKept()) {
      recent.removeFirst();
      if (unwritten > recent.size()) {
        unwritten = recent.size();
        lost++;
      }
    }
  }

  private void later(JournalReport what) {
    delivery.add(() -> report.accept(what));
  }
}
