package io.mainstay.journal;

import io.mainstay.journal.Segments.Segment;
import io.mainstay.model.Event;
import io.mainstay.ports.EventJournal;
import io.mainstay.ports.ModelCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Events as JSON lines in segment files, the newest in memory too. A thread of its own writes, so
 * that nobody who has something to tell ever waits for the disk. A write goes to the kernel and is
 * not forced: it survives a kill of this process that comes a moment later. While writing fails,
 * memory keeps the events, as many as it holds, and writes them once it works again.
 *
 * <p>Any thread. Subscribers and reports are called in order, one at a time, outside of the lock,
 * on the thread of an append or on that of the writer; they may append themselves.
 */
public final class FileEventJournal implements EventJournal, AutoCloseable {
  private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(5);

  private final Options options;
  private final Consumer<JournalReport> report;
  private final Executor writer;
  private final Runnable stopWriter;
  private final Segments segments;
  private final SegmentReader reader;
  private final EventFiles files;
  private final Delivery delivery = new Delivery();

  private final Object lock = new Object();
  private final Deque<Numbered> recent = new ArrayDeque<>();
  private long next;

  /** The last number that is on the disk, and the last that the writer has in its hands. */
  private long written;

  private long taken;
  private long lost;
  private boolean writing;
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

  private FileEventJournal(
      Path folder,
      ModelCodec codec,
      Options options,
      LineFile.Opener opener,
      Executor writer,
      Runnable stopWriter,
      Consumer<JournalReport> report) {
    this.options = options;
    this.report = report;
    this.writer = writer;
    this.stopWriter = stopWriter;
    this.segments = new Segments(folder, this::later);
    this.files = new EventFiles(codec, segments, opener, this::later, options);
    this.reader = new SegmentReader(codec, segments, this::later, files::setAside);
  }

  /**
   * Opens the journal of a folder. Never fails: what cannot be read is set aside, what cannot be
   * written stays in memory.
   *
   * @param folder exists
   * @param report told about trouble with the disk; during this call and later, on any thread
   */
  public static FileEventJournal open(
      Path folder, ModelCodec codec, Consumer<JournalReport> report) {
    ExecutorService thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("mainstay-events").daemon(true).factory());
    return open(
        new FileEventJournal(
            folder,
            codec,
            Options.DEFAULT,
            LineFile::onDisk,
            thread,
            () -> awaitEnd(thread),
            report));
  }

  /** For tests: {@code writer} runs the writes. */
  static FileEventJournal open(
      Path folder,
      ModelCodec codec,
      Options options,
      LineFile.Opener opener,
      Executor writer,
      Consumer<JournalReport> report) {
    return open(new FileEventJournal(folder, codec, options, opener, writer, () -> {}, report));
  }

  private static FileEventJournal open(FileEventJournal journal) {
    synchronized (journal.lock) {
      journal.recover();
    }
    journal.delivery.run();
    return journal;
  }

  private static void awaitEnd(ExecutorService thread) {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(PATIENCE_AT_CLOSE.toSeconds(), TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Event append(Event event) {
    Event stored;
    synchronized (lock) {
      stored = event.at(Cursor.text(next));
      recent.addLast(new Numbered(next, stored));
      next++;
      delivery.add(stored, next - 1);
      beginToWrite();
      trim();
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
      reader.read(from, memoryStart, limit, found);
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
  public boolean knows(String cursor) {
    OptionalLong given = Cursor.parse(Optional.of(cursor));
    synchronized (lock) {
      return given.isPresent() && given.getAsLong() < next;
    }
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

  /** Writes what is left, for at most 5 s, and closes the file; later events stay in memory. */
  @Override
  public void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      beginToWrite();
      closed = true;
    }
    stopWriter.run();
    files.close();
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
    written = next - 1;
    taken = written;
  }

  private void continueWith(Segment segment) {
    try {
      files.continueWith(segment, Segments.lines(segment).orElse(List.of()));
    } catch (IOException e) {
      failed(e);
    }
  }

  /** The last events of a segment; none if there are none in it: then it is put away. */
  private List<Numbered> newest(Segment segment) {
    try {
      List<byte[]> lines = Segments.lines(segment).orElse(List.of());
      if (lines.isEmpty()) {
        Files.deleteIfExists(segment.file());
        return List.of();
      }
      List<Numbered> events = reader.last(segment, lines, options.recentKept());
      if (events.isEmpty()) {
        segments.setAside(segment, "there is no event in it");
      }
      return events;
    } catch (IOException e) {
      segments.setAside(segment, "cannot be read: " + e.getMessage());
      return List.of();
    }
  }

  /** Has the writer write, unless it is at it. */
  private void beginToWrite() {
    if (!writing && !closed) {
      writing = true;
      writer.execute(this::write);
    }
  }

  /** Writes what is not on the disk yet, oldest first; stops at the first failure. */
  private void write() {
    List<Numbered> pending = take();
    while (!pending.isEmpty()) {
      try {
        for (Numbered numbered : pending) {
          files.write(numbered);
          synchronized (lock) {
            written = numbered.sequence();
          }
        }
      } catch (IOException e) {
        giveUp(e, pending);
        break;
      }
      pending = take();
    }
    delivery.run();
  }

  /** What is to be written now. */
  private List<Numbered> take() {
    synchronized (lock) {
      List<Numbered> pending =
          recent.stream().filter(numbered -> numbered.sequence() > written).toList();
      if (!pending.isEmpty()) {
        taken = pending.getLast().sequence();
        return pending;
      }
      writing = false;
      if (failing) {
        failing = false;
        later(new JournalReport.WriteRecovered(lost));
        lost = 0;
      }
      return pending;
    }
  }

  private void giveUp(IOException e, List<Numbered> pending) {
    synchronized (lock) {
      long kept = recent.isEmpty() ? next : recent.getFirst().sequence();
      lost +=
          pending.stream()
              .filter(numbered -> numbered.sequence() > written && numbered.sequence() < kept)
              .count();
      taken = written;
      writing = false;
      failed(e);
    }
  }

  private void failed(IOException e) {
    if (!failing) {
      failing = true;
      later(new JournalReport.WriteFailed(String.valueOf(e.getMessage())));
    }
  }

  /** Forgets the oldest in memory, and counts those that no file will have. */
  private void trim() {
    while (recent.size() > options.recentKept()) {
      long sequence = recent.removeFirst().sequence();
      if (sequence > Math.max(written, taken)) {
        lost++;
      }
    }
  }

  private void later(JournalReport what) {
    delivery.add(() -> report.accept(what));
  }
}
