package io.mainstay.probes;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.mainstay.model.Address;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.Prober.Outcome;
import io.mainstay.ports.Prober.Result;
import io.mainstay.probes.Conversation.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcConversationTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final byte[] SETTINGS = frame(4, 0, 0);
  private static final byte[] ANSWER_HEAD =
      headers(false, ":status", "200", "content-type", "application/grpc");
  private static final byte[] SERVING = frame(0, 0, 1, 0, 0, 0, 0, 2, 8, 1);
  private static final byte[] ALL_WELL = headers(true, "grpc-status", "0");

  @TempDir Path directory;
  private ProberWorld world;

  @BeforeEach
  void begin() throws IOException {
    world = new ProberWorld(directory);
  }

  @AfterEach
  void end() throws IOException {
    world.close();
    assertThat(world.bugs).isEmpty();
  }

  @Test
  void asksARealServer() throws IOException {
    HealthStatusManager health = new HealthStatusManager();
    String longName = "shop." + "x".repeat(300);
    health.setStatus("shop.Orders", ServingStatus.SERVING);
    health.setStatus("shop.Returns", ServingStatus.NOT_SERVING);
    health.setStatus("shop.New", ServingStatus.UNKNOWN);
    health.setStatus(longName, ServingStatus.SERVING);
    Server server = server().addService(health.getHealthService()).build().start();
    try {
      assertThat(ask(server, "").outcome()).isEqualTo(Outcome.PASS);
      assertThat(ask(server, "shop.Orders")).extracting(Result::outcome).isEqualTo(Outcome.PASS);
      assertThat(ask(server, longName)).extracting(Result::outcome).isEqualTo(Outcome.PASS);
      assertFails(ask(server, "shop.Returns"), "says NOT_SERVING of \"shop.Returns\"");
      assertFails(ask(server, "shop.New"), "says UNKNOWN");
      assertFails(ask(server, "shop.Else"), "NOT_FOUND of \"shop.Else\": the server does not know");
      health.enterTerminalState();
      assertFails(ask(server, ""), "says NOT_SERVING");
      Result other =
          world.ask(
              new Probe.Grpc("", OptionalInt.of(server.getPort())),
              new Address("127.0.0.1", 1),
              LONG);
      assertFails(other, "says NOT_SERVING");
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void aServerWithoutAHealthServiceFails() throws IOException {
    Server server = server().build().start();
    try {
      assertFails(ask(server, ""), "UNIMPLEMENTED: the server has no health service");
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void aServerOfHttp1Fails() throws IOException {
    Address address =
        world.serve(socket -> {
          socket.getInputStream().readNBytes(24);
          socket.getOutputStream().write(ascii("HTTP/1.1 400 Bad Request\r\n\r\n"));
        });
    assertFails(
        world.ask(probe(""), address, LONG), "no HTTP/2 came, but HTTP/1: \"HTTP/1.1 400 Bad");
  }

  @Test
  void aServerThatSaysNothingFailsInTime() throws IOException {
    Address address = world.serve(socket -> socket.getInputStream().transferTo(sink()));
    assertFails(world.ask(probe(""), address, Duration.ofMillis(100)), "no answer within 100 ms");
  }

  @Test
  void anAnswerWithoutEndFails() throws IOException {
    Address address =
        world.serve(socket -> {
          socket.getOutputStream().write(SETTINGS);
          while (true) {
            socket.getOutputStream().write(frame(6, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8));
          }
        });
    assertFails(world.ask(probe(""), address, LONG), "no end of the answer within 64 KiB");
  }

  @Test
  void understandsAnAnswerInPieces() {
    GrpcConversation conversation = conversation("shop");
    byte[] whole = join(SETTINGS, ANSWER_HEAD, SERVING, ALL_WELL);
    Optional<Answer> answer = Optional.empty();
    for (int i = 0; i < whole.length; i++) {
      assertThat(answer).isEmpty();
      answer = conversation.came(ByteBuffer.wrap(whole, i, 1));
    }
    assertThat(answer).contains(Answer.pass("SERVING"));
  }

  @Test
  void confirmsSettingsAndAnswersPings() {
    GrpcConversation conversation = conversation("");
    assertThat(new String(conversation("").opening(), StandardCharsets.ISO_8859_1))
        .startsWith("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    assertThat(conversation.came(ByteBuffer.wrap(SETTINGS))).isEmpty();
    assertThat(conversation.reply()).isEqualTo(frame(4, 1, 0));
    assertThat(conversation.came(ByteBuffer.wrap(frame(6, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8))))
        .isEmpty();
    assertThat(conversation.reply()).isEqualTo(frame(6, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8));
  }

  @Test
  void aServerThatEndsInOrderMayStillAnswer() {
    byte[] goAway = frame(7, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0);
    assertThat(said(SETTINGS, goAway, ANSWER_HEAD, SERVING, ALL_WELL).outcome())
        .isEqualTo(Outcome.PASS);
    assertFails(said(SETTINGS, goAway), "ended before the answer did, after GOAWAY NO_ERROR");
  }

  @Test
  void tellsWhatABrokenServerDid() {
    assertFails(said(), "closed without an answer");
    assertFails(said(ascii("SSH-2.0-x")), "\"SSH-2.0-x\"");
    assertFails(said(ascii("SSH")), "\"SSH\"");
    assertFails(said(new byte[] {0x15, 3, 3, 0, 2, 2, 70, 0, 0}), "but TLS");
    assertFails(said(SETTINGS), "ended before the answer did");
    assertFails(said(SETTINGS, ANSWER_HEAD, SERVING), "ended before the answer did, after data");
    assertFails(said(SETTINGS, frame(3, 0, 1, 0, 0, 0, 7)), "reset: REFUSED_STREAM");
    assertFails(
        said(SETTINGS, frame(7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11, 'c', 'a', 'l', 'm')),
        "GOAWAY ENHANCE_YOUR_CALM, \"calm\"");
    assertFails(said(SETTINGS, frame(7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)), "GOAWAY NO_ERROR");
    assertFails(said(SETTINGS, new byte[] {127, 0, 0, 0, 0, 0, 0, 0, 1}), "not to be understood");
    assertFails(said(SETTINGS, frame(1, 4, 1, 0xff, 0xff, 0xff, 0xff, 0xff)), "not to be underst");
    assertFails(said(SETTINGS, frame(0, 1, 5, 1)), "not to be understood");
  }

  @Test
  void tellsWhichAnswersAreNoneOfTheProtocol() {
    assertFails(
        said(SETTINGS, headers(true, ":status", "404", "content-type", "text/html")),
        "HTTP \"404\" and no gRPC status");
    assertFails(
        said(SETTINGS, headers(false, ":status", "200", "content-type", "text/html")),
        "no gRPC, but \"text/html\"");
    assertFails(said(SETTINGS, ANSWER_HEAD, frame(0, 1, 1)), "ended without a gRPC status");
    assertFails(
        said(SETTINGS, ANSWER_HEAD, headers(true, "x", "y")), "ended without a gRPC status");
    assertFails(said(SETTINGS, ANSWER_HEAD, ALL_WELL), "but no message");
    assertFails(answered(1, 0, 0, 0, 0), "compressed");
    assertFails(answered(0, 0, 0, 0, 9, 8, 1), "not one whole message");
    assertFails(answered(0, 0, 0, 0, 2, 8, 0x80), "no HealthCheckResponse");
    assertFails(answered(0, 0, 0, 0, 3, 18, 0x7f, 1), "no HealthCheckResponse");
    assertFails(answered(0, 0, 0, 0, 2, 8, 3), "says SERVICE_UNKNOWN");
    assertFails(answered(0, 0, 0, 0, 2, 8, 9), "says status 9");
    assertFails(answered(0, 0, 0, 0, 0), "says UNKNOWN");
    assertThat(answered(0, 0, 0, 0, 6, 18, 2, 1, 1, 8, 1).outcome()).isEqualTo(Outcome.PASS);
    byte[] much = frame(0, 0, 1, new int[5000]);
    assertFails(said(SETTINGS, ANSWER_HEAD, much), "more than 4 KiB");
  }

  @ParameterizedTest
  @CsvSource({
    "14, UNAVAILABLE",
    "16, UNAUTHENTICATED",
    "2, UNKNOWN",
    "99, '\"99\"'",
    "x, '\"x\"'",
  })
  void tellsTheStatusOfTheCall(String code, String name) {
    assertFails(
        said(
            SETTINGS,
            headers(
                true,
                ":status",
                "200",
                "content-type",
                "application/grpc",
                "grpc-status",
                code,
                "grpc-message",
                "not%20n+w %zz")),
        "gRPC status " + name + ", \"not");
  }

  private Result ask(Server server, String service) {
    return world.ask(probe(service), new Address("127.0.0.1", server.getPort()), LONG);
  }

  private static OkHttpServerBuilder server() {
    return OkHttpServerBuilder.forPort(0, InsecureServerCredentials.create());
  }

  private static Probe.Grpc probe(String service) {
    return new Probe.Grpc(service, OptionalInt.empty());
  }

  private static GrpcConversation conversation(String service) {
    GrpcConversation conversation =
        new GrpcConversation(probe(service), new Address("127.0.0.1", 1), false);
    assertThat(conversation.opening()).isNotEmpty();
    return conversation;
  }

  private static Answer answered(int... data) {
    return said(SETTINGS, ANSWER_HEAD, frame(0, 0, 1, data), ALL_WELL);
  }

  /** What is made of a connection that ends after these bytes. */
  private static Answer said(byte[]... parts) {
    GrpcConversation conversation = conversation("");
    return conversation.came(ByteBuffer.wrap(join(parts))).orElseGet(conversation::ended);
  }

  private static void assertFails(Result result, String why) {
    assertFails(new Answer(result.outcome(), result.message()), why);
  }

  private static void assertFails(Answer answer, String why) {
    assertThat(answer.outcome()).as(answer.message()).isEqualTo(Outcome.FAIL);
    assertThat(answer.message()).contains(why);
  }

  private static byte[] headers(boolean last, String... pairs) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < pairs.length; i += 2) {
      block.write(0); // a literal that is not indexed
      for (String text : new String[] {pairs[i], pairs[i + 1]}) {
        block.write(text.length());
        block.writeBytes(ascii(text));
      }
    }
    int[] payload = new int[block.size()];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = block.toByteArray()[i];
    }
    return frame(1, last ? 5 : 4, 1, payload);
  }

  private static byte[] frame(int type, int flags, int stream, int... payload) {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.putInt(payload.length << 8 | type).put((byte) flags).putInt(stream);
    for (int value : payload) {
      frame.put((byte) value);
    }
    return frame.array();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static OutputStream sink() {
    return OutputStream.nullOutputStream();
  }
}
