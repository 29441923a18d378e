package io.mainstay.linux.cgroups;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machines of most users have version 2 only; this one not, so the kernel is made up. */
class Version2Test {
  private static final InstanceId SHOP_1 = new InstanceId(new ServiceName("shop"), 1);
  private static final Workload.Limits LIMITS =
      new Workload.Limits(
          OptionalLong.of(512L << 20), OptionalDouble.of(1.5), OptionalLong.empty());

  @TempDir Path root;
  private final FakeKernelFiles files = new FakeKernelFiles();

  @BeforeEach
  void makeRoot() throws IOException {
    files.root(root);
  }

  @Test
  void setsTheLimitsAndHandsTheControllersDown() throws IOException {
    Cgroup group = cgroups().create(SHOP_1, "abc", LIMITS).orElseThrow();
    assertThat(group.notEnforced()).isEmpty();
    Path folder = group.joinFiles().getFirst().getParent();
    assertThat(group.joinFiles()).containsExactly(folder.resolve("cgroup.procs"));
    assertThat(folder.getFileName()).hasToString("shop-1-abc");
    assertThat(folder.getParent().getFileName().toString()).startsWith("mainstay-");
    assertThat(folder.getParent().getParent()).isEqualTo(root);
    assertThat(folder.resolve("memory.max")).hasContent("536870912\n");
    assertThat(folder.resolve("memory.oom.group")).hasContent("1\n");
    assertThat(folder.resolve("cpu.max")).hasContent("150000 100000\n");
  }

  @Test
  void saysWhichControllerIsNotHandedDown() throws IOException {
    Files.writeString(root.resolve("cgroup.controllers"), "cpu\n");
    Cgroup group = cgroups().create(SHOP_1, "abc", LIMITS).orElseThrow();
    assertThat(group.notEnforced())
        .singleElement()
        .asString()
        .startsWith("memory: the controller is not enabled in");
  }

  @Test
  void tellsOutOfMemoryByTheCounter() throws IOException {
    Cgroup group = cgroups().create(SHOP_1, "abc", LIMITS).orElseThrow();
    assertThat(group.wasOutOfMemory()).isFalse();
    Path folder = group.joinFiles().getFirst().getParent();
    Files.writeString(folder.resolve("memory.events"), "oom 1\noom_kill 2\noom_group_kill 1\n");
    assertThat(group.wasOutOfMemory()).isTrue();
  }

  @Test
  void freezesKillsAndCounts() throws IOException {
    Cgroup group = cgroups().create(SHOP_1, "abc", Workload.Limits.NONE).orElseThrow();
    Path folder = group.joinFiles().getFirst().getParent();
    Files.writeString(folder.resolve("cgroup.procs"), "4194400\n4194401\n");
    assertThat(group.freeze(true)).isTrue();
    assertThat(group.isFrozen()).isTrue();
    assertThat(group.freeze(false)).isTrue();
    assertThat(group.isFrozen()).isFalse();
    assertThat(group.cpuTime()).contains(Duration.ofMillis(1500));
    assertThat(group.members()).containsExactly(4194400L, 4194401L);
    assertThat(group.remove()).isFalse();
    group.kill();
    assertThat(folder.resolve("cgroup.kill")).hasContent("1\n");
    assertThat(group.members()).isEmpty();
    assertThat(group.remove()).isTrue();
  }

  @Test
  void findsTheGroupOfAnEarlierRunAndRemovesWhatWasLeftEmpty() throws IOException {
    SystemCgroups first = cgroups();
    Cgroup living = first.create(SHOP_1, "abc", Workload.Limits.NONE).orElseThrow();
    Files.writeString(living.joinFiles().getFirst(), "4194400\n");
    first.create(SHOP_1, "old", Workload.Limits.NONE).orElseThrow();
    SystemCgroups next = cgroups();
    assertThat(next.find("abc").map(Cgroup::members)).contains(List.of(4194400L));
    assertThat(next.find("old")).isEmpty();
    next.close();
    assertThat(living.members()).hasSize(1);
    living.kill();
    assertThat(living.remove()).isTrue();
    next.close();
    assertThat(files.children(root)).isEmpty();
  }

  @Test
  void worksWithinItsOwnGroupIfItIsNotRootAndStepsAsideIfAlone() throws IOException {
    Files.writeString(root.resolve("cgroup.subtree_control"), "cpu memory");
    Path own = root.resolve("app.slice");
    files.make(own);
    Files.writeString(own.resolve("cgroup.procs"), ProcessHandle.current().pid() + "\n");
    SystemCgroups cgroups =
        new SystemCgroups(mounts(Optional.of(root), "/app.slice"), Path.of("/data"), false, files);
    Cgroup group = cgroups.create(SHOP_1, "abc", LIMITS).orElseThrow();
    assertThat(group.notEnforced()).isEmpty();
    assertThat(group.joinFiles().getFirst())
        .satisfies(file -> assertThat(file.startsWith(own)).isTrue());
    assertThat(own.resolve("mainstay-server/cgroup.procs"))
        .hasContent(ProcessHandle.current().pid() + "\n");
  }

  @Test
  void makesNoneWhereThereIsNoHierarchy() {
    SystemCgroups none =
        new SystemCgroups(mounts(Optional.empty(), "/"), Path.of("/data"), true, files);
    assertThat(none.create(SHOP_1, "abc", LIMITS)).isEmpty();
    assertThat(none.find("abc")).isEmpty();
    assertThat(none.canTrack()).isFalse();
  }

  @Test
  void readsTheMountsOfAHybridMachine() {
    CgroupMounts mounts =
        CgroupMounts.parse(
            List.of(
                "tmpfs /sys/fs/cgroup tmpfs rw 0 0",
                "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,nosuid,cpu,cpuacct 0 0",
                "cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0",
                "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0"),
            List.of("4:memory:/system.slice", "2:cpu,cpuacct:/", "0::/user.slice/a:b"));
    assertThat(mounts.unified()).contains(Path.of("/sys/fs/cgroup/unified"));
    assertThat(mounts.unifiedOwn()).isEqualTo("/user.slice/a:b");
    assertThat(mounts.controllers())
        .containsEntry("cpuacct", Path.of("/sys/fs/cgroup/cpu,cpuacct"))
        .containsEntry("memory", Path.of("/sys/fs/cgroup/memory"));
    assertThat(mounts.own()).containsEntry("memory", "/system.slice").containsEntry("cpu", "/");
  }

  private SystemCgroups cgroups() {
    return new SystemCgroups(mounts(Optional.of(root), "/"), Path.of("/data"), true, files);
  }

  private static CgroupMounts mounts(Optional<Path> unified, String own) {
    return new CgroupMounts(unified, own, new LinkedHashMap<>(), new LinkedHashMap<>());
  }
}
