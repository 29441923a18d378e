package io.mainstay.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.cli.UpRunner.ClusterOptions;
import io.mainstay.identity.NodeIdentity;
import io.mainstay.identity.NodeTls;
import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.server.cluster.ClusterEntry;
import io.mainstay.spec.JsonModelCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose certificate was issued 25 of its 30 days ago. */
@Tag("integration")
class RenewalOfARunningServerTest {
  private static final NodeName NODE = new NodeName("one");
  private static final String HOST = "127.0.0.21";
  @TempDir Path data;

  @Test
  void getsItsNextCertificateAndShowsItOnAllItsPortsWhileItServes() throws Exception {
    Instant then = Instant.now().minus(Duration.ofDays(25));
    ClusterEntry.found(data, NODE, HOST, then, new JsonModelCodec());
    NodeIdentity old = identity();
    ServerOptions options =
        new ServerOptions(
            Optional.empty(),
            data,
            new Address("127.0.0.1", freePort()),
            NODE,
            new ClusterOptions(
                Optional.of(HOST),
                new LinkedHashMap<>(),
                freePort(),
                Optional.empty(),
                Optional.empty(),
                false,
                false),
            Optional.empty());
    Server server = new Server(options, Optional.empty());
    server.start();
    try {
      await("the next one on the disk", () -> !identity().certificate().equals(old.certificate()));
      NodeIdentity renewed = identity();
      assertThat(renewed.certificate().getPublicKey())
          .isNotEqualTo(old.certificate().getPublicKey());
      assertThat(renewed.renewalDue(Instant.now())).isFalse();
      for (int port : new int[] {options.admin().port(), options.cluster().coordinationPort()}) {
        await("port " + port, () -> shown(renewed, port).equals(renewed.certificate()));
      }
      await("it decides", server::ready);
      assertThat(Files.exists(data.resolve("cluster/authority-key.p12"))).isTrue();
    } finally {
      server.stop(false, Actor.SYSTEM, "the test ends");
      server.hurry();
      server.end();
    }
  }

  private NodeIdentity identity() {
    try {
      return NodeIdentity.load(data.resolve("cluster")).orElseThrow();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static X509Certificate shown(NodeIdentity identity, int port) {
    try (SSLSocket socket =
        (SSLSocket)
            new NodeTls(identity)
                .context()
                .getSocketFactory()
                .createSocket(InetAddress.ofLiteral(HOST), port)) {
      socket.setSoTimeout(5_000);
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    } catch (IOException e) {
      // Not listening yet: whatever is shown, it is not the new one.
      return identity.authority();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }
}
