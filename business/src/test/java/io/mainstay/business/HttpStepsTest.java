package io.mainstay.business;

import static io.mainstay.business.RunnerWorld.reason;
import static io.mainstay.business.TestServer.answer;
import static io.mainstay.business.TestServer.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.ServiceName;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.model.state.TransactionRun.Outcome;
import io.mainstay.model.state.TransactionRun.StepResult;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpStepsTest {
  @TempDir Path folder;
  private RunnerWorld world;

  @BeforeEach
  void open() throws Exception {
    world = new RunnerWorld(folder);
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @Test
  void passesWhenEveryStepIsAsExpected() {
    TestServer server =
        world.open(
            "shop",
            (request, out) -> {
              switch (request.line()) {
                case "POST /cart HTTP/1.1" ->
                    write(
                        out,
                        answer(
                            "201 Created",
                            "Location: /c/17\r\nX-A: b\r\n",
                            "{\"id\": 17, \"note\": \"code=x42 \"}"));
                case "POST /c/17/pay?code=x42 HTTP/1.1" ->
                    write(out, answer("200 OK", "", "{\"state\":\"paid\",\"sum\":12.50}"));
                default -> write(out, answer("204 No Content", "", ""));
              }
            });
    TransactionRun run =
        world
            .transaction(
                """
                {within: 5s, steps: [
                  {http: POST /cart, json: {sku: probe-1},
                   expect: {status: 201, headers: {X-A: b}, body: note},
                   capture: {id: $.id, where: header Location, code: "regex code=(\\\\w+)"}},
                  {name: pay, http: "POST /c/${id}/pay?code=${code}", body: "was ${where}",
                   expect: {json: {$.state: paid, $.sum: "12.5"}}}],
                 cleanup: [{http: "DELETE /c/${id}"}]}
                """)
            .run();
    assertThat(run.failure()).isEmpty();
    assertThat(run.outcome()).isEqualTo(Outcome.PASSED);
    assertThat(run.steps()).extracting(StepResult::label).containsExactly("POST /cart", "pay");
    assertThat(run.steps()).allMatch(StepResult::passed);
    assertThat(run.took()).isPositive();
    assertThat(server.requests)
        .extracting(TestServer.Request::line)
        .containsExactly(
            "POST /cart HTTP/1.1", "POST /c/17/pay?code=x42 HTTP/1.1", "DELETE /c/17 HTTP/1.1");
    assertThat(server.requests.get(0).body()).isEqualTo("{\"sku\":\"probe-1\"}");
    assertThat(server.requests.get(0).header("content-type")).isEqualTo("application/json");
    assertThat(server.requests.get(1).body()).isEqualTo("was /c/17");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {status: 201}                | status 200 instead of 201
          {status: [201, 300-399]}     | status 200 instead of 201, 300-399
          {body: nowhere}              | the body does not contain "nowhere"
          {headers: {X-A: c}}          | header X-A is "b" instead of "c"
          {headers: {X-B: c}}          | no header X-B
          {json: {$.state: paid}}      | $.state is "open" instead of "paid"
          {json: {$.none: paid}}       | $.none is not there instead of "paid"
          {json: {'$.list[2]': x}}     | $.list[2] is not there instead of "x"
          {json: {$.none.deeper: x}}   | $.none.deeper is not there instead of "x"
          """)
  void failsWhenAnAnswerIsNotAsExpected(String expect, String reason) {
    world.open(
        "shop",
        (_, out) ->
            write(out, answer("200 OK", "X-A: b\r\n", "{\"state\":\"open\",\"list\":[1,2]}")));
    TransactionRun run =
        world.steps("[{http: GET /}, {http: GET /a, expect: " + expect + "}, {http: GET /}]").run();
    assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(reason(run)).isEqualTo(reason);
    TransactionRun.Failure failure = run.failure().orElseThrow();
    assertThat(failure.step()).isEqualTo(1);
    assertThat(failure.label()).isEqualTo("GET /a");
    assertThat(failure.suspect()).isEqualTo(new ServiceName("shop"));
    assertThat(run.steps()).extracting(StepResult::passed).containsExactly(true, false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          $.name      | a"b\\c
          $.n         | 12.50
          $.big       | 12345678901234567890
          $.yes       | true
          $.no        | null
          $.list[-1]  | z
          $.list      | ["x","z"]
          $['a b'].c  | 1
          """)
  void readsValuesOfEveryKind(String path, String expected) {
    JsonBody body =
        JsonBody.parse(
                "{\"name\":\"a\\\"b\\\\c\",\"n\":12.50,\"big\":12345678901234567890,\"yes\":true,"
                    + "\"no\":null,\"list\":[\"x\",\"z\"],\"a b\":{\"c\":1}}")
            .orElseThrow();
    assertThat(body.at(path)).contains(expected.replace("\\\\", "\\"));
    assertThat(body.is(path, expected.replace("\\\\", "\\"))).isTrue();
  }

  @Test
  void failsWithoutJson() {
    world.open("shop", (_, out) -> write(out, answer("200 OK", "", "<html>")));
    TransactionRun run = world.steps("[{http: GET /, capture: {a: $.a}}]").run();
    assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(reason(run)).isEqualTo("the body is no JSON: \"<html>\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          $.id         | the body has nothing at $.id
          header X-No  | no header X-No
          regex id=\\d | the body has nothing that matches "id=\\d"
          """)
  void failsWhenThereIsNothingToCapture(String source, String reason) {
    world.open("shop", TestServer.json("{}"));
    TransactionRun run = world.steps("[{http: GET /, capture: {a: '" + source + "'}}]").run();
    assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(reason(run)).isEqualTo(reason);
  }

  @Test
  void keepsJsonWholeWhateverIsFilledIn() {
    TestServer server =
        world.open(
            "shop",
            (request, out) ->
                write(
                    out,
                    answer(
                        "200 OK",
                        "",
                        "{\"name\":\"say \\\"hi\\\"\\\\\\n{}\",\"n\":17,\"list\":[1,2]}")));
    TransactionRun run =
        world
            .steps(
                """
                [{http: GET /, capture: {name: $.name, n: $.n, list: $.list}},
                 {http: POST /a, json: {"${name}": "x ${name} y", n: "${n}", d: '${no:-"d"}'}},
                 {http: POST /b, headers: {Content-Type: application/json},
                  body: '{"n": ${n}, "t": "${n}", "list": ${list}}'},
                 {http: POST /c, body: 'plain ${name}'}]
                """)
            .run();
    assertThat(run.failure()).isEmpty();
    assertThat(server.requests)
        .extracting(TestServer.Request::body)
        .containsExactly(
            "",
            "{\"say \\\"hi\\\"\\\\\\u000a{}\":\"x say \\\"hi\\\"\\\\\\u000a{} y\",\"n\":\"17\","
                + "\"d\":\"\\\"d\\\"\"}",
            "{\"n\": 17, \"t\": \"17\", \"list\": [1,2]}",
            "plain say \"hi\"\\\n{}");
  }

  @Test
  void keepsTheTargetWholeWhateverIsFilledIn() {
    TestServer server = world.open("shop", TestServer.json("{\"q\":\"ä b\\r\\nX: y#z/?&=%41\"}"));
    TransactionRun run =
        world.steps("[{http: GET /, capture: {q: $.q}}, {http: 'GET /x?q=${q}'}]").run();
    assertThat(run.failure()).isEmpty();
    assertThat(server.requests.get(1).line())
        .isEqualTo("GET /x?q=%C3%A4%20b%0D%0AX:%20y%23z/?&=%41 HTTP/1.1");
  }

  @Test
  void sendsNoLineBreakInAHeader() {
    TestServer server = world.open("shop", TestServer.json("{\"q\":\"a\\r\\nX-B: y\"}"));
    TransactionRun run =
        world
            .steps("[{http: GET /, capture: {q: $.q}}, {http: GET /, headers: {X-A: '${q}'}}]")
            .run();
    assertThat(run.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(reason(run)).isEqualTo("the value for the header X-A has a line break in it");
    assertThat(server.requests).hasSize(1);
  }

  @Test
  void keepsCookiesWithinARun() {
    TestServer server =
        world.open(
            "shop",
            (request, out) ->
                write(
                    out,
                    answer(
                        "200 OK",
                        request.line().contains(" /login ")
                            ? "Set-Cookie: sid=1; Path=/; HttpOnly\r\n"
                                + "Set-Cookie: deep=2; Path=/a\r\nSet-Cookie: tls=3; Secure\r\n"
                                + "Set-Cookie: foreign=4; Domain=example.com\r\n"
                            : request.line().contains(" /logout ")
                                ? "Set-Cookie: sid=; Path=/; Max-Age=0\r\n"
                                : "",
                        "")));
    String steps =
        "[{http: GET /first}, {http: POST /login}, {http: GET /a/b}, {http: GET /ab},"
            + " {http: GET /logout}, {http: GET /}, {http: GET /, headers: {Cookie: mine=1}}]";
    for (int round = 0; round < 2; round++) {
      server.requests.clear();
      assertThat(world.steps(steps).run().failure()).isEmpty();
      assertThat(server.requests)
          .extracting(request -> request.header("cookie"))
          .containsExactly("", "", "deep=2; sid=1", "sid=1", "sid=1", "", "mine=1");
    }
  }

  @Test
  void followsNoRedirects() {
    TestServer server =
        world.open("shop", (_, out) -> write(out, answer("302 Found", "Location: /x\r\n", "")));
    assertThat(world.steps("[{http: GET /, expect: {status: 302}}]").run().failure()).isEmpty();
    assertThat(world.steps("[{http: GET /}]").run().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(server.requests).hasSize(2);
  }

  @Test
  void readsChunksAndInterimAnswersAndAnswersWithoutALength() {
    world.open(
        "shop",
        (request, out) -> {
          switch (request.line().split(" ")[1]) {
            case "/chunks" ->
                write(
                    out,
                    "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\n{\"a\r\n5\r\n\":\"b\"\r\n"
                        + "1\r\n}\r\n0\r\nTrailer: x\r\n\r\n");
            case "/latin" -> {
              write(out, "HTTP/1.0 200 OK\r\nContent-Type: text/plain; charset=ISO-8859-1\r\n\r\n");
              out.write(0xe4);
            }
            default -> write(out, "HTTP/1.1 200 OK\r\n\r\nto the end");
          }
        });
    TransactionRun run =
        world
            .steps(
                "[{http: GET /chunks, expect: {json: {$.a: b}}}, {http: GET /latin, expect: {body:"
                    + " ä}}, {http: GET /end, expect: {body: the end}}, {http: HEAD /}]")
            .run();
    assertThat(run.failure()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          HTTP/1.1 200 OK\\r\\nContent-Length: 10\\r\\n\\r\\nabc         | the answer is cut: the connection was closed 7 bytes before its end
          HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n3\\r\\nabc\\r\\n | the answer is cut: the connection was closed in its middle
          HTTP/1.1 200 OK\\r\\nConte                                       | the answer is cut: the connection was closed in its middle
          SSH-2.0-x\\r\\n                                                  | not an answer of HTTP: "SSH-2.0-x"
          HTTP/1.1 200 OK\\r\\nContent-Length: x\\r\\n\\r\\n              | not a length: "x"
          """)
  void failsWhenAnAnswerIsCutOrNone(String bytes, String reason) {
    world.open("shop", (_, out) -> write(out, bytes.replace("\\r\\n", "\r\n")));
    TransactionRun run = world.steps("[{http: GET /}]").run();
    assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(reason(run)).isEqualTo(reason);
  }

  @Test
  void readsNoMoreThanItNeedsOfAHugeBody() {
    byte[] block = "x".repeat(1 << 16).getBytes();
    TestServer.Behaviour endless =
        (_, out) -> {
          write(out, "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nbegin");
          while (true) {
            out.write(block);
          }
        };
    TestServer server = world.open("shop", endless);
    assertThat(world.steps("[{http: GET /, expect: {body: begin}}]").run().failure()).isEmpty();
    TransactionRun run = world.steps("[{http: GET /, expect: {body: end}}]").run();
    assertThat(reason(run)).isEqualTo("the body does not contain \"end\" in its first MiB");
    run = world.steps("[{http: GET /, expect: {json: {$.a: b}}}]").run();
    assertThat(reason(run)).contains("longer than 1 MiB");
    RunnerWorld.await(() -> server.open() == 0);
  }

  @Test
  void endsAPatternThatNeverEnds() {
    world.open("shop", (_, out) -> write(out, answer("200 OK", "", "a".repeat(60) + "!")));
    TransactionRun run =
        world.steps("[{http: GET /, within: 200ms, capture: {a: 'regex (a+)+\\1c'}}]").run();
    assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(reason(run)).isEqualTo("no end within 200 ms");
  }

  @Test
  void asksTheServiceThatAStepNames() {
    world.open("shop", TestServer.json("{}"));
    TestServer payments = world.open("payments", TestServer.json("{}"));
    world.file(
        """
        services:
          payments: {run: y, listen: 8081}
          shop:
            run: x
            listen: 8080
            transactions:
              buy: {steps: [{http: GET /}, {http: GET /pay, service: payments, expect: {status: 201}}]}
        """);
    TransactionRun run = world.run();
    assertThat(payments.requests).hasSize(1);
    assertThat(run.failure().orElseThrow().suspect()).isEqualTo(new ServiceName("payments"));
    assertThat(List.of(run.outcome())).containsExactly(Outcome.FAILED);
  }
}
