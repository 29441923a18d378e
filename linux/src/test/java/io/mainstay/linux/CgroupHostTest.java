package io.mainstay.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.linux.cgroups.CgroupMounts;
import io.mainstay.linux.cgroups.SystemCgroups;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.ProcessHost.StartOutcome;
import io.mainstay.ports.ProcessHost.StartRequest;
import io.mainstay.testkit.ProcessHostContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With this machine's own control groups; as root. */
@Tag("integration")
class CgroupHostTest extends ProcessHostContract {
  @TempDir Path data;

  /** The same with version 1 only: the freezer holds what version 2 holds otherwise. */
  @Tag("integration")
  static class FreezerTest extends CgroupHostTest {
    @Override
    CgroupMounts mounts() {
      CgroupMounts all = CgroupMounts.read();
      return new CgroupMounts(Optional.empty(), "/", all.controllers(), all.own());
    }
  }

  CgroupMounts mounts() {
    return CgroupMounts.read();
  }

  @Override
  protected World open() throws IOException {
    return new RealWorld(data, new SystemCgroups(mounts(), data, true));
  }

  @AfterEach
  void leavesNoGroupBehind() {
    assertThat(((RealWorld) world()).problems).isEmpty();
  }

  @Test
  void killsWhatForksFasterThanOneCanCount() {
    ProcessIdentity process =
        started(
            RealWorld.shell(
                "env -i setsid sh -c 'while :; do (sleep 0.01; sleep 610) & sleep 0.002; done'"
                    + " & env -i setsid sleep 611 & sleep 612"));
    RealWorld world = (RealWorld) world();
    ProcessTree tree = new ProcessTree(new ProcFs(Path.of("/proc")));
    world.await("some", () -> tree.living(process).size() > 1);
    world.host().kill(process, () -> heard().add("gone"));
    world.await("the end", () -> heard().contains("gone"));
    assertThat(ProcessHandle.allProcesses())
        .noneMatch(p -> p.info().commandLine().orElse("").matches(".*sleep 61[012]"));
  }

  @Test
  void tellsOutOfMemory() {
    // A shell doubles a string until it is too long for the group.
    start(
        "x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done",
        OptionalLong.of(8 << 20),
        OptionalDouble.empty());
    world().await("the exit", () -> heard().size() == 2);
    assertThat(((StartOutcome.Started) heard().getFirst()).limitsNotEnforced()).isEmpty();
    Exit exit = (Exit) heard().getLast();
    assertThat(exit.describe()).isEqualTo("killed by SIGKILL (out of memory)");
  }

  @Test
  void doesNotBlameMemoryForAKillOfOurs() {
    start("sleep 600", OptionalLong.of(64 << 20), OptionalDouble.empty());
    world().await("the start", () -> heard().size() == 1);
    ProcessIdentity process = ((StartOutcome.Started) heard().getFirst()).process();
    world().host().kill(process, () -> heard().add("gone"));
    world().await("the end", () -> heard().contains("gone"));
    assertThat(((Exit) heard().get(1)).outOfMemory()).isFalse();
  }

  @Test
  void throttlesTheCpu() throws IOException {
    start("while :; do :; done", OptionalLong.empty(), OptionalDouble.of(0.1));
    world().await("the start", () -> heard().size() == 1);
    StartOutcome.Started started = (StartOutcome.Started) heard().getFirst();
    assertThat(started.limitsNotEnforced()).isEmpty();
    Path group;
    try (var found =
        Files.find(
            Path.of("/sys/fs/cgroup/cpu"),
            2,
            (path, attributes) -> path.toString().endsWith("-" + started.process().nonce()))) {
      group = found.findFirst().orElseThrow();
    }
    Path statistics = group.resolve("cpu.stat");
    world()
        .await(
            "throttling",
            () -> read(statistics).lines().anyMatch(l -> l.matches("nr_throttled [1-9].*")));
    world().host().kill(started.process(), () -> heard().add("gone"));
    world().await("the end", () -> heard().contains("gone"));
    assertThat(group).doesNotExist();
  }

  @Test
  void aFrozenRunUsesNoCpu() {
    ProcessIdentity process =
        started(RealWorld.shell("(while :; do :; done) & while :; do :; done"));
    world().await("work", () -> world().host().cpuTime(process).toMillis() > 20);
    world().host().freeze(process, true, heard()::add);
    world().await("the freeze", () -> heard().size() == 2);
    assertThat(heard().getLast()).isEqualTo(true);
    long before = world().host().cpuTime(process).toMillis();
    LockSupport.parkNanos(100_000_000);
    assertThat(world().host().cpuTime(process).toMillis()).isLessThanOrEqualTo(before + 5);
    world().host().freeze(process, false, heard()::add);
    world().await("the thaw", () -> heard().size() == 3);
    world().await("work", () -> world().host().cpuTime(process).toMillis() > before + 10);
    world().host().kill(process, () -> heard().add("gone"));
    world().await("the end", () -> heard().contains("gone"));
  }

  @Test
  void runsAsTheUserThatIsNamed() {
    StartRequest request =
        new StartRequest(
            SHOP_1,
            RealWorld.shell("id -un; id -Gn; echo $HOME; grep CapEff /proc/self/status; ulimit -n"),
            Path.of("/"),
            new LinkedHashMap<>(System.getenv()),
            Optional.of("nobody"),
            new Workload.Limits(OptionalLong.empty(), OptionalDouble.empty(), OptionalLong.of(321)),
            "nonce-" + System.nanoTime());
    world().host().start(request, heard()::add, heard()::add);
    world().await("the exit", () -> heard().size() == 2);
    assertThat(((RealWorld) world()).logs.tail(SHOP_1, 10))
        .containsExactly("nobody", "nogroup", "/nonexistent", "CapEff:\t0000000000000000", "321");
  }

  private void start(String script, OptionalLong memory, OptionalDouble cpu) {
    StartRequest plain = request(RealWorld.shell(script));
    world()
        .host()
        .start(
            new StartRequest(
                plain.instance(),
                plain.command(),
                plain.directory(),
                plain.environment(),
                plain.user(),
                new Workload.Limits(memory, cpu, OptionalLong.empty()),
                plain.nonce()),
            heard()::add,
            heard()::add);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
