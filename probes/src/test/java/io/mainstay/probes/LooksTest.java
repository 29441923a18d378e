package io.mainstay.probes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import io.mainstay.linux.ExecutorMailbox;
import io.mainstay.linux.SystemTime;
import io.mainstay.linux.calls.FileSystemCalls;
import io.mainstay.model.Address;
import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.FileSystems;
import io.mainstay.ports.Prober.Outcome;
import io.mainstay.ports.Prober.Request;
import io.mainstay.ports.Prober.Result;
import io.mainstay.probes.Conversation.Answer;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LooksTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Address NOWHERE = new Address("127.0.0.1", 1);

  @TempDir Path directory;

  @Test
  void aFileIsToBeThereYoungAndLarge() throws IOException {
    try (ProberWorld world = new ProberWorld(directory)) {
      assertThat(world.ask(file(true, 600, 5), NOWHERE, LONG)).satisfies(said(Outcome.FAIL, "no "));
      assertThat(world.ask(file(false, 0, 0), NOWHERE, LONG).outcome()).isEqualTo(Outcome.PASS);
      Path backup = Files.writeString(directory.resolve("backup"), "1234");
      assertThat(world.ask(file(true, 600, 5), NOWHERE, LONG))
          .satisfies(said(Outcome.FAIL, "4 bytes, at least 5"));
      Files.writeString(backup, "12345");
      assertThat(world.ask(file(true, 600, 5), NOWHERE, LONG).outcome()).isEqualTo(Outcome.PASS);
      assertThat(world.ask(file(false, 0, 0), NOWHERE, LONG))
          .satisfies(said(Outcome.FAIL, "is there"));
      Files.setLastModifiedTime(backup, FileTime.from(Instant.now().minusSeconds(3700)));
      assertThat(world.ask(file(true, 600, 5), NOWHERE, LONG))
          .satisfies(said(Outcome.FAIL, "61 min ago, at most 10 min"));
      Files.setLastModifiedTime(backup, FileTime.from(Instant.now().plusSeconds(3700)));
      assertThat(world.ask(file(true, 600, 5), NOWHERE, LONG).outcome())
          .as("from the future")
          .isEqualTo(Outcome.PASS);
    }
  }

  @Test
  void aDiskIsToHaveRoom() throws IOException {
    try (ProberWorld world = new ProberWorld(directory)) {
      assertThat(world.ask(new Probe.Disk(".", share(0), share(0)), NOWHERE, LONG))
          .satisfies(said(Outcome.PASS, "free where"));
      assertThat(world.ask(new Probe.Disk(".", share(1.01), share(0)), NOWHERE, LONG).outcome())
          .isEqualTo(Outcome.WARNING);
      assertThat(world.ask(new Probe.Disk(".", share(1.01), share(1.01)), NOWHERE, LONG).outcome())
          .isEqualTo(Outcome.FAIL);
      assertThat(world.ask(new Probe.Disk("gone/away", share(0.1), share(0)), NOWHERE, LONG))
          .satisfies(said(Outcome.FAIL, "there is no"));
    }
  }

  @Test
  void aDiskTellsWhatTheKernelSays() throws IOException {
    FileSystems.Left left = FileSystemCalls.left(directory);
    FileStore store = Files.getFileStore(directory);
    assertThat(left.bytes()).isEqualTo(store.getTotalSpace());
    assertThat(left.freeBytes()).isCloseTo(store.getUsableSpace(), withPercentage(5));
    assertThat(left.freeInodes()).isBetween(0L, left.inodes());
    assertThat(FileSystemCalls.left(Path.of("/proc")).bytes()).as("tells no size").isZero();
  }

  @ParameterizedTest(name = "{0} of {1} bytes and {2} of {3} inodes free: {4}")
  @CsvSource({
    "500, 1000, 50, 100, PASS",
    "199, 1000, 50, 100, WARNING",
    "100, 1000, 50, 100, WARNING",
    "99, 1000, 50, 100, FAIL",
    "500, 1000, 9, 100, WARNING",
    "500, 1000, 4, 100, FAIL",
    "500, 1000, 0, 0, PASS",
    "0, 0, 0, 0, UNKNOWN",
  })
  void aDiskMayRunOutOfBytesAndOfInodes(
      long freeBytes, long bytes, long freeInodes, long inodes, Outcome expected)
      throws IOException {
    Probe.Disk probe =
        new Probe.Disk(
            ".",
            new Probe.Room(new Amount.Share(0.2), 0.1),
            new Probe.Room(new Amount.Count(100), 0.05));
    DiskLook look =
        new DiskLook(probe, path -> new FileSystems.Left(bytes, freeBytes, inodes, freeInodes));
    assertThat(look.look(request(".", LONG)).outcome()).isEqualTo(expected);
  }

  @Test
  void whatHangsHoldsOneThreadAndNothingElse() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    List<Result> results = Collections.synchronizedList(new ArrayList<>());
    List<Throwable> bugs = Collections.synchronizedList(new ArrayList<>());
    try (ExecutorMailbox mailbox = new ExecutorMailbox("looks", bugs::add)) {
      Looks looks = new Looks(mailbox, new SystemTime());
      Look hanging =
          look(() -> {
            end.await();
            return Answer.pass("at last");
          });
      looks.look(request("one", Duration.ofMillis(20)), hanging, results::add);
      ProberWorld.await(() -> results.size() == 1);
      for (int more = 0; more < 100; more++) {
        looks.look(request("one", LONG), hanging, results::add);
      }
      ProberWorld.await(() -> results.size() == 101);
      assertThat(threads()).isEqualTo(1);
      looks.look(request("two", LONG), look(() -> Answer.pass("quick")), results::add);
      ProberWorld.await(() -> results.size() == 102);
      end.countDown();
      ProberWorld.await(() -> threads() == 0);
      looks.look(request("one", LONG), look(() -> Answer.pass("again")), results::add);
      ProberWorld.await(() -> results.size() == 103);
    } finally {
      end.countDown();
    }
    assertThat(results.getFirst().message()).isEqualTo("no answer within 20 ms");
    assertThat(results.subList(1, 101))
        .allSatisfy(result -> assertThat(result.message()).contains("still has no answer"));
    assertThat(results.subList(101, 103)).extracting(Result::message).contains("quick", "again");
    assertThat(bugs).isEmpty();
  }

  @Test
  void twoChecksThatAskTheSameShareOneLook() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger looked = new AtomicInteger();
    List<Result> results = Collections.synchronizedList(new ArrayList<>());
    try (ExecutorMailbox mailbox = new ExecutorMailbox("looks", bug -> {})) {
      Looks looks = new Looks(mailbox, new SystemTime());
      Look slow =
          look(() -> {
            looked.incrementAndGet();
            end.await();
            return Answer.pass("well");
          });
      looks.look(request("one", LONG), slow, results::add);
      looks.look(request("one", LONG), slow, results::add);
      looks.look(request("one", Duration.ofMillis(20)), slow, results::add);
      ProberWorld.await(() -> results.size() == 1);
      end.countDown();
      ProberWorld.await(() -> results.size() == 3);
      ProberWorld.await(() -> threads() == 0);
    } finally {
      end.countDown();
    }
    assertThat(looked).hasValue(1);
    assertThat(results.getFirst().message()).isEqualTo("no answer within 20 ms");
    assertThat(results.subList(1, 3)).extracting(Result::message).containsOnly("well");
  }

  @Test
  void aLookThatFailsSaysNothingAboutTheInstance() throws IOException {
    List<Result> results = Collections.synchronizedList(new ArrayList<>());
    try (ExecutorMailbox mailbox = new ExecutorMailbox("looks", bug -> {})) {
      Looks looks = new Looks(mailbox, new SystemTime());
      looks.look(
          request("one", LONG),
          look(() -> {
            throw new IOException("not permitted");
          }),
          results::add);
      ProberWorld.await(() -> results.size() == 1);
    }
    assertThat(results.getFirst()).satisfies(said(Outcome.UNKNOWN, "not permitted"));
  }

  private static Look look(Callable<Answer> answer) {
    return new Look() {
      @Override
      public Answer look(Request request) throws IOException {
        try {
          return answer.call();
        } catch (IOException e) {
          throw e;
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }

      @Override
      public Outcome inVain() {
        return Outcome.UNKNOWN;
      }
    };
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("look-" + ProberWorld.SHOP_1))
        .count();
  }

  private static Probe.Room share(double share) {
    return new Probe.Room(new Amount.Share(share), 0);
  }

  private Request request(String path, Duration timeout) {
    return new Request(
        ProberWorld.SHOP_1,
        new Probe.Disk(path, share(0), share(0)),
        Optional.empty(),
        directory,
        new LinkedHashMap<>(),
        timeout);
  }

  private static Probe file(boolean exists, long maxAgeSeconds, long minSize) {
    return new Probe.File(
        "backup",
        exists,
        maxAgeSeconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(maxAgeSeconds)),
        minSize);
  }

  private static Consumer<Result> said(Outcome outcome, String text) {
    return result -> {
      assertThat(result.outcome()).as(result.message()).isEqualTo(outcome);
      assertThat(result.message()).contains(text);
    };
  }
}
