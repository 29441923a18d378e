package io.mainstay.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Business;
import io.mainstay.model.spec.Checks.StatusRange;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.FlowSpec;
import io.mainstay.model.spec.JsonPath;
import io.mainstay.ports.SpecReader.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlowsTest {
  private static final String SHIP =
      """
      services:
        shipping: {run: y, listen: 8081}
        shop:
          run: x
          listen: 8080
          flows:
            paid-orders-ship:
              when: {requests: POST /orders, status: [200-299, 409], key: "header X-Order-Id"}
              then: {service: shipping, requests: PUT /orders/*/shipment, key: "json $.lines[0].order"}
              within: 5s
              at-least: 99.5%
              min-samples: 50
            short:
              when: {requests: GET /a/*, key: json $.id}
              then: {requests: GET /b, key: json $.id}
              within: 1m
      """;

  @Test
  void readsBothSides() {
    FlowSpec flow = shop(SHIP).flows().getFirst();
    assertThat(flow)
        .isEqualTo(
            new FlowSpec(
                "paid-orders-ship",
                new FlowSpec.Requests(
                    new ServiceName("shop"),
                    "POST",
                    "/orders",
                    List.of(new StatusRange(200, 299), new StatusRange(409, 409)),
                    new FlowSpec.Key.Header("X-Order-Id")),
                new FlowSpec.Requests(
                    new ServiceName("shipping"),
                    "PUT",
                    "/orders/*/shipment",
                    List.of(new StatusRange(200, 299)),
                    new FlowSpec.Key.Json(JsonPath.parse("$.lines[0].order").orElseThrow())),
                Duration.ofSeconds(5),
                0.995,
                50));
  }

  @Test
  void readsADatabaseAsTheOtherSide() {
    String then = "{url: 'jdbc:x:${DB}', query: select id from s}";
    FlowSpec flow = shop(withSql("{sql: " + then + "}")).flows().getFirst();
    assertThat(flow.then())
        .isEqualTo(new FlowSpec.Sql("jdbc:x:${DB}", "select id from s", Duration.ofSeconds(5)));
    JsonModelCodec codec = new JsonModelCodec();
    Deployment deployment = valid(withSql("{sql: " + then + "}"));
    assertThat(codec.read(codec.write(deployment), Deployment.class)).isEqualTo(deployment);
    for (String wrong :
        List.of(
            "{sql: " + then + ", key: json $.id}",
            "{sql: " + then + ", service: shop}",
            "{sql: {url: x}}",
            "{sql: " + then + ", requests: GET /a}")) {
      assertThat(new YamlSpecReader().read(withSql(wrong), "f", Path.of("/")))
          .as(wrong)
          .isInstanceOf(Outcome.Invalid.class);
    }
  }

  @Test
  void readsACounterAsTheOtherSide() {
    String then = "{promql: {query: sum(shipped), every: 15s}}";
    assertThat(shop(withSql(then)).flows().getFirst().then())
        .isEqualTo(
            new FlowSpec.Promql("http://127.0.0.1:9090", "sum(shipped)", Duration.ofSeconds(15)));
    JsonModelCodec codec = new JsonModelCodec();
    Deployment deployment = valid(withSql(then));
    assertThat(codec.read(codec.write(deployment), Deployment.class)).isEqualTo(deployment);
    for (String wrong :
        List.of(
            "{promql: {query: x}, key: json $.id}",
            "{promql: {}}",
            "{promql: {url: 'jdbc:x', query: x}}",
            "{promql: {query: x}, requests: GET /a}")) {
      assertThat(new YamlSpecReader().read(withSql(wrong), "f", Path.of("/")))
          .as(wrong)
          .isInstanceOf(Outcome.Invalid.class);
    }
  }

  private static String withSql(String then) {
    return "services: {shop: {run: x, listen: 8080, flows: {ship: {when: {requests: POST /a,"
        + " key: json $.id}, within: 5s, then: "
        + then
        + "}}}}";
  }

  @Test
  void hasDefaults() {
    FlowSpec flow = shop(SHIP).flows().getLast();
    assertThat(flow.atLeast()).isEqualTo(0.99);
    assertThat(flow.minSamples()).isEqualTo(20);
    assertThat(flow.when().service()).hasToString("shop");
    assertThat(((FlowSpec.Requests) flow.then()).service()).hasToString("shop");
    assertThat(shop("services: {shop: {run: x, flows: {}}}")).isEqualTo(Business.NONE);
  }

  @Test
  void comeBackFromJson() {
    JsonModelCodec codec = new JsonModelCodec();
    Deployment deployment = valid(SHIP);
    assertThat(codec.read(codec.write(deployment), Deployment.class)).isEqualTo(deployment);
  }

  /** As a data folder has it that was written when there were none. */
  @Test
  void areNoneInWhatWasWrittenBefore() {
    JsonModelCodec codec = new JsonModelCodec();
    Deployment deployment = valid("services: {shop: {run: x, fallback: {status: 503}}}");
    String before =
        new String(codec.write(deployment), StandardCharsets.UTF_8).replace(",\"flows\":[]", "");
    assertThat(before).doesNotContain("flows");
    assertThat(codec.read(before.getBytes(StandardCharsets.UTF_8), Deployment.class))
        .isEqualTo(deployment);
  }

  @Test
  void areBounded() {
    StringBuilder text = new StringBuilder("services: {shop: {run: x, listen: 80, flows: {");
    for (int i = 0; i < 33; i++) {
      text.append("f")
          .append(i)
          .append(": {when: {requests: GET /a, key: header A}, then: ")
          .append("{requests: GET /b, key: header A}, within: 1s}, ");
    }
    Outcome outcome = new YamlSpecReader().read(text + "}}}", "f", Path.of("/srv"));
    assertThat(((Outcome.Invalid) outcome).problems())
        .extracting(problem -> problem.key() + ": " + problem.expected())
        .containsExactly("services.shop.flows: at most 32 flows in one file");
  }

  private static Business shop(String text) {
    return valid(text).service(new ServiceName("shop")).orElseThrow().business();
  }

  private static Deployment valid(String text) {
    Outcome outcome = new YamlSpecReader().read(text, "f", Path.of("/srv"));
    assertThat(outcome).isInstanceOf(Outcome.Valid.class);
    return ((Outcome.Valid) outcome).deployment();
  }
}
