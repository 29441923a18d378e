package io.mainstay.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstay.model.state.InstanceRecord;
import io.mainstay.spec.JsonModelCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileInstanceJournalTest {
  @TempDir Path folder;
  private final List<JournalReport> reports = new ArrayList<>();
  private FileInstanceJournal journal;

  @BeforeEach
  void open() {
    journal = new FileInstanceJournal(folder, new JsonModelCodec(), reports::add);
  }

  @Test
  void bringsBackWhatWasWrittenLastSortedById() throws IOException {
    InstanceRecord second = Samples.entry(2, 7);
    journal.write(Samples.entry(10, 1));
    journal.write(Samples.entry(2, 6));
    journal.write(second);
    journal.write(Samples.entry(1, 1));
    open();
    assertThat(journal.load()).containsExactly(Samples.entry(1, 1), second, Samples.entry(10, 1));
    journal.remove(second.id());
    journal.remove(second.id());
    assertThat(journal.load()).containsExactly(Samples.entry(1, 1), Samples.entry(10, 1));
    assertThat(reports).isEmpty();
  }

  @Test
  void setsAsideWhatIsTornAtAnyByteAndKeepsTheRest() throws IOException {
    journal.write(Samples.entry(1, 1));
    journal.write(Samples.entry(2, 1));
    Path file = folder.resolve("shop-2.json");
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length += length % 50 == 0 ? 1 : 7) {
      reports.clear();
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(journal.load()).containsExactly(Samples.entry(1, 1));
      assertThat(reports).hasSize(1);
      assertThat(file).doesNotExist();
    }
  }

  @Test
  void setsAsideAnEntryUnderAWrongName() throws IOException {
    journal.write(Samples.entry(1, 1));
    Files.copy(folder.resolve("shop-1.json"), folder.resolve("shop-2.json"));
    assertThat(journal.load()).containsExactly(Samples.entry(1, 1));
    assertThat(reports).hasSize(1);
  }

  @Test
  void forgetsAWriteThatACrashCutOff() throws IOException {
    journal.write(Samples.entry(1, 1));
    Files.writeString(folder.resolve("shop-1.new"), "{\"id\":");
    assertThat(journal.load()).containsExactly(Samples.entry(1, 1));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(folder.resolve("shop-1.json"));
    }
    assertThat(reports).isEmpty();
  }

  @Test
  void keepsTheOldTextWhenAWriteFails() throws IOException {
    journal.write(Samples.entry(1, 1));
    Files.createDirectories(folder.resolve("shop-1.new/in-the-way"));
    assertThatThrownBy(() -> journal.write(Samples.entry(1, 2))).isInstanceOf(IOException.class);
    Files.delete(folder.resolve("shop-1.new/in-the-way"));
    assertThat(journal.load()).containsExactly(Samples.entry(1, 1));
  }
}
