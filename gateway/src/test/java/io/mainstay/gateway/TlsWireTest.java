package io.mainstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.gateway.transport.Transport;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.ListenerSpec.Certificate;
import io.mainstay.model.spec.ListenerSpec.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** TLS termination, on every transport that works here. */
@ParameterizedClass
@MethodSource("transports")
class TlsWireTest {
  private final Transport.Preference transport;
  @TempDir Path folder;

  TlsWireTest(Transport.Preference transport) {
    this.transport = transport;
  }

  static Stream<Transport.Preference> transports() {
    return ForwardingWireTest.transports();
  }

  private TestWorld world(Tls tls) {
    return new TestWorld(transport)
        .deploy(
            TestWorld.policy(),
            TestWorld.listener(ListenerSpec.Protocol.HTTP, Optional.of(tls), TestWorld.limits()));
  }

  @Test
  void servesWithACertificateOfItsOwn() throws Exception {
    try (TestWorld world = world(new Tls(List.of(), true));
        TestBackend backend =
            new TestBackend((request, socket, out) ->
                TestBackend.text("x".repeat(300_000)).answer(request, socket, out))) {
      world.serve(backend);
      SSLSocket socket = connect(world.port(), "localhost");
      try (RawClient client = new RawClient(socket)) {
        assertThat(client.get("/").body()).hasSize(300_000);
        assertThat(client.get("/").body()).hasSize(300_000);
      }
      assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
      assertThat(backend.requests.getFirst().headers()).containsEntry("x-forwarded-proto", "https");
    }
  }

  @Test
  void splicesTcpWithinTls() throws Exception {
    byte[] bytes = "x".repeat(300_000).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        TestWorld world =
            new TestWorld(transport)
                .deploy(
                    TestWorld.policy(),
                    TestWorld.listener(
                        ListenerSpec.Protocol.TCP,
                        Optional.of(new Tls(List.of(), true)),
                        TestWorld.limits()))) {
      CompletableFuture<byte[]> received = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> echoAndEnd(server, bytes.length, received));
      world.addAddress(server.getLocalPort());
      world.publish();
      try (SSLSocket socket = connect(world.port(), "localhost")) {
        socket.getOutputStream().write(bytes);
        // The instance ends its side first: all of it arrives, and then the end.
        assertThat(socket.getInputStream().readAllBytes()).isEqualTo(bytes);
        socket.getOutputStream().write("late".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      }
      assertThat(received.get(10, TimeUnit.SECONDS)).asString().isEqualTo("late");
      TestWorld.await(() -> world.gateway.signals().getFirst().inFlight() == 0);
    }
  }

  private static void echoAndEnd(
      ServerSocket server, int length, CompletableFuture<byte[]> received) {
    try (Socket socket = server.accept()) {
      socket.getOutputStream().write(socket.getInputStream().readNBytes(length));
      socket.shutdownOutput();
      received.complete(socket.getInputStream().readAllBytes());
    } catch (IOException e) {
      received.completeExceptionally(e);
    }
  }

  @Test
  void asksNoInstanceBeforeTheHandshake() throws Exception {
    ListenerSpec.Limits hasty =
        new ListenerSpec.Limits(16384, 4096, Duration.ofMillis(200), Duration.ofSeconds(60), 1000);
    try (TestBackend backend = TestBackend.answering("x");
        TestWorld world =
            new TestWorld(transport)
                .deploy(
                    TestWorld.policy(),
                    TestWorld.listener(
                        ListenerSpec.Protocol.TCP, Optional.of(new Tls(List.of(), true)), hasty))) {
      world.serve(backend);
      try (RawClient silent = world.client();
          RawClient plain = world.client()) {
        plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(silent.isEnded()).isTrue();
        while (plain.in.read() >= 0) {
          // An alert may come before the end.
        }
      }
      assertThat(backend.accepted).hasValue(0);
    }
  }

  @Test
  void choosesTheCertificateByServerName() throws Exception {
    Certificate first = write("first", "one.test");
    Certificate second = write("second", "*.two.test");
    try (TestWorld world = world(new Tls(List.of(first, second), false))) {
      assertThat(subject(world.port(), "one.test")).isEqualTo("CN=one.test");
      assertThat(subject(world.port(), "a.two.test")).isEqualTo("CN=*.two.test");
      assertThat(subject(world.port(), "a.b.two.test")).isEqualTo("CN=one.test");
      assertThat(subject(world.port(), "other.test")).isEqualTo("CN=one.test");
    }
  }

  @Test
  void reloadsChangedFilesAndKeepsTheOldOnesIfTheNewDoNotFit() throws Exception {
    Certificate certificate = write("shop", "one.test");
    try (TestWorld world = world(new Tls(List.of(certificate), false))) {
      assertThat(subject(world.port(), "one.test")).isEqualTo("CN=one.test");
      Files.writeString(certificate.certificateChain(), "nonsense");
      TestWorld.await(() -> world.told.stream().anyMatch(t -> t.startsWith("certificates failed")));
      assertThat(subject(world.port(), "one.test")).isEqualTo("CN=one.test");
      write("shop", "new.test");
      TestWorld.await(() -> world.told.contains("certificates reloaded"));
      assertThat(subject(world.port(), "new.test")).isEqualTo("CN=new.test");
    }
  }

  private static String subject(int port, String serverName) throws Exception {
    try (SSLSocket socket = connect(port, serverName)) {
      X509Certificate leaf = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return leaf.getSubjectX500Principal().getName();
    }
  }

  private static SSLSocket connect(int port, String serverName)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustAll()}, null);
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(serverName)));
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private Certificate write(String file, String name) throws Exception {
    var generator = java.security.KeyPairGenerator.getInstance("EC");
    var pair = generator.generateKeyPair();
    var subject = new X500Name("CN=" + name);
    var builder =
        new JcaX509v3CertificateBuilder(
            subject,
            java.math.BigInteger.valueOf(System.nanoTime()),
            new Date(System.currentTimeMillis() - 60_000),
            new Date(System.currentTimeMillis() + 600_000),
            subject,
            pair.getPublic());
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.dNSName, name)));
    X509Certificate certificate =
        new JcaX509CertificateConverter()
            .getCertificate(
                builder.build(
                    new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
    Path chain = folder.resolve(file + ".crt");
    Path key = folder.resolve(file + ".key");
    pem(key, "PRIVATE KEY", pair.getPrivate().getEncoded());
    pem(chain, "CERTIFICATE", certificate.getEncoded());
    return new Certificate(chain, key);
  }

  private static void pem(Path file, String kind, byte[] bytes) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(
        fresh,
        "-----BEGIN "
            + kind
            + "-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
            + "\n-----END "
            + kind
            + "-----\n");
    Files.move(fresh, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private static final class TrustAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
