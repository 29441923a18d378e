package io.mainstay.probes;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.Prober.Outcome;
import io.mainstay.ports.Prober.Result;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs Debian's package monitoring-plugins-basic. */
@Tag("integration")
class NagiosPluginTest {
  private static final String PLUGINS = "/usr/lib/nagios/plugins/";

  @TempDir Path directory;
  private ProberWorld world;

  @BeforeEach
  void open() throws IOException {
    world = new ProberWorld(directory);
  }

  @AfterEach
  void close() throws IOException {
    world.close();
  }

  @Test
  void checkTcpPassesOnAListeningPortAndFailsOnAFreeOne() throws IOException {
    Address server = world.serve(socket -> {});
    Result up = plugin("check_tcp", "-H", "127.0.0.1", "-p", Integer.toString(server.port()));
    assertThat(up.outcome()).as(up.message()).isEqualTo(Outcome.PASS);
    assertThat(up.message()).startsWith("TCP OK");
    assertThat(up.performanceData()).startsWith("time=");
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    Result down = plugin("check_tcp", "-H", "127.0.0.1", "-p", Integer.toString(free));
    assertThat(down.outcome()).as(down.message()).isEqualTo(Outcome.FAIL);
  }

  @Test
  void checkHttpReadsTheStatus() throws IOException {
    Address server = world.answer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    String port = Integer.toString(server.port());
    Result result = plugin("check_http", "-I", "127.0.0.1", "-p", port, "-u", "/");
    assertThat(result.outcome()).as(result.message()).isEqualTo(Outcome.WARNING);
    assertThat(result.message()).contains("404");
  }

  @Test
  void checkDummyGivesEveryState() {
    assertThat(plugin("check_dummy", "0", "fine").outcome()).isEqualTo(Outcome.PASS);
    assertThat(plugin("check_dummy", "1", "hm").outcome()).isEqualTo(Outcome.WARNING);
    assertThat(plugin("check_dummy", "2", "bad").outcome()).isEqualTo(Outcome.FAIL);
    assertThat(plugin("check_dummy", "3", "what").outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(plugin("check_dummy", "2", "bad").message()).isEqualTo("CRITICAL: bad");
  }

  private Result plugin(String name, String... arguments) {
    List<String> command = new java.util.ArrayList<>(List.of(PLUGINS + name));
    command.addAll(List.of(arguments));
    return world.ask(new Probe.Run(command), new Address("127.0.0.1", 1), Duration.ofSeconds(10));
  }
}
