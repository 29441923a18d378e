package io.mainstay.probes;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.Prober;
import io.mainstay.ports.Prober.Outcome;
import io.mainstay.ports.Prober.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogLookTest {
  private static final Probe.Log ERRORS = log("ERROR", false);

  @TempDir Path folder;
  private ProberWorld world;
  private Path log;
  private long pid = 7;

  @BeforeEach
  void open() throws IOException {
    world = new ProberWorld(folder);
    log = folder.resolve("app.log");
  }

  @AfterEach
  void close() throws IOException {
    world.close();
    assertThat(world.bugs).isEmpty();
  }

  @Test
  void whatCameSinceTheLookBeforeCountsOnce() throws IOException {
    write("ERROR of yesterday\n");
    assertSays(ERRORS, Outcome.PASS, "none of 0 lines");
    write("fine\nERROR one\nfine\r\nERROR two\r\n");
    assertSays(ERRORS, Outcome.FAIL, "2 lines match, the last one: \"ERROR two\"");
    assertSays(ERRORS, Outcome.PASS, "none of 0 lines");
    write("fine\nERR");
    assertSays(ERRORS, Outcome.PASS, "none of 1 lines");
    write("OR three\n");
    assertSays(ERRORS, Outcome.FAIL, "a line matches: \"ERROR three\"");
  }

  @Test
  void anotherRunDoesNotAnswerForTheOneBefore() throws IOException {
    write("");
    assertSays(ERRORS, Outcome.PASS, "");
    write("ERROR in its last breath\n");
    pid++;
    assertSays(ERRORS, Outcome.PASS, "none of 0 lines");
    write("ERROR again\n");
    assertSays(ERRORS, Outcome.FAIL, "again");
  }

  @Test
  void missesNothingWhenTheFileIsRenamedCutOrMadeLater() throws IOException {
    assertSays(ERRORS, Outcome.WARNING, "there is no app.log");
    assertSays(log("up", true), Outcome.FAIL, "there is no app.log");
    write("ERROR first\n");
    assertSays(ERRORS, Outcome.FAIL, "first");
    write("ERROR before it was renamed\n");
    Files.move(log, folder.resolve("app.log.1"));
    write("fine\n");
    assertSays(ERRORS, Outcome.FAIL, "before it was renamed");
    write("ERROR before the second\n");
    Files.move(log, folder.resolve("app.log.1"), StandardCopyOption.REPLACE_EXISTING);
    assertSays(ERRORS, Outcome.FAIL, "before the second");
    assertSays(ERRORS, Outcome.WARNING, "there is no");
    Files.writeString(log, "ERROR and a longer line\n");
    assertSays(ERRORS, Outcome.FAIL, "longer");
    Files.writeString(log, "ERROR anew\n");
    assertSays(ERRORS, Outcome.FAIL, "anew");
  }

  @Test
  void someLinesDoNotCountAndSomeMustCome() throws IOException {
    write("");
    Probe.Log some =
        new Probe.Log(
            "ERROR|FATAL", Optional.of("app.log"), Optional.of("(?i)error code 0"), false);
    Probe.Log beat = log("^beat$", true);
    assertSays(some, Outcome.PASS, "");
    assertSays(beat, Outcome.FAIL, "none of 0 lines");
    write("ERROR code 0\nbeat\n");
    assertSays(some, Outcome.PASS, "none of 2 lines");
    assertSays(beat, Outcome.PASS, "a line matches: \"beat\"");
    write("FATAL\n");
    assertSays(some, Outcome.FAIL, "FATAL");
    assertSays(beat, Outcome.FAIL, "none of 1 lines");
  }

  @Test
  void readsNoMoreThanItMay() throws IOException {
    write("");
    assertSays(ERRORS, Outcome.PASS, "");
    write("ERROR long ago\n" + "x".repeat(200_000) + "\n" + "0123456789\n".repeat(500_000));
    assertSays(ERRORS, Outcome.PASS, "only the last 4 MiB");
    write("ERROR now\n");
    assertSays(ERRORS, Outcome.FAIL, "now");
  }

  @Test
  void aPatternThatTakesTooLongIsStopped() throws IOException {
    write("");
    Probe.Log evil = log("(x+x+)+y", false);
    assertSays(evil, Outcome.PASS, "");
    write("x".repeat(5000) + "\n");
    Result result = ask(evil, Duration.ofMillis(200));
    assertThat(result.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(result.message()).isEqualTo("no answer within 200 ms");
    ProberWorld.await(() ->
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().startsWith("look-")));
    assertSays(evil, Outcome.PASS, "none of 0 lines");
    Probe.Log deep = log("(a|b)*c", false);
    assertSays(deep, Outcome.PASS, "");
    write("ab".repeat(30_000) + "\n");
    assertSays(deep, Outcome.UNKNOWN, "too deep");
  }

  @Test
  void looksIntoTheOutputOfTheInstance() throws IOException {
    Probe.Log own = new Probe.Log("ERROR", Optional.empty(), Optional.empty(), false);
    log = folder.resolve("logs/shop-1.log");
    write("ERROR of the run before\n");
    assertSays(own, Outcome.PASS, "none of 0 lines");
    write("ERROR\n");
    assertSays(own, Outcome.FAIL, "a line matches: \"ERROR\"");
    assertSays(own, Outcome.PASS, "none of 0 lines");
  }

  private static Probe.Log log(String pattern, boolean present) {
    return new Probe.Log(pattern, Optional.of("app.log"), Optional.empty(), present);
  }

  private void write(String text) throws IOException {
    Files.writeString(log, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void assertSays(Probe.Log probe, Outcome outcome, String text) {
    Result result = ask(probe, Duration.ofSeconds(20));
    assertThat(result.message()).contains(text);
    assertThat(result.outcome()).as(result.message()).isEqualTo(outcome);
  }

  private Result ask(Probe probe, Duration timeout) {
    AtomicReference<Result> result = new AtomicReference<>();
    world.prober.probe(
        new Prober.Request(
            ProberWorld.SHOP_1,
            probe,
            Optional.empty(),
            folder,
            new LinkedHashMap<>(),
            timeout,
            Optional.of(new ProcessIdentity(pid, 1, "", ""))),
        result::set);
    ProberWorld.await(() -> result.get() != null);
    return result.get();
  }
}
