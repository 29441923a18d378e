package io.mainstay.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mainstay.model.EventKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Has Prometheus' own tool read the page, where it is installed. */
@Tag("integration")
class PromtoolTest {
  private final Running running = new Running();

  @AfterEach
  void close() {
    running.close();
  }

  @Test
  void promtoolHasNothingToSayAgainstThePage() throws IOException, InterruptedException {
    Optional<Path> promtool =
        Stream.of(System.getenv("PATH").split(":"))
            .map(folder -> Path.of(folder, "promtool"))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(promtool.isPresent(), "promtool (Debian: prometheus) is not installed");
    running.inside.events.append(FakeInside.event(EventKind.OUTLIER_EJECTED, "5 failures"));
    Process process =
        new ProcessBuilder(promtool.get().toString(), "check", "metrics")
            .redirectErrorStream(true)
            .start();
    process
        .getOutputStream()
        .write(running.get("/metrics").body().getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(said).isEmpty();
    assertThat(process.exitValue()).isZero();
  }
}
