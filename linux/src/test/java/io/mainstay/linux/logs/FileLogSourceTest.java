package io.mainstay.linux.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.mainstay.linux.calls.LinuxCalls;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.ports.HostProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLogSourceTest {
  private static final InstanceId SHOP_1 = new InstanceId(new ServiceName("shop"), 1);

  @TempDir Path data;
  private final List<HostProblem> problems = Collections.synchronizedList(new ArrayList<>());
  private FileLogSource logs;

  @BeforeEach
  void open() throws IOException {
    logs = new FileLogSource(data, 1 << 20, problems::add);
  }

  @AfterEach
  void close() {
    logs.close();
    assertThat(problems).isEmpty();
  }

  @Test
  void hasNothingOfWhatNeverWrote() {
    assertThat(logs.tail(SHOP_1, 10)).isEmpty();
    assertThat(logs.path(SHOP_1)).doesNotExist();
  }

  @Test
  void deletesTheLogOfWhatIsGoneSevenDaysAfterItsLastLine() throws IOException {
    Instant last = write("shop-1.log", "gone");
    write("shop-1.log.1", "gone before");
    write("other.txt", "no log");
    logs.tail(SHOP_1, 1);
    logs.sweep(last.plus(KeptLogs.LONGEST));
    assertThat(logs.path(SHOP_1)).exists();
    logs.sweep(last.plus(KeptLogs.LONGEST).plusSeconds(1));
    assertThat(data.resolve("logs")).isDirectoryNotContaining("glob:**.log*");
    assertThat(data.resolve("logs/other.txt")).exists();
    assertThat(logs.tail(SHOP_1, 1)).isEmpty();
  }

  @Test
  void keepsTheLogOfWhatHasAProcessHoweverQuietItIs() throws IOException {
    Instant last = write("shop-1.log", "quiet");
    write("shop-2.log", "taken over");
    write("shop-3.log", "gone");
    FileLogSource.Descriptors open = logs.open(SHOP_1);
    logs.keepWhile(instance -> instance.number() == 2);
    logs.sweep(last.plus(Duration.ofDays(400)));
    assertThat(logs.path(SHOP_1)).exists();
    assertThat(data.resolve("logs/shop-2.log")).exists();
    assertThat(data.resolve("logs/shop-3.log")).doesNotExist();
    LinuxCalls.close(open.stdout());
    logs.close(SHOP_1, open.stderr());
    logs.sweep(last.plus(Duration.ofDays(400)));
    assertThat(logs.path(SHOP_1)).doesNotExist();
  }

  @Test
  void deletesTheOldestFirstBeyondTheirBound() {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    long third = KeptLogs.MOST / 3;
    List<KeptLogs.Log> kept =
        IntStream.rangeClosed(1, 5)
            .mapToObj(number ->
                new KeptLogs.Log(
                    new InstanceId(new ServiceName("shop"), number),
                    now.minusSeconds(number),
                    third,
                    List.of()))
            .toList();
    assertThat(KeptLogs.surplus(kept, instance -> instance.number() == 4, now))
        .extracting(log -> log.instance().number())
        .containsExactly(5, 3);
  }

  private Instant write(String name, String text) throws IOException {
    Path file = data.resolve("logs").resolve(name);
    Files.writeString(file, text + "\n");
    Instant last = Instant.parse("2026-01-01T00:00:00Z");
    Files.setLastModifiedTime(file, FileTime.from(last));
    return last;
  }

  @Test
  void followsAChildThatWritesTenThousandLinesASecondAcrossRotations() throws Exception {
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    Files.writeString(logs.path(SHOP_1), "earlier 1\nearlier 2\nearlier 3\n");
    try (AutoCloseable follower = logs.follow(SHOP_1, 2, seen::add)) {
      FileLogSource.Descriptors log = logs.open(SHOP_1);
      // A real process with its own descriptor; 45,000 lines, less than what is kept.
      Process child =
          new ProcessBuilder("sh", "-c", "seq -f 'line %089.0f' 1 45000 >> " + logs.path(SHOP_1))
              .start();
      while (child.isAlive()) {
        logs.rotate();
      }
      assertThat(child.waitFor()).isZero();
      logs.rotate();
      await(() -> seen.size() == 45_002);
      LinuxCalls.close(log.stdout());
      logs.close(SHOP_1, log.stderr());
      assertThat(follower).isNotNull();
    }
    assertThat(seen.subList(0, 2)).containsExactly("earlier 2", "earlier 3");
    List<Integer> numbers =
        seen.subList(2, seen.size()).stream().map(l -> Integer.parseInt(l.substring(5))).toList();
    assertThat(numbers).isEqualTo(IntStream.rangeClosed(1, 45_000).boxed().toList());
    assertThat(Files.size(logs.path(SHOP_1))).isLessThan(3 << 20);
    assertThat(data.resolve("logs/shop-1.log.3")).exists();
    assertThat(data.resolve("logs/shop-1.log.5")).doesNotExist();
  }

  @Test
  void knowsTheLastErrorsAlsoWhenTheyWereRotatedAway() throws IOException {
    FileLogSource.Descriptors log = logs.open(SHOP_1);
    assertThat(logs.lastErrors(SHOP_1, log.stderr(), log.begin(), 20, false)).isEmpty();
    LinuxCalls.write(log.stdout(), "before\n");
    LinuxCalls.write(log.stderr(), "oops\n");
    LinuxCalls.write(log.stdout(), "after\n".repeat(300_000));
    logs.rotate();
    assertThat(Files.size(logs.path(SHOP_1))).isLessThan(1 << 20);
    assertThat(logs.lastErrors(SHOP_1, log.stderr(), log.begin(), 20, false))
        .containsExactly("before", "oops");
    LinuxCalls.write(log.stderr(), "again\n");
    assertThat(logs.lastErrors(SHOP_1, log.stderr(), log.begin(), 2, false))
        .containsExactly("after", "again");
    LinuxCalls.close(log.stdout());
    logs.close(SHOP_1, log.stderr());
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        fail("waited 20 s");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
