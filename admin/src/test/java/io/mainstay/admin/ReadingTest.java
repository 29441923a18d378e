package io.mainstay.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.EventKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadingTest {
  private final Running running = new Running();

  @AfterEach
  void close() {
    running.close();
  }

  @Test
  void showsStatusAsTheContractSays() {
    Running.Answer answer = running.get("/api/v1/status");
    assertThat(answer.headers().get("content-type")).isEqualTo("application/json");
    assertThat(answer.body())
        .startsWith(
            "{\"node\":\"n1\",\"leader\":\"n1\",\"version\":\"0.1.0\",\"services\":[{\"name\":\"shop\",\"desired\":3,"
                + "\"min\":3,\"max\":3,\"serving\":1,\"starting\":0,\"standby\":0,\"failing\":1,\"revision\":1,"
                + "\"verdict\":\"degraded\",")
        .contains(
            "\"instances\":[{\"id\":\"shop-1\",\"node\":\"n1\",\"role\":\"serving\",\"state\":\"serving\","
                + "\"generation\":1,\"revision\":1,\"pid\":4711,\"address\":\"127.0.0.1:20001\","
                + "\"since\":\"2026-01-01T00:00:00Z\",\"restarts\":0,\"lastExit\":null,\"inFlight\":0,\"share\":0.5,\"reason\":\"ready"
                + " check passed\"}")
        .contains(
            "\"state\":\"backing-off\",\"generation\":7,\"revision\":1,\"pid\":null,\"address\":null")
        .contains(
            "\"lastExit\":{\"code\":null,\"signal\":\"KILL\",\"oom\":true,\"time\":\"2026-01-01T00:00:00Z\"}");
  }

  @Test
  void saysWhoAnswers() {
    Map<?, ?> server = running.get("/api/v1/server").json();
    assertThat(server.get("version")).isEqualTo("0.1.0");
    assertThat(server.get("node")).isEqualTo("n1");
    assertThat(server.get("dataFolder")).isEqualTo("/data");
    assertThat(server.get("pid")).hasToString(Long.toString(ProcessHandle.current().pid()));
  }

  @Test
  void showsOneServiceOrInstance() {
    assertThat(running.get("/api/v1/services/shop").json().get("name")).isEqualTo("shop");
    assertThat(running.get("/api/v1/instances/shop-2").json().get("state"))
        .isEqualTo("backing-off");
    assertThat(running.get("/api/v1/services/none").status()).isEqualTo(404);
    assertThat(running.get("/api/v1/services/none").detail())
        .isEqualTo("service: none (expected: shop)");
    assertThat(running.get("/api/v1/instances/shop-9").status()).isEqualTo(404);
    assertThat(running.get("/api/v1/instances/shop-9").detail())
        .isEqualTo("instance: shop-9 (expected: one of shop-1, shop-2)");
    assertThat(running.get("/api/v1/instances/web-1").detail())
        .isEqualTo("instance: web-1 (expected: an instance of shop)");
    assertThat(running.get("/api/v1/instances/shop").status()).isEqualTo(404);
  }

  @Test
  void showsTransactionsWithTheirRuns() {
    String run =
        "{\"time\":\"2026-01-01T00:00:00Z\",\"outcome\":\"failed\",\"milliseconds\":42,\"pins\":[],\"failure\":{\"step\":\"POST"
            + " /pay\",\"service\":\"shop\",\"instance\":\"shop-2\",\"reason\":\"status"
            + " 500\"},\"steps\":[{\"step\":\"POST"
            + " /cart\",\"passed\":true,\"milliseconds\":12},{\"step\":\"POST"
            + " /pay\",\"passed\":false,\"milliseconds\":30}],\"calls\":[],\"leftovers\":[\"DELETE"
            + " /cart: status 500 instead of 200-299\"]}";
    String counts =
        "{\"name\":\"buy\",\"health\":\"failing\",\"failures\":1,\"passed\":0,\"failed\":1,"
            + "\"unknown\":0,\"trials\":0,";
    assertThat(running.get("/api/v1/status").body())
        .contains("\"transactions\":[" + counts + "\"last\":" + run + "}]");
    assertThat(running.get("/api/v1/services/shop/transactions").body())
        .isEqualTo("{\"transactions\":[" + counts + "\"runs\":[" + run + "]}]}");
    assertThat(running.get("/api/v1/services/none/transactions").status()).isEqualTo(404);
  }

  @Test
  void pagesThroughEvents() {
    for (int i = 1; i <= 5; i++) {
      running.inside.events.append(FakeInside.event(EventKind.INSTANCE_STARTED, "start " + i));
    }
    Map<?, ?> newest = running.get("/api/v1/events?limit=2").json();
    assertThat(reasons(newest)).containsExactly("start 4", "start 5");
    Map<?, ?> first = running.get("/api/v1/events?after=&limit=2").json();
    assertThat(reasons(first)).containsExactly("start 1", "start 2");
    Map<?, ?> rest = running.get("/api/v1/events?after=" + first.get("next")).json();
    assertThat(reasons(rest)).containsExactly("start 3", "start 4", "start 5");
    Map<?, ?> none = running.get("/api/v1/events?after=" + rest.get("next")).json();
    assertThat(reasons(none)).isEmpty();
    assertThat(none.get("next")).isEqualTo(rest.get("next"));
    assertThat(running.get("/api/v1/events").body())
        .contains(
            "{\"cursor\":\"c1\",\"time\":\"2026-01-01T00:00:00Z\",\"node\":\"n1\",\"kind\":\"instance-started\","
                + "\"service\":\"shop\",\"instance\":\"shop-1\",\"actor\":\"system\",\"cause\":null,\"reason\":\"start"
                + " 1\",\"evidence\":{\"pid\":\"4711\"}}");
    assertThat(running.get("/api/v1/events?limit=0").status()).isEqualTo(400);
    assertThat(running.get("/api/v1/events?limit=x").detail()).contains("limit=x", "1 to 1000");
    assertThat(running.get("/api/v1/events?limti=1").detail()).contains("limti");
  }

  @Test
  void refusesACursorThatWasNeverHandedOut() {
    running.inside.events.append(FakeInside.event(EventKind.INSTANCE_STARTED, "start"));
    for (String cursor : List.of("c99", "rubbish")) {
      Running.Answer answer = running.get("/api/v1/events?after=" + cursor);
      assertThat(answer.status()).as(cursor).isEqualTo(400);
      assertThat(answer.detail()).contains("after=" + cursor, "expected: the cursor of an event");
      assertThat(answer.json().get("field")).isEqualTo("after");
      assertThat(running.get("/api/v1/events/stream?after=" + cursor).status()).isEqualTo(400);
    }
  }

  @Test
  void showsOneServiceInTheFormOfStatus() {
    assertThat(running.get("/api/v1/status?service=shop").body())
        .isEqualTo(running.get("/api/v1/status").body());
    assertThat(running.get("/api/v1/status?service=none").status()).isEqualTo(404);
    assertThat(running.get("/api/v1/status?service=..").status()).isEqualTo(404);
  }

  private static List<String> reasons(Map<?, ?> events) {
    return ((List<?>) events.get("events"))
        .stream().map(event -> (String) ((Map<?, ?>) event).get("reason")).toList();
  }

  @Test
  void explainsAndShowsLogs() {
    assertThat(running.get("/api/v1/explain/shop").body())
        .contains("\"decider\":\"scaling\"", "\"evidence\":{\"wanted\":\"4\"}");
    assertThat(running.get("/api/v1/explain/none").status()).isEqualTo(404);
    assertThat(running.get("/api/v1/logs/shop-1").body())
        .isEqualTo("{\"instance\":\"shop-1\",\"lines\":[\"one\",\"two\"]}");
    assertThat(running.get("/api/v1/logs/shop-1?lines=1").body()).contains("[\"one\"]");
    assertThat(running.get("/api/v1/logs/shop-2").body()).contains("\"lines\":[]");
    assertThat(running.get("/api/v1/logs/shop-9").status()).isEqualTo(404);
    assertThat(running.get("/api/v1/logs/shop-1?follow=maybe").status()).isEqualTo(400);
  }

  @Test
  void saysWhetherItIsReady() {
    assertThat(running.get("/healthz").body()).isEqualTo("ok\n");
    assertThat(running.get("/readyz").status()).isEqualTo(200);
    running.inside.ready = false;
    Running.Answer answer = running.get("/readyz");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers()).containsEntry("retry-after", "1");
    assertThat(running.get("/healthz").status()).isEqualTo(200);
  }

  @Test
  void servesTheConsoleUnderAStrictPolicy() {
    for (String path : List.of("/", "/console/console.js", "/console/console.css")) {
      Running.Answer answer = running.get(path);
      assertThat(answer.status()).as(path).isEqualTo(200);
      assertThat(answer.headers().get("content-security-policy"))
          .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'");
      assertThat(answer.headers()).containsEntry("x-content-type-options", "nosniff");
    }
    assertThat(running.get("/").body()).doesNotContain("<style", " style=", "onclick", "http://");
    assertThat(running.get("/console/console.js").body()).doesNotContain("innerHTML", "eval(");
  }

  @Test
  void answersHeadLikeGetWithoutABody() {
    Running.Answer answer = running.call("HEAD", "/api/v1/status", List.of(), "");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().get("content-length"))
        .isEqualTo(Integer.toString(running.get("/api/v1/status").body().length()));
    assertThat(running.call("HEAD", "/api/v1/events/stream", List.of(), "").status())
        .isEqualTo(200);
  }

  @Test
  void saysWhichMethodsThereAre() {
    Running.Answer answer = running.call("DELETE", "/api/v1/status", List.of(), "");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.headers()).containsEntry("allow", "GET, HEAD");
    assertThat(running.get("/api/v1/spec").headers()).containsEntry("allow", "PUT");
    assertThat(running.get("/api/v1/nothing").status()).isEqualTo(404);
    assertThat(running.get("/api/v1/status/").status()).isEqualTo(404);
  }

  @Test
  void hidesItsOwnFaults() {
    running.inside.broken = true;
    Running.Answer answer = running.get("/api/v1/status");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).doesNotContain("broken on purpose", "Exception");
    assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
    running.inside.broken = false;
    assertThat(running.get("/api/v1/status").status()).isEqualTo(200);
  }
}
