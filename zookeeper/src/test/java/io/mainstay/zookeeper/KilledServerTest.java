package io.mainstay.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class KilledServerTest {
  private static final int ROUNDS = 10;
  @TempDir Path folder;

  @Test
  @Timeout(180)
  void keepsEveryAcknowledgedWriteOverAKillAtAnyMoment() throws Exception {
    Random random = new Random(60);
    long acknowledged = 0;
    long rounds = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Process process = start();
      try (BufferedReader output = process.inputReader()) {
        long found = number(output, "found ");
        assertThat(found).as("round %d", round).isGreaterThanOrEqualTo(acknowledged);
        long writes = 1 + random.nextInt(round % 2 == 0 ? 5 : 400);
        for (long i = 0; i < writes; i++) {
          acknowledged = number(output, "stored ");
        }
        // By its handle: Process would close the output that is still to be read.
        process.toHandle().destroyForcibly();
        // What it printed before it died was acknowledged as well.
        for (String line = output.readLine(); line != null; line = output.readLine()) {
          if (line.startsWith("stored ") && line.matches("stored \\d+")) {
            acknowledged = Math.max(acknowledged, Long.parseLong(line.substring(7)));
          }
        }
      } finally {
        process.destroyForcibly();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      }
      rounds++;
    }
    assertThat(rounds).isEqualTo(ROUNDS);
    assertThat(acknowledged).isGreaterThan(ROUNDS);
  }

  private static long number(BufferedReader output, String prefix) throws IOException {
    String line = output.readLine();
    assertThat(line).startsWith(prefix);
    return Long.parseLong(line.substring(prefix.length()));
  }

  private Process start() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            java,
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            WriterProcess.class.getName(),
            folder.resolve("zookeeper").toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
