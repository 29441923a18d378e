package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The disk under the data folder is full for a while: said, survived, and over by itself. */
@Tag("integration")
class DiskFullTest extends OnOneMachine {
  private boolean mounted;

  @BeforeEach
  void mountASmallDisk() throws Exception {
    Files.createDirectories(program.data());
    mounted = run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", program.data().toString());
    assumeTrue(mounted, "only root may mount");
  }

  @Override
  @AfterEach
  void end() throws Exception {
    super.end();
    if (mounted) {
      run("umount", "--lazy", program.data().toString());
    }
  }

  @Test
  void trafficGoesOnAndAllIsWellAgainOnceThereIsRoom() throws Exception {
    Path file =
        program.write(
            "mainstay.yaml",
            """
            services:
              shop:
                run: %s
                listen: "127.0.0.1:%d"
                health: /healthz
                replicas: 2
                standby: 1
            """
                .formatted(program.sample(""), port));
    program.up(file).awaitServing("shop", 2);
    program.awaitService("shop", shop -> shop.get("standby").asInt() == 1, "a standby");

    Path filler = program.data().resolve("filler");
    fill(filler);
    long victim = Program.pid(program.serving("shop", 0));
    Program.signal("KILL", victim);
    for (int i = 0; i < 20; i++) {
      assertThat(Http.get(port, "/").statusCode()).isEqualTo(200);
    }
    Program.await(
        "word of the full disk",
        Duration.ofSeconds(60),
        () -> program.hasEvent("disk-full", event -> true));
    for (int i = 0; i < 20; i++) {
      assertThat(Http.get(port, "/").statusCode()).isEqualTo(200);
    }
    assertThat(program.server().isAlive()).isTrue();

    Files.delete(filler);
    Program.await(
        "word of the recovery",
        Duration.ofSeconds(60),
        () -> program.hasEvent("disk-recovered", event -> true));
    program.awaitService(
        "shop",
        shop -> shop.get("serving").asInt() == 2 && shop.get("standby").asInt() == 1,
        "full strength again");
    assertThat(program.run("scale", "shop", "2").code()).isZero();
    Program.signal("TERM", program.server().pid());
    assertThat(program.server().waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(program.server().exitValue()).isZero();
    assertThat(program.tail()).doesNotContain("Exception");
    assertThat(program.samples()).isEmpty();
  }

  private static void fill(Path file) throws IOException {
    byte[] block = new byte[4096];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("space");
    }
  }

  private static boolean run(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }
}
