package io.mainstay.probes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.grpc.Server;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.okhttp.SslSocketFactoryServerCredentials;
import io.grpc.protobuf.services.HealthStatusManager;
import io.mainstay.model.Address;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.Prober.Outcome;
import io.mainstay.ports.Prober.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against real TLS servers of the JDK and of gRPC. */
class TlsConversationTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Probe CONNECT = new Probe.Tcp(Optional.empty(), Optional.empty());

  private static SSLContext keys;

  @TempDir Path directory;
  private ProberWorld world;

  @BeforeAll
  static void make(@TempDir Path folder) throws Exception {
    keys = Keys.context(folder, "-5d", 90);
  }

  @BeforeEach
  void open() throws IOException {
    world = new ProberWorld(directory);
  }

  @AfterEach
  void close() throws IOException {
    world.close();
    assertThat(world.bugs).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void asksByHttps(String version) throws Exception {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(keys) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters own = keys.getDefaultSSLParameters();
            own.setProtocols(new String[] {version});
            parameters.setSSLParameters(own);
          }
        });
    byte[] body = ("x".repeat(100_000) + "well").getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/health",
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.createContext(
        "/ill",
        exchange -> {
          exchange.sendResponseHeaders(500, -1);
          exchange.close();
        });
    server.start();
    try {
      Address address = new Address("127.0.0.1", server.getAddress().getPort());
      for (int i = 0; i < 3; i++) {
        Result well = world.ask(tls(ProberWorld.http("/health", Optional.empty())), address, LONG);
        assertThat(well.outcome()).as(well.message()).isEqualTo(Outcome.PASS);
      }
      Result ill = world.ask(tls(ProberWorld.http("/ill", Optional.empty())), address, LONG);
      assertThat(ill).satisfies(fails("HTTP 500, expected 200-299"));
      assertThat(world.ask(tls(CONNECT), address, LONG).outcome()).isEqualTo(Outcome.PASS);
      Result plain = world.ask(ProberWorld.http("/health", Optional.empty()), address, LONG);
      assertThat(plain.outcome()).as(plain.message()).isEqualTo(Outcome.FAIL);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void asksGrpcServers() throws Exception {
    HealthStatusManager health = new HealthStatusManager();
    Server server =
        OkHttpServerBuilder.forPort(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                SslSocketFactoryServerCredentials.create(keys.getSocketFactory()))
            .addService(health.getHealthService())
            .build()
            .start();
    try {
      Address address = new Address("127.0.0.1", server.getPort());
      Probe grpc = new Probe.Grpc("", OptionalInt.empty());
      Result well = world.ask(tls(grpc), address, LONG);
      assertThat(well.outcome()).as(well.message()).isEqualTo(Outcome.PASS);
      assertThat(world.ask(grpc, address, LONG)).satisfies(fails("TLS"));
      health.enterTerminalState();
      assertThat(world.ask(tls(grpc), address, LONG)).satisfies(fails("says NOT_SERVING"));
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void exchangesTextAndAsksForTheName() throws Exception {
    List<SNIServerName> asked = Collections.synchronizedList(new ArrayList<>());
    try (SSLServerSocket server = server()) {
      Thread.ofVirtual()
          .start(() -> {
            while (!server.isClosed()) {
              try (SSLSocket socket = (SSLSocket) server.accept()) {
                socket.startHandshake();
                asked.addAll(((ExtendedSSLSession) socket.getSession()).getRequestedServerNames());
                if (socket.getInputStream().read() == 'P') {
                  socket.getOutputStream().write('+');
                  socket.getOutputStream().write("PONG\r\n".getBytes(StandardCharsets.UTF_8));
                }
              } catch (IOException e) {
                // The prober has seen enough, or the test is over.
              }
            }
          });
      Address address = new Address("127.0.0.1", server.getLocalPort());
      Probe ping = new Probe.Tcp(Optional.of("PING\r\n"), Optional.of("+PONG"));
      Result well = world.ask(new Probe.Tls(ping, Optional.of("shop.example.com")), address, LONG);
      assertThat(well.outcome()).as(well.message()).isEqualTo(Outcome.PASS);
      assertThat(asked.toString()).contains("shop.example.com");
      Probe other = new Probe.Tcp(Optional.of("PING\r\n"), Optional.of("+WELL"));
      assertThat(world.ask(tls(other), address, LONG).outcome()).isEqualTo(Outcome.FAIL);
    }
  }

  @Test
  void aServerThatWantsACertificateOfOursFails() throws Exception {
    try (SSLServerSocket server = server()) {
      server.setNeedClientAuth(true);
      Thread.ofVirtual()
          .start(() -> {
            while (!server.isClosed()) {
              try (SSLSocket socket = (SSLSocket) server.accept()) {
                socket.startHandshake();
              } catch (IOException e) {
                // It tells us by an alert.
              }
            }
          });
      Address address = new Address("127.0.0.1", server.getLocalPort());
      Result result = world.ask(tls(ProberWorld.http("/", Optional.empty())), address, LONG);
      assertThat(result.outcome()).as(result.message()).isEqualTo(Outcome.FAIL);
    }
  }

  @Test
  void whatSpeaksNoTlsFails() throws IOException {
    Address plain =
        world.serve(socket -> {
          socket.getInputStream().read();
          socket
              .getOutputStream()
              .write("HTTP/1.1 400 No\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        });
    assertThat(world.ask(tls(CONNECT), plain, LONG)).satisfies(fails("TLS"));
    Address closing = world.serve(socket -> socket.getInputStream().read(new byte[4096]));
    assertThat(world.ask(tls(CONNECT), closing, LONG)).satisfies(fails("broke off"));
    Address silent =
        world.serve(socket -> {
          while (socket.getInputStream().read() >= 0) {
            // Listens for ever.
          }
        });
    assertThat(world.ask(tls(CONNECT), silent, SHORT)).satisfies(fails("no answer within"));
  }

  private SSLServerSocket server() throws IOException {
    return (SSLServerSocket)
        keys.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  private static Probe tls(Probe inside) {
    return new Probe.Tls(inside, Optional.empty());
  }

  private static Consumer<Result> fails(String words) {
    return result -> {
      assertThat(result.outcome()).as(result.message()).isEqualTo(Outcome.FAIL);
      assertThat(result.message()).contains(words);
    };
  }
}
