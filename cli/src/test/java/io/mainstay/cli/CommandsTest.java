package io.mainstay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CommandsTest extends AgainstAFakeApi {
  private static final String INSTANCES =
      "[{\"id\":\"shop-1\",\"node\":\"n1\",\"role\":\"serving\",\"state\":\"serving\",\"generation\":1,"
          + "\"revision\":1,\"pid\":4711,\"address\":\"127.0.0.1:20001\",\"since\":\"2026-01-01T00:00:00Z\",\"restarts\":0,\"lastExit\":null,\"inFlight\":0,\"reason\":\"ready"
          + " check passed\"},"
          + "{\"id\":\"shop-2\",\"node\":\"n1\",\"role\":\"serving\",\"state\":\"backing-off\",\"generation\":7,"
          + "\"revision\":1,\"pid\":null,\"address\":null,\"since\":\"2026-01-01T00:00:00Z\",\"restarts\":6,"
          + "\"lastExit\":{\"code\":null,\"signal\":\"KILL\",\"oom\":false,\"time\":\"2026-01-01T00:00:00Z\"},\"inFlight\":0,\"reason\":\"killed"
          + " by SIGKILL, and this reason is far too long for one line of a table\"}]";
  private static final String SHOP =
      "{\"name\":\"shop\",\"desired\":3,\"min\":2,\"max\":5,\"serving\":1,\"starting\":0,\"standby\":0,\"failing\":1,\"revision\":1,\"verdict\":\"degraded\",\"override\":\"3"
          + " by hand\",\"paused\":false,\"reason\":\"1 of 3"
          + " serve\",\"requestsPerSecond\":12.5,\"inFlight\":4,\"queued\":2,\"instances\":"
          + INSTANCES
          + "}";
  private static final String OPERATION =
      "{\"id\":\"op-1\",\"what\":\"restart shop\",\"state\":\"running\",\"message\":\"waits for"
          + " shop-1\"}";

  @BeforeEach
  void answerOfTheShop() {
    api.answer("GET /api/v1/services/shop", 200, SHOP);
    api.answer(
        "GET /api/v1/status",
        200,
        "{\"node\":\"n1\",\"leader\":\"n1\",\"version\":\"0.1.0\",\"services\":[" + SHOP + "]}");
  }

  @Test
  void showsStatusAsTablesOfAHundredColumns() {
    Ran ran = run("status");
    assertThat(ran.out())
        .isEqualTo(
            """
            node n1, leader n1, Mainstay 0.1.0

            SERVICE  VERDICT   SERVING  STANDBY  FAILING  REQ/S  IN FLIGHT  REASON
            shop     degraded  1/3      0        1        12.5   4+2        3 by hand; 1 of 3 serve

            INSTANCE  STATE        GEN  PID   ADDRESS          RESTARTS  LAST EXIT  REASON
            shop-1    serving      1    4711  127.0.0.1:20001  0         -          ready check passed
            shop-2    backing-off  7                           6         SIGKILL    killed by SIGKILL, and this…
            """);
    assertThat(ran.out().lines()).allMatch(line -> line.length() <= 100);
    assertThat(run("status", "shop").out()).startsWith("SERVICE").contains("shop-2");
    assertThat(run("status", "shop", "-o", "json").out())
        .isEqualTo(run("status", "-o", "json").out())
        .startsWith("{\"node\":\"n1\",");
    assertThat(api.queries).contains("service=shop");
  }

  @Test
  void actsWithTheTokenOfTheDataFolder() {
    api.answer("POST /api/v1/services/shop/restart", 202, OPERATION);
    Ran ran = run("restart", "shop", "--reason", "a \"b\"");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).isEqualTo("restart shop: accepted (waits for shop-1)\n");
    assertThat(api.acts)
        .containsExactly(
            "POST /api/v1/services/shop/restart application/json {\"reason\":\"a \\\"b\\\"\"}");
  }

  @Test
  void divertsAndRestores() {
    api.answer("POST /api/v1/services/shop/divert", 202, OPERATION);
    api.answer("POST /api/v1/services/shop/restore", 202, OPERATION);
    assertThat(run("divert", "shop").exitCode()).isZero();
    assertThat(
            run(
                    "divert",
                    "shop",
                    "--to",
                    "lite",
                    "--for",
                    "10m",
                    "--share",
                    "50%",
                    "--reason",
                    "lost orders",
                    "--force")
                .exitCode())
        .isZero();
    assertThat(run("restore", "shop").exitCode()).isZero();
    assertThat(api.acts)
        .containsExactly(
            "POST /api/v1/services/shop/divert application/json {}",
            "POST /api/v1/services/shop/divert application/json {\"reason\":\"lost orders\","
                + "\"force\":true,\"to\":\"lite\",\"for\":\"10m\",\"share\":\"50%\"}",
            "POST /api/v1/services/shop/restore application/json {}");
  }

  @Test
  void waitsForTheEndWithProgress() {
    api.answer("POST /api/v1/instances/shop-1/restart", 202, OPERATION);
    api.answer("GET /api/v1/operations/op-1", 200, OPERATION);
    api.answer(
        "GET /api/v1/operations/op-1",
        200,
        OPERATION.replace("running", "done").replace("waits for shop-1", "serving"));
    Ran ran = run("restart", "shop-1", "--wait", "--force");
    assertThat(ran)
        .isEqualTo(
            new Ran(0, "restart shop: done (serving)\n", "restart shop: waits for shop-1\n"));
    assertThat(api.acts.getFirst()).endsWith("{\"force\":true}");
  }

  @Test
  void answersOneWhenAnOperationFails() {
    api.answer(
        "POST /api/v1/instances/shop-1/restart", 202, OPERATION.replace("running", "failed"));
    assertThat(run("restart", "shop-1").exitCode()).isEqualTo(1);
  }

  @Test
  void saysWhyTheGovernorRefuses() {
    api.answer(
        "POST /api/v1/instances/shop-1/drain",
        409,
        "{\"type\":\"t\",\"title\":\"Refused\",\"status\":409,\"detail\":\"shop would fall below"
            + " its floor\",\"evidence\":{\"serving\":\"1\",\"floor\":\"1\"}}");
    assertThat(run("drain", "shop-1", "--for", "10m"))
        .isEqualTo(
            new Ran(
                3,
                "",
                """
                mainstay drain: refused by the governor: shop would fall below its floor
                  serving: 1
                  floor: 1
                --force overrules it
                """));
    assertThat(api.acts.getFirst()).endsWith("{\"for\":\"10m\"}");
  }

  @Test
  void tellsWrongValuesFromFailures() {
    api.answer(
        "POST /api/v1/services/shop/scale",
        400,
        "{\"type\":\"t\",\"title\":\"n\",\"status\":400,\"detail\":\"body: for: 5 (expected: a"
            + " duration)\"}");
    Ran ran = run("scale", "shop", "4", "--for", "5");
    assertThat(ran)
        .isEqualTo(new Ran(2, "", "mainstay scale: body: for: 5 (expected: a duration)\n"));
    assertThat(api.acts.getFirst()).endsWith("{\"replicas\":4,\"for\":\"5\"}");
    assertThat(run("promote", "shop-4").exitCode()).isEqualTo(1);
  }

  @Test
  void pausesOneOrAll() {
    api.answer("POST /api/v1/server/pause", 202, OPERATION);
    api.answer("POST /api/v1/services/shop/resume", 202, OPERATION);
    assertThat(run("pause", "--for", "1h").exitCode()).isZero();
    assertThat(run("resume", "shop").exitCode()).isZero();
    assertThat(api.acts)
        .containsExactly(
            "POST /api/v1/server/pause application/json {\"for\":\"1h\"}",
            "POST /api/v1/services/shop/resume application/json {}");
  }

  @Test
  void appliesAFile() throws IOException {
    Path file = Files.writeString(data.resolve("a.yaml"), "services: {}\n");
    api.answer("PUT /api/v1/spec", 202, OPERATION);
    assertThat(run("apply", file.toString()).exitCode()).isZero();
    assertThat(api.acts.getFirst())
        .startsWith("PUT /api/v1/spec?base-dir=")
        .endsWith("application/yaml services: {}\n");
  }

  @Test
  void printsTheErrorsOfAFileThatIsApplied() throws IOException {
    Path file = Files.writeString(data.resolve("a.yaml"), "x");
    api.answer(
        "PUT /api/v1/spec",
        422,
        "{\"type\":\"t\",\"title\":\"The file has"
            + " errors\",\"status\":422,\"detail\":\"2\",\"errors\":["
            + "{\"file\":\"a.yaml\",\"line\":2,\"column\":3,\"key\":\"services.shop.replicsa\",\"value\":\"3\",\"expected\":\"a"
            + " key\",\"nearest\":\"replicas\"}]}");
    for (String command : new String[] {"apply", "plan"}) {
      assertThat(run(command, file.toString()))
          .isEqualTo(
              new Ran(
                  2,
                  "",
                  "a.yaml:2:3: services.shop.replicsa: 3 (expected: a key; did you mean"
                      + " 'replicas'?)\n"
                      + "1 error; nothing was changed\n"));
    }
  }

  @Test
  void showsAPlan() throws IOException {
    Path file = Files.writeString(data.resolve("a.yaml"), "x");
    api.answer(
        "PUT /api/v1/spec",
        200,
        "{\"steps\":[{\"action\":\"open-listener\",\"service\":null,\"instance\":null,\"listener\":\"web\","
            + "\"reason\":\"new\"},{\"action\":\"start\",\"service\":\"shop\",\"instance\":\"shop-1\",\"listener\":null,\"reason\":\"new"
            + " service\"},{\"action\":\"replace\",\"service\":\"shop\",\"instance\":\"shop-2\",\"listener\":null,\"reason\":\"run"
            + " differs\"}]}");
    api.answer("PUT /api/v1/spec", 200, "{\"steps\":[]}");
    assertThat(run("plan", file.toString()).out())
        .isEqualTo(
            """
            ACTION           WHAT    WHY
            + open-listener  web     new
            + start          shop-1  new service
            ~ replace        shop-2  run differs

            1 to start, 1 to replace, 0 to stop
            """);
    assertThat(run("plan", file.toString()).out()).isEqualTo("nothing differs\n");
  }

  @Test
  void showsLogsOfAServiceWithNames() {
    api.answer("GET /api/v1/logs/shop-1", 200, "{\"instance\":\"shop-1\",\"lines\":[\"a\",\"b\"]}");
    api.answer("GET /api/v1/logs/shop-2", 200, "{\"instance\":\"shop-2\",\"lines\":[\"c\"]}");
    assertThat(run("logs", "shop").out()).isEqualTo("shop-1  a\nshop-1  b\nshop-2  c\n");
    assertThat(run("logs", "shop-2").out()).isEqualTo("c\n");
    assertThat(run("logs", "shop-2", "-o", "json").out())
        .isEqualTo("{\"instance\":\"shop-2\",\"lines\":[\"c\"]}\n");
  }

  @Test
  void followsAnInstanceUntilTheStreamEnds() {
    api.answer(
        "GET /api/v1/logs/shop-9",
        200,
        "retry: 1\n\ndata: a\n\n: alive\n\nevent: missed\ndata: 7\n\n");
    assertThat(run("logs", "shop-9", "-f").out())
        .isEqualTo("a\n(7 lines came too fast and are not shown)\n");
  }

  @Test
  void showsEvents() {
    api.answer(
        "GET /api/v1/events",
        200,
        "{\"events\":[{\"cursor\":\"c1\",\"time\":\"2026-01-01T00:00:00Z\",\"node\":\"n1\","
            + "\"kind\":\"instance-exited\",\"service\":\"shop\",\"instance\":\"shop-1\",\"actor\":\"system\",\"cause\":null,\"reason\":\"killed"
            + " by SIGKILL\",\"evidence\":{}},"
            + "{\"cursor\":\"c2\",\"time\":\"2026-01-01T00:00:01.5Z\",\"node\":\"n1\",\"kind\":\"scaled\","
            + "\"service\":\"shop\",\"instance\":null,\"actor\":\"operator:ann\",\"cause\":null,\"reason\":\"3"
            + " to 4\",\"evidence\":{}}],\"next\":\"c2\"}");
    assertThat(run("events").out())
        .isEqualTo(
            """
            2026-01-01T00:00:00Z  instance-exited      shop-1        killed by SIGKILL
            2026-01-01T00:00:01Z  scaled               shop          3 to 4 [operator:ann]
            """);
  }

  @Test
  void reportsADrill() {
    api.answer(
        "POST /api/v1/services/shop/drill", 202, OPERATION.replace("restart shop", "drill shop"));
    api.answer(
        "GET /api/v1/operations/op-1",
        200,
        "{\"id\":\"op-1\",\"what\":\"drill shop\",\"state\":\"done\",\"message\":\"\",\"report\":{"
            + "\"service\":\"shop\",\"kind\":\"kill\",\"victim\":\"shop-1\",\"sent\":2000,\"failed\":1,\"failures\":[\"502"
            + " ×1\"],\"medianLatencyMillis\":1.234,\"worstLatencyMillis\":81.0,"
            + "\"trafficOffMillis\":9.0,\"standbyServingMillis\":20.0,\"fullStrengthMillis\":1500.0}}");
    Ran ran = run("drill", "shop", "--kind", "kill", "--rps", "100", "--for", "5s");
    assertThat(ran.out())
        .isEqualTo(
            """
            drill                   kill of shop-1 (shop)
            requests                2000 sent, 1 failed (0.05 %)
                                    502 ×1
            latency                 median 1.2 ms, worst 81 ms
            traffic off after       9.0 ms
            standby serving after   20 ms
            full strength after     1.50 s
            """);
    assertThat(ran.err()).isEqualTo("drill shop: waits for shop-1\n");
    assertThat(api.acts.getFirst()).endsWith("{\"kind\":\"kill\",\"rps\":100,\"for\":\"5s\"}");
  }

  @Test
  void checksAsANagiosPlugin() {
    assertThat(run("check", "shop"))
        .isEqualTo(
            new Ran(
                1,
                "MAINSTAY WARNING - shop degraded 1/3 (1 of 3 serve) | shop_serving=1;3:;1:;0;5"
                    + " shop_standby=0;;;0 shop_failing=1;;;0 shop_in_flight=4;;;0\n",
                ""));
    assertThat(run("check", "shop", "--output", "json"))
        .isEqualTo(
            new Ran(
                1,
                "{\"state\":\"WARNING\",\"exitCode\":1,\"text\":\"shop degraded 1/3 (1 of 3"
                    + " serve)\",\"services\":[{\"name\":\"shop\",\"state\":\"WARNING\",\"verdict\":\"degraded\","
                    + "\"serving\":1,\"desired\":3,\"standby\":0,\"failing\":1,\"inFlight\":4,\"reason\":\"1"
                    + " of 3 serve\"}]}\n",
                ""));
    assertThat(run("check").exitCode()).isEqualTo(1);
    assertThat(run("check", "nope").exitCode()).isEqualTo(3);
    assertThat(run("check", "nope").out()).startsWith("MAINSTAY UNKNOWN - ");
    Ran down = Ran.command("check");
    assertThat(down.exitCode()).isEqualTo(2);
    assertThat(down.out()).startsWith("MAINSTAY CRITICAL - no server at 127.0.0.1:1");
    assertThat(run("check", "--bogus").exitCode()).isEqualTo(3);
  }

  @Test
  void aPluginWarnsOfNodesAndCoordinationThatAreLost() {
    api.answer(
        "GET /api/v1/status",
        200,
        """
        {"node":"n1","leader":null,"version":"0.1.0","coordinationLost":"2026-01-01T00:00:00Z","services":[],
         "nodes":[{"name":"n1","state":"ready"},{"name":"n2","state":"suspect"},{"name":"n3","state":"lost"}]}
        """);
    assertThat(run("check").out()).startsWith("MAINSTAY WARNING - shop degraded");
    Ran ran = run("check");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out())
        .startsWith(
            "MAINSTAY WARNING - coordination lost since 2026-01-01T00:00:00Z, node n2 suspect,"
                + " node n3 lost");
  }

  @Test
  void waitsUntilAllIsDown() {
    api.answer("POST /api/v1/server/stop", 202, OPERATION);
    api.answer("GET /api/v1/status", 503, "{\"detail\":\"ends\",\"status\":503}");
    Ran ran = run("down", "--keep");
    assertThat(ran).isEqualTo(new Ran(0, "down; the instances go on\n", "the server ends\n"));
    assertThat(api.acts.getFirst()).endsWith("{\"keep\":true}");
  }

  @Test
  void saysThatTheAnswerIsNotMainstays() {
    api.answer("GET /api/v1/explain/shop", 200, "<html>");
    Ran ran = run("explain", "shop");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).contains("is it Mainstay?");
  }

  @Test
  void saysThatACursorIsNone() {
    api.answer(
        "GET /api/v1/events",
        400,
        "{\"title\":\"t\",\"status\":400,\"detail\":\"query: after=x (expected: a cursor)\"}");
    assertThat(run("events", "--after", "x"))
        .isEqualTo(new Ran(2, "", "mainstay events: query: after=x (expected: a cursor)\n"));
    assertThat(run("events", "-f", "--after", "x").exitCode()).isEqualTo(2);
  }
}
