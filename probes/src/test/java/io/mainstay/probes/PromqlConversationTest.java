package io.mainstay.probes;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.model.spec.Checks.Empty;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.model.spec.Checks.Relation;
import io.mainstay.ports.Prober.Outcome;
import io.mainstay.ports.Prober.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Against a server that answers as Prometheus's HTTP API is documented to. */
class PromqlConversationTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Address NOWHERE = new Address("127.0.0.1", 1);
  private static final String TWO =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
          + "{\"metric\":{\"__name__\":\"up\",\"job\":\"a\"},\"value\":[1435781451.781,\"1\"]},"
          + "{\"metric\":{\"job\":\"\\\"value\\\":[1,\\\"0\\\"]\"},\"value\":[1435781451.7,\"3.5\"]}]}}";

  @TempDir Path directory;
  private ProberWorld world;

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
  @CsvSource({
    "ABOVE, 0.5, PASS",
    "ABOVE, 1, FAIL",
    "AT_LEAST, 1, PASS",
    "BELOW, 3.5, FAIL",
    "AT_MOST, 3.5, PASS",
    "EQUAL, 1, FAIL",
    "UNEQUAL, 2, PASS",
  })
  void everySampleMustBeAsExpected(Relation relation, double bound, Outcome outcome)
      throws IOException {
    Result result = ask(answer(200, TWO), relation, bound, Empty.UNKNOWN);
    assertThat(result.outcome()).as(result.message()).isEqualTo(outcome);
    assertThat(world.requests)
        .singleElement()
        .asString()
        .startsWith("GET /api/v1/query?query=up%7Bjob%3D%22a+b%22%7D HTTP/1.1\r\n");
  }

  @Test
  void asksHostsWhoseNameHasAnUnderscore() {
    PromqlConversation conversation =
        new PromqlConversation(
            new Probe.Promql("http://prom_1:9090/p/", "up", Relation.ABOVE, 1, Empty.FAIL));
    assertThat(conversation.server()).isEqualTo(new Address("prom_1", 9090));
    assertThat(new String(conversation.opening(), StandardCharsets.US_ASCII))
        .startsWith("GET /p/api/v1/query?query=up HTTP/1.1\r\nHost: prom_1:9090\r\n");
  }

  @Test
  void readsScalars() throws IOException {
    String scalar =
        "{\"status\": \"success\", \"data\": {\"resultType\": \"scalar\", "
            + "\"result\": [1435781460, \"+Inf\"]}}";
    assertThat(ask(answer(200, scalar), Relation.ABOVE, 1e9, Empty.UNKNOWN).outcome())
        .isEqualTo(Outcome.PASS);
  }

  @ParameterizedTest
  @EnumSource(Empty.class)
  void noSamplesMeanWhatIsSaid(Empty empty) throws IOException {
    String none = "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}";
    Result result = ask(answer(200, none), Relation.ABOVE, 1, empty);
    assertThat(result.outcome()).isEqualTo(Outcome.valueOf(empty.name()));
    assertThat(result.message()).isEqualTo("no samples");
  }

  @Test
  void whatPrometheusCannotTellSaysNothingAboutTheInstance() throws IOException {
    String error = "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}";
    Result bad = ask(answer(400, error), Relation.ABOVE, 1, Empty.FAIL);
    assertThat(bad.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(bad.message()).contains("HTTP 400").contains("parse error");
    assertThat(ask(answer(503, "starting"), Relation.ABOVE, 1, Empty.FAIL).outcome())
        .isEqualTo(Outcome.UNKNOWN);
    assertThat(ask(NOWHERE, Relation.ABOVE, 1, Empty.FAIL).outcome()).isEqualTo(Outcome.UNKNOWN);
    Address garbage =
        world.serve(socket ->
            socket.getOutputStream().write("SSH-2.0\r\n".getBytes(StandardCharsets.UTF_8)));
    assertThat(ask(garbage, Relation.ABOVE, 1, Empty.FAIL).outcome()).isEqualTo(Outcome.UNKNOWN);
    Address silent =
        world.serve(socket -> {
          while (socket.getInputStream().read() >= 0) {
            // Listens for ever.
          }
        });
    Result late =
        world.ask(promql(silent, Relation.ABOVE, 1, Empty.FAIL), NOWHERE, Duration.ofMillis(100));
    assertThat(late.outcome()).isEqualTo(Outcome.UNKNOWN);
    String nan =
        "{\"status\":\"success\",\"data\":{\"result\":[{\"metric\":{},\"value\":[1,\"NaN\"]}]}}";
    assertThat(ask(answer(200, nan), Relation.ABOVE, 1, Empty.FAIL).outcome())
        .isEqualTo(Outcome.UNKNOWN);
  }

  private Result ask(Address server, Relation relation, double bound, Empty empty) {
    return world.ask(promql(server, relation, bound, empty), NOWHERE, LONG);
  }

  private static Probe promql(Address server, Relation relation, double bound, Empty empty) {
    return new Probe.Promql("http://" + server, "up{job=\"a b\"}", relation, bound, empty);
  }

  private Address answer(int status, String body) throws IOException {
    return world.answer(
        "HTTP/1.1 " + status + " X\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
  }
}
