package io.mainstay.probes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.Prober;
import io.mainstay.ports.Prober.Outcome;
import io.mainstay.ports.Prober.Result;
import io.mainstay.testkit.JavaPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks into real JVMs that deadlock, thrash, or cannot be asked. */
@Tag("integration")
class JvmLookTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Probe.Jvm BOTH = new Probe.Jvm(true, 0.5, Duration.ofSeconds(1));

  @TempDir Path folder;
  private ProberWorld world;
  private Process process;

  @BeforeEach
  void open() throws IOException {
    world = new ProberWorld(folder);
  }

  @AfterEach
  void close() throws Exception {
    end();
    world.close();
    assertThat(world.bugs).isEmpty();
  }

  @Test
  void namesTheThreadsOfADeadlock() throws IOException {
    run(JavaPrograms.DEADLOCK, "locked");
    for (int times = 0; times < 2; times++) {
      Result result = look(BOTH, LONG);
      assertThat(result.outcome()).as(result.message()).isEqualTo(Outcome.FAIL);
      assertThat(result.message())
          .startsWith("deadlock of ")
          .contains("\"order-writer\"", "\"stock-writer\"");
    }
    assertThat(Files.readString(output())).as("it printed nothing").isEqualTo("locked\n");
    assertThat(look(new Probe.Jvm(false, 0.5, Duration.ofSeconds(1)), LONG).outcome())
        .isEqualTo(Outcome.PASS);
  }

  @Test
  void findsAHeapThatThrashesAndNeedsNoAnswerForThat() throws IOException {
    run(JavaPrograms.THRASH, "full", "-XX:+UseSerialGC", "-Xmx24m");
    Result result = lookUntil(Outcome.FAIL, new Probe.Jvm(false, 0.5, Duration.ofSeconds(1)));
    assertThat(result.message()).matches("\\d+% of the last \\d+ s in garbage collection, .*50%.*");
  }

  @Test
  void passesAJvmThatIsWell() throws IOException {
    run(JavaPrograms.IDLE, "idle");
    Result first = look(BOTH, LONG);
    assertThat(first.outcome()).as(first.message()).isEqualTo(Outcome.PASS);
    assertThat(first.message()).isEqualTo("no deadlock, collections are watched since now");
    LockSupport.parkNanos(1_100_000_000);
    assertThat(look(BOTH, LONG).message())
        .isEqualTo("no deadlock, 0% of the last 1 s in garbage collection");
  }

  @Test
  void asksOneThatTakesNoSignals() throws IOException {
    run(JavaPrograms.IDLE, "idle", "-Xrs");
    assertThat(look(BOTH, LONG).outcome()).isEqualTo(Outcome.PASS);
  }

  @Test
  void asksThoseOfOthersIfItIsRoot() throws IOException {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> command =
        new ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
    command.addAll(JavaPrograms.command(folder, JavaPrograms.DEADLOCK));
    run(command, "locked");
    Result result = look(BOTH, LONG);
    assertThat(result.outcome()).as(result.message()).isEqualTo(Outcome.FAIL);
    assertThat(result.message()).contains("\"order-writer\"");
  }

  @Test
  void failsAJvmThatDoesNotAnswer() throws Exception {
    run(JavaPrograms.IDLE, "idle");
    assertThat(look(BOTH, LONG).outcome()).isEqualTo(Outcome.PASS);
    new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).start().onExit().join();
    Result result = look(BOTH, Duration.ofMillis(300));
    assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(result.message()).isEqualTo("no answer within 300 ms");
    ProberWorld.await(() ->
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().startsWith("look-")));
  }

  @Test
  void saysNothingAboutWhatItCannotAsk() throws Exception {
    process = new ProcessBuilder("sleep", "600").start();
    assertUnknown("there is no JVM in process " + process.pid());
    end();

    run(JavaPrograms.IDLE, "idle", "-XX:+DisableAttachMechanism");
    assertUnknown("-XX:+DisableAttachMechanism");
    assertThat(Files.readString(output())).as("it printed nothing").isEqualTo("idle\n");
    end();

    run(JavaPrograms.IDLE, "idle", "-XX:-UsePerfData");
    assertUnknown("-XX:-UsePerfData");
    assertThat(look(new Probe.Jvm(true, 1, Duration.ofSeconds(1)), LONG).message())
        .isEqualTo("no deadlock");
  }

  /** What is killed leaves its socket behind. */
  private void end() throws IOException {
    process.destroyForcibly().onExit().join();
    Files.deleteIfExists(Path.of("/tmp/.java_pid" + process.pid()));
  }

  private void assertUnknown(String reason) {
    Result result = look(BOTH, LONG);
    assertThat(result.outcome()).as(result.message()).isEqualTo(Outcome.UNKNOWN);
    assertThat(result.message()).contains(reason);
    assertThat(process.isAlive()).isTrue();
  }

  private Result lookUntil(Outcome outcome, Probe probe) {
    AtomicReference<Result> last = new AtomicReference<>();
    ProberWorld.await(() -> {
      last.set(look(probe, LONG));
      LockSupport.parkNanos(100_000_000);
      return last.get().outcome() == outcome;
    });
    return last.get();
  }

  private Result look(Probe probe, Duration timeout) {
    AtomicReference<Result> result = new AtomicReference<>();
    world.prober.probe(
        new Prober.Request(
            ProberWorld.SHOP_1,
            probe,
            Optional.empty(),
            folder,
            new LinkedHashMap<>(),
            timeout,
            Optional.of(new ProcessIdentity(process.pid(), 0, "", ""))),
        result::set);
    ProberWorld.await(() -> result.get() != null);
    return result.get();
  }

  private void run(String program, String says, String... options) throws IOException {
    run(JavaPrograms.command(folder, program, options), says);
  }

  private void run(List<String> command, String says) throws IOException {
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output().toFile())
            .start();
    ProberWorld.await(() -> {
      try {
        return Files.readString(output()).contains(says);
      } catch (IOException e) {
        return false;
      }
    });
  }

  private Path output() {
    return folder.resolve("output");
  }
}
