package io.mainstay.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.linux.cgroups.Cgroups;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.ProcessHost.StartOutcome;
import io.mainstay.ports.ProcessHost.StartRequest;
import io.mainstay.ports.ProcessHost.ThreadDump;
import io.mainstay.testkit.JavaPrograms;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real JVMs are asked what their threads do, and nothing else is hurt. */
@Tag("integration")
class ThreadDumpTest {
  private static final InstanceId SHOP_1 = new InstanceId(new ServiceName("shop"), 1);

  @TempDir Path data;
  private final List<Object> heard = Collections.synchronizedList(new ArrayList<>());
  private RealWorld world;
  private ProcessIdentity process;

  @BeforeEach
  void open() throws IOException {
    world = new RealWorld(data, Cgroups.NONE);
  }

  @AfterEach
  void close() {
    if (process != null) {
      boolean[] gone = new boolean[1];
      world.host().kill(process, () -> gone[0] = true);
      world.await("the end", () -> gone[0]);
    }
    world.close();
    assertThat(world.problems).isEmpty();
  }

  @Test
  void aHungJvmSaysInItsLogWhichThreadsWaitForEachOther() throws IOException {
    start(JavaPrograms.command(data, JavaPrograms.DEADLOCK));
    says("locked");
    ThreadDump dump = dump().orElseThrow();
    assertThat(dump.written()).as(dump.message()).isTrue();
    assertThat(dump.pid()).isEqualTo(process.pid());
    assertThat(dump.message())
        .contains(data.resolve("logs/shop-1.log").toString())
        .containsAnyOf(
            "deadlock of \"order-writer\", \"stock-writer\"",
            "deadlock of \"stock-writer\", \"order-writer\"");
    assertThat(world.logs.tail(SHOP_1, 500)).anyMatch(line -> line.contains("Full thread dump"));
    assertThat(heard).as("it goes on").hasSize(1);
  }

  @Test
  void theJvmBehindAShellIsFound() throws IOException {
    String command = String.join(" ", JavaPrograms.command(data, JavaPrograms.IDLE));
    start(RealWorld.shell(command + "; true"));
    says("idle");
    ThreadDump dump = dump().orElseThrow();
    assertThat(dump.written()).as(dump.message()).isTrue();
    assertThat(dump.pid()).isNotEqualTo(process.pid());
    assertThat(heard).as("the shell goes on").hasSize(1);
  }

  @Test
  void whatWouldDieOfTheSignalDoesNotGetIt() throws IOException {
    start(JavaPrograms.command(data, JavaPrograms.IDLE, "-Xrs"));
    says("idle");
    ThreadDump dump = dump().orElseThrow();
    assertThat(dump.written()).isFalse();
    assertThat(dump.message()).contains("-Xrs");
    assertThat(ProcessHandle.of(process.pid())).isPresent();
    assertThat(heard).hasSize(1);
  }

  @Test
  void whatIsNoJvmIsLeftAlone() {
    start(RealWorld.shell("echo here; sleep 600 & sleep 600"));
    says("here");
    assertThat(dump()).isEmpty();
    assertThat(heard).hasSize(1);
  }

  @Test
  void oneThatIsStoppedIsNotWaitedFor() throws IOException {
    start(JavaPrograms.command(data, JavaPrograms.IDLE));
    says("idle");
    // Not through the host: it lets what is stopped go on.
    new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).start().onExit().join();
    world.await(
        "the stop",
        () ->
            new ProcFs(Path.of("/proc"))
                .stat(process.pid())
                .filter(stat -> stat.state() == 'T')
                .isPresent());
    ThreadDump dump = dump().orElseThrow();
    assertThat(dump.written()).isFalse();
    assertThat(dump.message()).contains("stopped");
  }

  private void says(String line) {
    world.await(line, () -> world.logs.tail(SHOP_1, 5).contains(line));
  }

  private Optional<ThreadDump> dump() {
    List<Optional<ThreadDump>> got = Collections.synchronizedList(new ArrayList<>());
    world.host().dumpThreads(SHOP_1, process, got::add);
    world.await("the dump", () -> !got.isEmpty());
    return got.getFirst();
  }

  private void start(List<String> command) {
    world
        .host()
        .start(
            new StartRequest(
                SHOP_1,
                command,
                data,
                new LinkedHashMap<>(System.getenv()),
                Optional.empty(),
                Workload.Limits.NONE,
                "nonce-" + System.nanoTime()),
            heard::add,
            heard::add);
    world.await("the start", () -> !heard.isEmpty());
    process = ((StartOutcome.Started) heard.getFirst()).process();
  }
}
