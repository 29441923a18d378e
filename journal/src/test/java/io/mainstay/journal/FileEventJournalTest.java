package io.mainstay.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.journal.FileEventJournal.Options;
import io.mainstay.model.Event;
import io.mainstay.ports.ModelCodec;
import io.mainstay.spec.JsonModelCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileEventJournalTest {
  private static final ModelCodec CODEC = new JsonModelCodec();
  private static final Options SMALL = new Options(2000, 3, 5);

  @TempDir Path folder;
  private final List<JournalReport> reports = Collections.synchronizedList(new ArrayList<>());

  private FileEventJournal open(Options options) {
    return FileEventJournal.open(
        folder, CODEC, options, LineFile::onDisk, Runnable::run, reports::add);
  }

  private FileEventJournal open() {
    return FileEventJournal.open(folder, CODEC, reports::add);
  }

  private static List<String> reasons(List<Event> events) {
    return events.stream().map(Event::reason).toList();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    }
  }

  @Test
  void keepsEventsWithGrowingCursorsOverRestarts() {
    List<String> cursors = new ArrayList<>();
    for (int run = 0; run < 3; run++) {
      try (FileEventJournal journal = open()) {
        for (int i = 0; i < 3; i++) {
          cursors.add(journal.append(Samples.event(run + "-" + i)).cursor());
        }
      }
    }
    assertThat(cursors).doesNotHaveDuplicates().isSorted();
    try (FileEventJournal journal = open()) {
      assertThat(journal.after(Optional.empty(), 100))
          .extracting(Event::cursor)
          .containsExactlyElementsOf(cursors);
      assertThat(reasons(journal.after(Optional.of(cursors.get(4)), 2)))
          .containsExactly("1-2", "2-0");
      assertThat(journal.after(Optional.of(cursors.getLast()), 5)).isEmpty();
      assertThat(reasons(journal.latest(2))).containsExactly("2-1", "2-2");
      assertThat(journal.after(Optional.empty(), 1).getFirst())
          .isEqualTo(Samples.event("0-0").at(cursors.getFirst()));
    }
    assertThat(reports).isEmpty();
  }

  @Test
  void takesUnknownCursorsForNone() {
    try (FileEventJournal journal = open()) {
      journal.append(Samples.event("a"));
      for (String cursor : List.of("", "zzz", "ffffffffffff", "00000000000G", "-00000000001")) {
        assertThat(journal.after(Optional.of(cursor), 10)).as(cursor).hasSize(1);
        assertThat(journal.knows(cursor)).as(cursor).isFalse();
      }
      assertThat(journal.knows(journal.latest(1).getFirst().cursor())).isTrue();
    }
  }

  @Test
  void staysWithinItsBoundsAndReadsOlderEventsFromDisk() throws IOException {
    try (FileEventJournal journal = open(SMALL)) {
      for (int i = 0; i < 100; i++) {
        journal.append(Samples.event("event " + i));
      }
      assertThat(files()).hasSizeLessThanOrEqualTo(3);
      for (Path file : files()) {
        assertThat(Files.size(file)).isLessThanOrEqualTo(2000);
      }
      List<Event> kept = journal.after(Optional.empty(), 1000);
      assertThat(kept).hasSizeGreaterThan(10);
      assertThat(reasons(kept))
          .containsExactlyElementsOf(
              Stream.iterate(100 - kept.size(), i -> i + 1)
                  .limit(kept.size())
                  .map(i -> "event " + i)
                  .toList());
      for (int i = 0; i < kept.size(); i++) {
        assertThat(journal.after(Optional.of(kept.get(i).cursor()), 1000))
            .isEqualTo(kept.subList(i + 1, kept.size()));
      }
      assertThat(journal.latest(8)).isEqualTo(kept.subList(kept.size() - 8, kept.size()));
      assertThat(journal.latest(1000)).isEqualTo(kept);
    }
  }

  @Test
  void toleratesALastLineTornAtAnyByte() throws IOException {
    try (FileEventJournal journal = open()) {
      journal.append(Samples.event("first"));
      journal.append(Samples.event("second"));
    }
    Path file = files().getFirst();
    byte[] whole = Files.readAllBytes(file);
    int firstEnd = new String(whole, StandardCharsets.UTF_8).indexOf('\n') + 1;
    for (int length = firstEnd; length < whole.length; length++) {
      reports.clear();
      Files.write(file, Arrays.copyOf(whole, length));
      try (FileEventJournal journal = open()) {
        assertThat(reasons(journal.after(Optional.empty(), 9))).containsExactly("first");
        journal.append(Samples.event("third"));
      }
      try (FileEventJournal journal = open()) {
        assertThat(reasons(journal.after(Optional.empty(), 9))).containsExactly("first", "third");
      }
      assertThat(files()).containsExactly(file);
      if (length == firstEnd) {
        assertThat(reports).isEmpty();
      } else {
        assertThat(reports)
            .containsExactly(
                new JournalReport.Damaged(
                    file,
                    "its last event was not finished; "
                        + (length - firstEnd)
                        + " bytes were cut off"));
      }
    }
  }

  @Test
  void passesOverADamagedLineAndNeverGivesItsCursorAgain() throws IOException {
    Set<String> cursors = new LinkedHashSet<>();
    for (int run = 0; run < 3; run++) {
      try (FileEventJournal journal = open()) {
        cursors.add(journal.append(Samples.event("old " + run)).cursor());
      }
    }
    Path file = files().getFirst();
    String text = Files.readString(file);
    int middle = text.indexOf("old 1");
    Files.writeString(file, text.substring(0, middle) + "\0\0\n" + text.substring(middle));
    try (FileEventJournal journal = open()) {
      assertThat(reasons(journal.after(Optional.empty(), 9))).containsExactly("old 0", "old 2");
      List<String> known = List.copyOf(cursors);
      assertThat(reasons(journal.after(Optional.of(known.get(1)), 9))).containsExactly("old 2");
      assertThat(cursors.add(journal.append(Samples.event("new")).cursor())).isTrue();
      assertThat(cursors.stream().sorted().toList()).containsExactlyElementsOf(cursors);
    }
    assertThat(reports)
        .containsExactly(new JournalReport.Damaged(file, "line 3 is no event and is passed over"));
  }

  @Test
  void setsAsideWhatHoldsNoEventAtAll() throws IOException {
    String cursor;
    try (FileEventJournal journal = open()) {
      cursor = journal.append(Samples.event("old")).cursor();
    }
    Files.write(files().getFirst(), new byte[] {1, 2, '\n', 3, '\n'});
    try (FileEventJournal journal = open()) {
      assertThat(journal.after(Optional.empty(), 9)).isEmpty();
      assertThat(journal.append(Samples.event("new")).cursor()).isGreaterThan(cursor);
      assertThat(reasons(journal.after(Optional.of(cursor), 9))).containsExactly("new");
    }
    assertThat(reports).hasSize(2).last().isInstanceOf(JournalReport.SetAside.class);
    assertThat(((JournalReport.SetAside) reports.getLast()).file()).exists();
  }

  @Test
  void passesOverDamageThatAReadFindsAndTellsItOnce() throws IOException {
    try (FileEventJournal journal = open(new Options(1 << 20, 3, 5))) {
      for (int i = 0; i < 20; i++) {
        journal.append(Samples.event("event " + i));
      }
      Path file = files().getFirst();
      String text = Files.readString(file);
      Files.writeString(
          file, text.replace("event 3", "event\u00003"), StandardOpenOption.TRUNCATE_EXISTING);
      assertThat(reasons(journal.after(Optional.empty(), 100)))
          .hasSize(19)
          .doesNotContain("event 3")
          .startsWith("event 0", "event 1", "event 2", "event 4");
      assertThat(journal.after(Optional.empty(), 100)).hasSize(19);
      journal.append(Samples.event("after"));
    }
    assertThat(reports).hasSize(1);
    try (FileEventJournal journal = open()) {
      assertThat(reasons(journal.after(Optional.empty(), 100))).hasSize(20).endsWith("after");
    }
  }

  @Test
  void keepsNobodyWaitingWhileTheDiskStandsStill() throws Exception {
    List<Runnable> waiting = Collections.synchronizedList(new ArrayList<>());
    try (FileEventJournal journal =
        FileEventJournal.open(folder, CODEC, SMALL, LineFile::onDisk, waiting::add, reports::add)) {
      List<Event> heard = new ArrayList<>();
      try (AutoCloseable subscription = journal.subscribe(heard::add)) {
        assertThat(subscription).isNotNull();
        String first = journal.append(Samples.event("first")).cursor();
        journal.append(Samples.event("second"));
        assertThat(heard).hasSize(2);
        assertThat(reasons(journal.after(Optional.of(first), 9))).containsExactly("second");
        assertThat(files()).as("nothing is written yet").isEmpty();
      }
      waiting.forEach(Runnable::run);
    }
    try (FileEventJournal journal = open()) {
      assertThat(reasons(journal.latest(5))).containsExactly("first", "second");
    }
    assertThat(reports).isEmpty();
  }

  @Test
  void startsWithoutAReadableFolder() throws IOException {
    Path missing = folder.resolve("missing");
    try (FileEventJournal journal =
        FileEventJournal.open(
            missing, CODEC, Options.DEFAULT, LineFile::onDisk, Runnable::run, reports::add)) {
      journal.append(Samples.event("kept in memory"));
      assertThat(reasons(journal.latest(5))).containsExactly("kept in memory");
      Files.createDirectory(missing);
      journal.append(Samples.event("written"));
    }
    assertThat(reports).hasSize(2).element(1).isEqualTo(new JournalReport.WriteRecovered(0));
    try (FileEventJournal journal = FileEventJournal.open(missing, CODEC, reports::add)) {
      assertThat(reasons(journal.latest(5))).containsExactly("kept in memory", "written");
    }
  }

  @Test
  void keepsEventsInMemoryWhileTheDiskIsFull() {
    FullDisk disk = new FullDisk();
    List<String> cursors = new ArrayList<>();
    try (FileEventJournal journal =
        FileEventJournal.open(folder, CODEC, SMALL, disk, Runnable::run, reports::add)) {
      journal.append(Samples.event("before"));
      disk.full = true;
      for (int i = 0; i < 7; i++) {
        cursors.add(journal.append(Samples.event("full " + i)).cursor());
      }
      assertThat(reports).containsExactly(new JournalReport.WriteFailed("No space left on device"));
      assertThat(reasons(journal.latest(5)))
          .containsExactly("full 2", "full 3", "full 4", "full 5", "full 6");
      disk.full = false;
      journal.append(Samples.event("again"));
      assertThat(reports).hasSize(2).element(1).isEqualTo(new JournalReport.WriteRecovered(2));
      disk.full = true;
      journal.append(Samples.event("never written"));
      assertThat(reports).hasSize(3);
    }
    try (FileEventJournal journal = open()) {
      assertThat(reasons(journal.after(Optional.empty(), 100)))
          .containsExactly("before", "full 2", "full 3", "full 4", "full 5", "full 6", "again");
      assertThat(journal.append(Samples.event("next")).cursor()).isGreaterThan(cursors.getLast());
    }
  }

  @Test
  void losesNoEventBetweenSubscriptionAndReading() throws Exception {
    try (FileEventJournal journal = open(new Options(20_000, 8, 50))) {
      CountDownLatch running = new CountDownLatch(100);
      Thread writer =
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 600; i++) {
                  journal.append(Samples.event("event " + i));
                  running.countDown();
                }
              });
      running.await();
      List<Event> heard = Collections.synchronizedList(new ArrayList<>());
      try (AutoCloseable subscription = journal.subscribe(heard::add)) {
        assertThat(subscription).isNotNull();
        List<Event> read = journal.after(Optional.empty(), 10_000);
        writer.join();
        Set<String> all = new LinkedHashSet<>();
        read.forEach(event -> all.add(event.cursor()));
        heard.forEach(event -> all.add(event.cursor()));
        assertThat(
                cursors(journal)
                    .subList(
                        cursors(journal).indexOf(all.iterator().next()), cursors(journal).size()))
            .containsExactlyElementsOf(all);
        assertThat(heard).extracting(Event::cursor).isSorted().doesNotHaveDuplicates();
      }
      journal.append(Samples.event("unheard"));
      assertThat(heard).noneMatch(event -> event.reason().equals("unheard"));
    }
  }

  private static List<String> cursors(FileEventJournal journal) {
    return journal.after(Optional.empty(), 10_000).stream().map(Event::cursor).toList();
  }

  @Test
  void letsListenersAppendAndFail() throws Exception {
    try (FileEventJournal journal = open()) {
      List<String> heard = new ArrayList<>();
      journal.subscribe(event -> {
        if (event.reason().equals("a")) {
          journal.append(Samples.event("b"));
          throw new IllegalStateException("a listener's own bug");
        }
      });
      journal.subscribe(event -> heard.add(event.reason()));
      journal.append(Samples.event("a"));
      journal.append(Samples.event("c"));
      assertThat(heard).containsExactly("a", "b", "c");
    }
  }

  /** A disk that may be full. */
  private static final class FullDisk implements LineFile.Opener {
    private boolean full;

    @Override
    public LineFile open(Path file) throws IOException {
      LineFile real = LineFile.onDisk(file);
      return new LineFile() {
        @Override
        public void append(byte[] line) throws IOException {
          if (full) {
            throw new IOException("No space left on device");
          }
          real.append(line);
        }

        @Override
        public long size() {
          return real.size();
        }

        @Override
        public void close() throws IOException {
          real.close();
        }
      };
    }
  }
}
