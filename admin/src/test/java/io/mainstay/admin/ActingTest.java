package io.mainstay.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.DrillReport;
import io.mainstay.ports.Drills;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ActingTest {
  private static final String SHOP = "/api/v1/services/shop";
  private static final String SHOP_1 = "/api/v1/instances/shop-1";
  private final Running running = new Running();

  @AfterEach
  void close() {
    running.close();
  }

  private Command only() {
    assertThat(running.inside.commands).hasSize(1);
    return running.inside.commands.removeFirst();
  }

  @Test
  void answersAnOperationThatCanBePolled() {
    Running.Answer answer = running.post(SHOP + "/restart", "");
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.headers()).containsEntry("location", "/api/v1/operations/op-1");
    assertThat(running.get("/api/v1/operations/op-1").body())
        .isEqualTo(answer.body())
        .isEqualTo(
            "{\"id\":\"op-1\",\"what\":\"restart shop\",\"state\":\"running\",\"message\":\"waits"
                + " for shop-1\"}");
    assertThat(running.get("/api/v1/operations/op-9").status()).isEqualTo(404);
  }

  @Test
  void turnsBodiesIntoCommands() {
    InstanceId one = FakeInside.SHOP_1;
    Optional<Duration> hour = Optional.of(Duration.ofHours(1));
    running.post(
        SHOP + "/scale", "{\"replicas\":4,\"for\":\"1h\",\"reason\":\"sale\",\"force\":true}");
    assertThat(only()).isEqualTo(new Command.Scale(FakeInside.SHOP, 4, hour, true, "sale"));
    running.post(SHOP + "/restart", "{\"force\":true}");
    assertThat(only()).isEqualTo(new Command.RestartService(FakeInside.SHOP, true, ""));
    running.post(SHOP + "/pause", "{\"for\":\"1h\"}");
    assertThat(only()).isEqualTo(new Command.Pause(Optional.of(FakeInside.SHOP), hour, ""));
    running.post("/api/v1/server/pause", "{}");
    assertThat(only()).isEqualTo(new Command.Pause(Optional.empty(), Optional.empty(), ""));
    running.post(SHOP + "/resume", "{\"reason\":\"r\"}");
    assertThat(only()).isEqualTo(new Command.Resume(Optional.of(FakeInside.SHOP), "r"));
    running.post("/api/v1/server/resume", "{}");
    assertThat(only()).isEqualTo(new Command.Resume(Optional.empty(), ""));
    running.post(SHOP_1 + "/restart", "{}");
    assertThat(only()).isEqualTo(new Command.RestartInstance(one, false, ""));
    running.post(SHOP_1 + "/drain", "{\"for\":\"250ms\"}");
    assertThat(only())
        .isEqualTo(new Command.Drain(one, Optional.of(Duration.ofMillis(250)), false, ""));
    running.post(SHOP_1 + "/isolate", "{\"for\":\"1h\",\"force\":true}");
    assertThat(only()).isEqualTo(new Command.Isolate(one, hour, true, ""));
    running.post(SHOP_1 + "/release", "{}");
    assertThat(only()).isEqualTo(new Command.Release(one, ""));
    running.post(SHOP_1 + "/promote", "{}");
    assertThat(only()).isEqualTo(new Command.Promote(one, false, ""));
  }

  @Test
  void divertsAndRestores() {
    running.post(SHOP + "/divert", "");
    assertThat(only())
        .isEqualTo(
            new Command.Divert(FakeInside.SHOP, Optional.empty(), 1, Optional.empty(), false, ""));
    running.post(
        SHOP + "/divert",
        "{\"to\":\"shop-lite\",\"for\":\"10m\",\"share\":\"12.5%\",\"reason\":\"r\",\"force\":true}");
    assertThat(only())
        .isEqualTo(
            new Command.Divert(
                FakeInside.SHOP,
                Optional.of(new ServiceName("shop-lite")),
                0.125,
                Optional.of(Duration.ofMinutes(10)),
                true,
                "r"));
    running.post(SHOP + "/divert", "{\"share\":0.5}");
    assertThat(((Command.Divert) only()).share()).isEqualTo(0.5);
    running.post(SHOP + "/restore", "{\"reason\":\"r\"}");
    assertThat(only()).isEqualTo(new Command.Restore(FakeInside.SHOP, "r"));
    for (String share : List.of("0", "2", "\"0%\"", "\"101%\"", "\"half\"", "true", "-0.1")) {
      Running.Answer answer = running.post(SHOP + "/divert", "{\"share\":" + share + "}");
      assertThat(answer.status()).as(share).isEqualTo(400);
      assertThat(answer.json().get("field")).as(share).isEqualTo("share");
    }
    assertThat(running.post(SHOP + "/divert", "{\"to\":\"Shop Lite\"}").json().get("field"))
        .isEqualTo("to");
  }

  @Test
  void saysWhichFieldIsWrong() {
    Map<String, String> wrong = new LinkedHashMap<>();
    wrong.put("{}", "replicas");
    wrong.put("{\"replicas\":\"4\"}", "replicas");
    wrong.put("{\"replicas\":4.5}", "replicas");
    wrong.put("{\"replicas\":-1}", "replicas");
    wrong.put("{\"replicas\":1e400}", "replicas");
    wrong.put("{\"replicas\":99999999999999999999}", "replicas");
    wrong.put("{\"replicas\":4,\"for\":5}", "for");
    wrong.put("{\"replicas\":4,\"for\":\"5\"}", "for");
    wrong.put("{\"replicas\":4,\"for\":\"0s\"}", "for");
    wrong.put("{\"replicas\":4,\"for\":\"9999d\"}", "for");
    wrong.put("{\"replicas\":4,\"force\":\"yes\"}", "force");
    wrong.put("{\"replicas\":4,\"reason\":[1]}", "reason");
    wrong.put("{\"replicas\":4,\"reason\":\"a\\nb\"}", "reason");
    wrong.put("{\"replicas\":4,\"replcas\":4}", "replcas");
    wrong.forEach((body, field) -> {
      Running.Answer answer = running.post(SHOP + "/scale", body);
      assertThat(answer.status()).as(body).isEqualTo(400);
      assertThat(answer.json().get("field")).as(body).isEqualTo(field);
    });
    for (String body :
        List.of("[]", "4", "{", "{}{}", "{\"replicas\":1,\"replicas\":2}", "\u0000", "nope")) {
      assertThat(running.post(SHOP + "/scale", body).status()).as(body).isEqualTo(400);
    }
    assertThat(running.inside.commands).isEmpty();
  }

  @Test
  void saysWhereABodyIsNoJsonAndNothingOfItsReader() {
    Running.Answer answer = running.post(SHOP + "/scale", "{\"count\":\n");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.detail()).contains("not JSON", "line 2").doesNotContain("Source", "REDACTED");
  }

  @Test
  void tellsTheGovernorsRefusalWithItsEvidence() {
    LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("serving", "1");
    evidence.put("floor", "1");
    running.inside.result = new CommandResult.Refused("shop is at its floor", evidence);
    Running.Answer answer = running.post(SHOP + "/restart", "{}");
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.detail()).isEqualTo("shop is at its floor");
    assertThat(answer.body()).contains("\"evidence\":{\"serving\":\"1\",\"floor\":\"1\"}");
    running.inside.result = new CommandResult.NotFound("service web");
    Running.Answer missing = running.post(SHOP + "/restart", "{}");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.detail()).isEqualTo("service: web (expected: shop)");
    running.inside.result = new CommandResult.NotFound("node n9");
    assertThat(running.post(SHOP + "/restart", "{}").detail()).isEqualTo("there is no node n9");
    running.inside.result = new CommandResult.Invalid("shop-1 serves already");
    assertThat(running.post(SHOP_1 + "/promote", "{}").status()).isEqualTo(422);
  }

  @Test
  void saysWhoActed() {
    running.call(
        "POST",
        SHOP + "/restart",
        List.of(Running.bearer(), "Content-Type: application/json", "X-Mainstay-Operator: ann"),
        "{}");
    running.call(
        "POST",
        SHOP + "/restart",
        List.of(Running.bearer(), "Content-Type: application/json", "X-Mainstay-Operator: a b"),
        "{}");
    assertThat(running.inside.actors).containsExactly(Actor.operator("ann"), Actor.operator("api"));
  }

  private Running.Answer spec(String query, String yaml) {
    return running.call(
        "PUT",
        "/api/v1/spec" + query,
        List.of(Running.bearer(), "Content-Type: application/yaml"),
        yaml);
  }

  @Test
  void appliesAFileOrSaysWhatItWouldDo() {
    assertThat(spec("?base-dir=%2Fsrv%2Fa%20b", "services: {}").status()).isEqualTo(202);
    assertThat(only()).isInstanceOf(Command.Apply.class);
    assertThat(running.inside.baseDirectories).containsExactly(Path.of("/srv/a b"));
    Running.Answer plan = spec("?dry-run=true", "services: {}");
    assertThat(plan.status()).isEqualTo(200);
    assertThat(plan.body())
        .isEqualTo(
            "{\"steps\":[{\"action\":\"open-listener\",\"service\":null,\"instance\":null,\"listener\":\"shop\","
                + "\"reason\":\"new\"},{\"action\":\"start\",\"service\":\"shop\",\"instance\":\"shop-1\","
                + "\"listener\":null,\"reason\":\"new\"}]}");
    assertThat(running.inside.baseDirectories.getLast()).isEqualTo(Path.of("/base"));
    assertThat(running.inside.commands).isEmpty();
    assertThat(spec("?base-dir=here", "services: {}").status()).isEqualTo(400);
    assertThat(spec("?dry-run=perhaps", "services: {}").status()).isEqualTo(400);
  }

  @Test
  void answersAllErrorsOfAFile() {
    Running.Answer answer = spec("?file=my.yaml", "wrong");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body())
        .contains(
            "\"errors\":[{\"file\":\"my.yaml\",\"line\":2,\"column\":3,\"key\":\"services.shop.replicsa\",\"value\":\"3\",\"expected\":\"a"
                + " key\",\"nearest\":\"replicas\"}]");
    assertThat(running.inside.commands).isEmpty();
  }

  @Test
  void refusesBodiesThatAreTooLarge() {
    String large = "{\"reason\":\"" + "x".repeat(70_000) + "\"}";
    assertThat(running.post(SHOP + "/restart", large).status()).isEqualTo(413);
    assertThat(spec("", "#".repeat(4 * 1024 * 1024 + 1)).status()).isEqualTo(413);
  }

  @Test
  void beginsDrillsAndReportsThem() {
    Running.Answer answer =
        running.post(SHOP + "/drill", "{\"kind\":\"kill\",\"rps\":50,\"for\":\"5s\"}");
    assertThat(answer.status()).isEqualTo(202);
    assertThat(running.inside.drills)
        .containsExactly(
            new Drills.Request(
                FakeInside.SHOP, DrillReport.Kind.KILL, 50, Duration.ofSeconds(5), false, ""));
    running.post(SHOP + "/drill", "{\"kind\":\"hang\"}");
    assertThat(running.inside.drills.getLast())
        .isEqualTo(
            new Drills.Request(
                FakeInside.SHOP, DrillReport.Kind.HANG, 200, Duration.ofSeconds(10), false, ""));
    running.post(SHOP + "/drill", "{\"name\":\"lose-orders\"}");
    assertThat(running.inside.drills.getLast().name()).contains("lose-orders");
    assertThat(running.post(SHOP + "/drill", "{\"name\":\"no-such\"}").status()).isEqualTo(404);
    running.post(SHOP + "/drill", "{\"kind\":\"dependency\",\"dependency\":\"pay\"}");
    assertThat(running.inside.drills.getLast().dependency()).contains(new ServiceName("pay"));
    assertThat(running.get("/api/v1/drills?service=shop").body()).contains("\"kill-one\"");
    assertThat(running.get("/api/v1/drills?service=other").body()).doesNotContain("kill-one");
    assertThat(running.post(SHOP + "/drill", "{}").json().get("field")).isEqualTo("kind");
    assertThat(running.post(SHOP + "/drill", "{\"kind\":\"kill\",\"for\":\"1s\"}").status())
        .isEqualTo(400);
    assertThat(running.get("/api/v1/operations/drill-2").body())
        .contains(
            "\"state\":\"done\"",
            "\"report\":{\"service\":\"shop\",\"kind\":\"kill\",\"victim\":\"shop-1\",\"sent\":2000,\"failed\":1,\"failures\":[\"502"
                + " ×1\"],\"medianLatencyMillis\":1.235,"
                + "\"worstLatencyMillis\":80.0,\"trafficOffMillis\":9.0,\"standbyServingMillis\":20.0,"
                + "\"fullStrengthMillis\":null,\"recoveryMillis\":700.0,\"moments\":[{\"what\":\"instance-exited"
                + " shop-1\",\"afterMillis\":8.0}]}");
  }

  @Test
  void takesPushesWithTheToken() {
    assertThat(
            running.post(SHOP_1 + "/push", "{\"status\":\"fail\",\"message\":\"slow\"}").status())
        .isEqualTo(200);
    assertThat(running.inside.pushes).containsExactly("shop-1 false slow");
    assertThat(running.post("/api/v1/instances/shop-2/push", "{}").status()).isEqualTo(404);
    assertThat(running.post(SHOP_1 + "/push", "{\"status\":\"dunno\"}").status()).isEqualTo(400);
  }

  @Test
  void endsTheServer() {
    assertThat(
            running.post("/api/v1/server/stop", "{\"keep\":true,\"reason\":\"upgrade\"}").status())
        .isEqualTo(202);
    assertThat(running.inside.stops).containsExactly("true operator:api upgrade");
  }
}
