package io.mainstay.linux.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LogRotationTest {
  private static final long LIMIT = FrontCutter.ALIGNMENT;

  @TempDir Path folder;
  private Path live;
  private int written;

  @BeforeEach
  void name() {
    live = folder.resolve("shop-1.log");
  }

  @ParameterizedTest
  @EnumSource(names = {"COLLAPSE", "PUNCH"})
  void losesAndDoublesNoLine(FrontCutter.Mode mode) throws IOException {
    LogFile file = new LogFile(live);
    LogRotation rotation = rotation(mode);
    LineReader follower = new LineReader(file, 0);
    List<String> seen = new ArrayList<>();
    for (int round = 0; round < 8; round++) {
      append(50_000);
      assertThat(rotation.rotate(file)).isEmpty();
      assertThat(file.end() - file.position(file.hole())).isLessThanOrEqualTo(LIMIT);
      while (follower.advance(seen::add, file.end()) > 0) {
        // go on
      }
    }
    assertThat(seen).isEqualTo(lines(0, written));
    assertThat(LineReader.last(file, 3, Long.MIN_VALUE, file.end()))
        .isEqualTo(lines(written - 3, written));
    // Four archives of one mebibyte: what is shown begins within them and has no gap to the end.
    List<String> kept = LineReader.last(file, Integer.MAX_VALUE, Long.MIN_VALUE, file.end());
    assertThat(file.end() - file.begin()).isBetween(4 * LIMIT, 5 * LIMIT);
    assertThat(kept.subList(1, kept.size())).isEqualTo(lines(written - kept.size() + 1, written));
  }

  @ParameterizedTest
  @EnumSource(names = {"COLLAPSE", "PUNCH"})
  void findsItsPlaceAgainInTheNextRun(FrontCutter.Mode mode) throws IOException {
    append(200_000);
    assertThat(rotation(mode).rotate(new LogFile(live))).isEmpty();
    LogFile next = new LogFile(live);
    rotation(mode).recover(next);
    List<String> kept = LineReader.last(next, Integer.MAX_VALUE, Long.MIN_VALUE, next.end());
    assertThat(kept).isEqualTo(lines(0, written));
    append(10);
    assertThat(LineReader.last(next, 10, Long.MIN_VALUE, next.end()))
        .isEqualTo(lines(written - 10, written));
  }

  @ParameterizedTest
  @EnumSource(names = {"COLLAPSE", "PUNCH"})
  void endsARotationThatACrashCutOffBetweenRenameAndCut(FrontCutter.Mode mode) throws IOException {
    append(200_000);
    byte[] front = new byte[(int) LIMIT];
    try (var in = Files.newInputStream(live)) {
      assertThat(in.readNBytes(front, 0, front.length)).isEqualTo(front.length);
    }
    Files.write(folder.resolve("shop-1.log.1"), front);
    Files.write(folder.resolve("shop-1.log.tmp"), new byte[] {1, 2, 3});
    append(5); // the instance goes on while no server runs
    LogFile next = new LogFile(live);
    rotation(mode).recover(next);
    List<String> kept = LineReader.last(next, Integer.MAX_VALUE, Long.MIN_VALUE, next.end());
    assertThat(kept).isEqualTo(lines(0, written));
    assertThat(folder.resolve("shop-1.log.tmp")).doesNotExist();
  }

  @Test
  void startsAgainAfterACrashBetweenCopyAndRename() throws IOException {
    append(200_000);
    Files.copy(live, folder.resolve("shop-1.log.tmp"), StandardCopyOption.REPLACE_EXISTING);
    LogFile next = new LogFile(live);
    LogRotation rotation = rotation(FrontCutter.Mode.COLLAPSE);
    rotation.recover(next);
    assertThat(rotation.rotate(next)).isEmpty();
    assertThat(LineReader.last(next, Integer.MAX_VALUE, Long.MIN_VALUE, next.end()))
        .isEqualTo(lines(0, written));
  }

  @Test
  void takesAnArchiveThatOnlyLooksAlikeForWhatItIs() throws IOException {
    byte[] other = new byte[(int) LIMIT];
    Files.write(folder.resolve("shop-1.log.1"), other);
    append(200_000);
    LogFile next = new LogFile(live);
    rotation(FrontCutter.Mode.COLLAPSE).recover(next);
    assertThat(next.end() - next.begin()).isEqualTo(LIMIT + Files.size(live));
  }

  @Test
  void saysSoWhereTheFileSystemCanDoNeither() throws IOException {
    append(200_000);
    LogFile file = new LogFile(live);
    assertThat(rotation(FrontCutter.Mode.NONE).rotate(file).orElseThrow()).contains("grows on");
    assertThat(LineReader.last(file, Integer.MAX_VALUE, Long.MIN_VALUE, file.end()))
        .isEqualTo(lines(0, written));
  }

  @Test
  void readsFromTheOldestThatIsKeptIfAFollowerWasTooSlow() throws IOException {
    LogFile file = new LogFile(live);
    LogRotation rotation = rotation(FrontCutter.Mode.COLLAPSE);
    LineReader slow = new LineReader(file, 0);
    for (int round = 0; round < 10; round++) {
      append(100_000);
      assertThat(rotation.rotate(file)).isEmpty();
    }
    List<String> seen = new ArrayList<>();
    while (slow.advance(seen::add, file.end()) > 0) {
      // go on
    }
    assertThat(seen.subList(1, seen.size())).isEqualTo(lines(written - seen.size() + 1, written));
  }

  @Test
  void detectsWhatTheFileSystemCanDoWithoutATrace() throws IOException {
    assertThat(FrontCutter.detect(folder).mode()).isNotNull();
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void showsLongAndUnfinishedLines() throws IOException {
    Files.writeString(live, "first\r\n\n" + "x".repeat(100_000) + "\nlast without an end");
    LogFile file = new LogFile(live);
    List<String> lines = LineReader.last(file, 10, Long.MIN_VALUE, file.end());
    assertThat(lines.get(0)).isEqualTo("first");
    assertThat(lines.get(1)).isEmpty();
    assertThat(lines.getLast()).isEqualTo("last without an end");
    assertThat(String.join("", lines.subList(2, lines.size() - 1))).isEqualTo("x".repeat(100_000));
    assertThat(LineReader.last(file, 1, Long.MIN_VALUE, file.end()))
        .containsExactly("last without an end");
    assertThat(LineReader.last(file, 0, Long.MIN_VALUE, file.end())).isEmpty();
  }

  private LogRotation rotation(FrontCutter.Mode mode) {
    return new LogRotation(new FrontCutter(mode), LIMIT);
  }

  private void append(int count) throws IOException {
    String text = String.join("\n", lines(written, written + count)) + "\n";
    Files.write(
        live,
        text.getBytes(StandardCharsets.UTF_8),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    written += count;
  }

  private static List<String> lines(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "line " + i).toList();
  }
}
