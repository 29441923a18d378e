package io.mainstay.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.mainstay.model.Event;
import io.mainstay.spec.JsonModelCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journals on a file system that is really full. Needs root for the mount. */
@Tag("integration")
class FullDiskTest {
  @TempDir Path folder;
  private boolean mounted;
  private final List<JournalReport> reports = new ArrayList<>();

  @BeforeEach
  void mount() throws Exception {
    mounted = command("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder.toString()) == 0;
    assumeThat(mounted).as("mounting needs root").isTrue();
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      assertThat(command("umount", folder.toString())).isZero();
    }
  }

  @Test
  void eventsWaitInMemoryUntilThereIsRoom() throws IOException {
    try (FileEventJournal journal =
        FileEventJournal.open(
            folder,
            new JsonModelCodec(),
            FileEventJournal.Options.DEFAULT,
            LineFile::onDisk,
            Runnable::run,
            reports::add)) {
      journal.append(Samples.event("before"));
      Path ballast = fill();
      for (int i = 0; i < 50; i++) {
        journal.append(Samples.event("full " + i));
      }
      assertThat(reports).singleElement().isInstanceOf(JournalReport.WriteFailed.class);
      assertThat(journal.latest(50)).hasSize(50);
      Files.delete(ballast);
      journal.append(Samples.event("again"));
      assertThat(reports).element(1).isEqualTo(new JournalReport.WriteRecovered(0));
    }
    try (FileEventJournal journal =
        FileEventJournal.open(folder, new JsonModelCodec(), reports::add)) {
      assertThat(journal.after(Optional.empty(), 100))
          .hasSize(52)
          .extracting(Event::reason)
          .startsWith("before", "full 0")
          .endsWith("full 49", "again");
    }
    assertThat(reports).hasSize(2);
  }

  @Test
  void instanceRecordsKeepTheirOldText() throws IOException {
    FileInstanceJournal journal =
        new FileInstanceJournal(folder, new JsonModelCodec(), reports::add);
    journal.write(Samples.entry(1, 1));
    Path ballast = fill();
    assertThatThrownBy(() -> journal.write(Samples.entry(1, 2))).isInstanceOf(IOException.class);
    assertThat(journal.load()).containsExactly(Samples.entry(1, 1));
    Files.delete(ballast);
    journal.write(Samples.entry(1, 2));
    assertThat(journal.load()).containsExactly(Samples.entry(1, 2));
    assertThat(reports).isEmpty();
  }

  private Path fill() throws IOException {
    Path ballast = folder.resolve("ballast");
    try (var out = Files.newOutputStream(ballast)) {
      for (int i = 0; i < 10_000; i++) {
        out.write(new byte[256]);
      }
      throw new IllegalStateException("the disk did not get full");
    } catch (IOException e) {
      return ballast;
    }
  }

  private static int command(String... words) throws Exception {
    Process process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor();
  }
}
