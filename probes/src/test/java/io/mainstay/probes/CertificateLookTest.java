package io.mainstay.probes;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.Prober.Outcome;
import io.mainstay.ports.Prober.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against real TLS servers with certificates that the JDK's keytool has made. */
class CertificateLookTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  @TempDir Path directory;
  private ProberWorld world;
  private final List<SSLServerSocket> servers = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    world = new ProberWorld(directory);
  }

  @AfterEach
  void close() throws IOException {
    for (SSLServerSocket server : servers) {
      server.close();
    }
    world.close();
    assertThat(world.bugs).isEmpty();
  }

  @Test
  void tellsHowLongACertificateIsGood() throws Exception {
    Address server = server("-5d", 15);
    Result soon = world.ask(probe(Optional.empty(), 21, 3), server, LONG);
    assertThat(soon.outcome()).as(soon.message()).isEqualTo(Outcome.WARNING);
    assertThat(soon.message()).contains("CN=shop").contains("expires in 9 d");
    assertThat(world.ask(probe(Optional.empty(), 8, 3), server, LONG).outcome())
        .isEqualTo(Outcome.PASS);
    assertThat(world.ask(probe(Optional.empty(), 21, 11), server, LONG).outcome())
        .isEqualTo(Outcome.FAIL);
    assertThat(world.ask(onPort(server.port()), new Address("127.0.0.1", 1), LONG).outcome())
        .isEqualTo(Outcome.PASS);
  }

  @Test
  void anExpiredOneFails() throws Exception {
    Result result = world.ask(probe(Optional.empty(), 0, 0), server("-10d", 9), LONG);
    assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(result.message()).contains("expired at");
  }

  @Test
  void oneThatIsNotGoodYetFails() throws Exception {
    Result result = world.ask(probe(Optional.empty(), 0, 0), server("+5d", 30), LONG);
    assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(result.message()).contains("not good before");
  }

  @Test
  void theNameMustBeIn() throws Exception {
    Address server = server("-5d", 90);
    for (String name : List.of("shop.example.com", "SHOP.example.com", "a.shop.example.com")) {
      assertThat(world.ask(probe(Optional.of(name), 21, 3), server, LONG).outcome())
          .as(name)
          .isEqualTo(Outcome.PASS);
    }
    for (String name : List.of("example.com", "a.b.shop.example.com", "shop.example.org")) {
      Result wrong = world.ask(probe(Optional.of(name), 21, 3), server, LONG);
      assertThat(wrong.outcome()).as(name).isEqualTo(Outcome.FAIL);
      assertThat(wrong.message()).contains("not for " + name);
    }
  }

  @Test
  void whatSpeaksNoTlsFails() throws IOException {
    Address plain =
        world.serve(socket -> {
          socket.getInputStream().read();
          socket.getOutputStream().write("HTTP/1.1 400 No\r\n\r\n".getBytes(US_ASCII));
        });
    assertThat(world.ask(probe(Optional.empty(), 21, 3), plain, LONG).outcome())
        .isEqualTo(Outcome.FAIL);
    Address silent =
        world.serve(socket -> {
          while (socket.getInputStream().read() >= 0) {
            // Listens for ever.
          }
        });
    Result result = world.ask(probe(Optional.empty(), 21, 3), silent, Duration.ofMillis(200));
    assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
  }

  private static Probe probe(Optional<String> name, long warnDays, long failDays) {
    return new Probe.Certificate(
        OptionalInt.empty(), name, Duration.ofDays(warnDays), Duration.ofDays(failDays));
  }

  private static Probe onPort(int port) {
    return new Probe.Certificate(
        OptionalInt.of(port), Optional.empty(), Duration.ofDays(8), Duration.ofDays(3));
  }

  private Address server(String start, int days) throws Exception {
    SSLContext context = Keys.context(directory, start, days);
    SSLServerSocket server =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    servers.add(server);
    Thread.ofVirtual().start(() -> serve(server));
    return new Address("127.0.0.1", server.getLocalPort());
  }

  private static void serve(SSLServerSocket server) {
    while (!server.isClosed()) {
      try (SSLSocket socket = (SSLSocket) server.accept()) {
        socket.startHandshake();
        socket.getInputStream().read();
      } catch (IOException e) {
        // The prober has seen enough, or the test is over.
      }
    }
  }
}
