package io.mainstay.linux.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.linux.calls.LinuxCalls;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.ports.HostProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a small tmpfs, which can punch holes but not collapse; as root. */
@Tag("integration")
class FullDiskTest {
  private static final InstanceId SHOP_1 = new InstanceId(new ServiceName("shop"), 1);

  @TempDir Path folder;
  private final List<HostProblem> problems = Collections.synchronizedList(new ArrayList<>());
  private Path data;
  private FileLogSource logs;

  @BeforeEach
  void mount() throws Exception {
    data = Files.createDirectory(folder.resolve("small"));
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=8m", "small", data.toString()) == 0,
        "nothing can be mounted here");
    logs = new FileLogSource(data, 1 << 20, problems::add);
  }

  @AfterEach
  void unmount() throws Exception {
    if (logs != null) {
      logs.close();
      assertThat(run("umount", "-l", data.toString())).isZero();
    }
  }

  @Test
  void keepsEveryLineAndSaysOnceThatTheDiskIsFullAndThatItIsNotAnyMore() throws IOException {
    FileLogSource.Descriptors log = logs.open(SHOP_1);
    String line = "x".repeat(99) + "\n";
    LinuxCalls.write(log.stdout(), line.repeat(25_000));
    Path ballast = data.resolve("ballast");
    Files.write(ballast, new byte[5 << 20]);
    for (int i = 0; i < 3; i++) {
      logs.forgetTroubles();
      logs.rotate();
    }
    assertThat(problems).extracting(HostProblem::kind).containsExactly(EventKind.DISK_FULL);
    assertThat(logs.tail(SHOP_1, 100_000)).hasSize(25_000);
    Files.delete(ballast);
    logs.forgetTroubles();
    logs.rotate();
    assertThat(problems)
        .extracting(HostProblem::kind)
        .containsExactly(EventKind.DISK_FULL, EventKind.DISK_RECOVERED);
    assertThat(data.resolve("logs/shop-1.log.1")).hasSize(1 << 20);
    assertThat(logs.tail(SHOP_1, 100_000)).hasSize(25_000).containsOnly("x".repeat(99));
    LinuxCalls.close(log.stdout());
    logs.close(SHOP_1, log.stderr());
  }

  private static int run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
