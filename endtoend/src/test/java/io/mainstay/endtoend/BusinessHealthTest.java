package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Every check is green in these tests, but the business does not work. */
@Tag("integration")
class BusinessHealthTest extends OnOneMachine {
  private static final Duration SOON = Duration.ofSeconds(60);

  private void up() throws Exception {
    program
        .up(
            program.write(
                "mainstay.yaml",
                """
                services:
                  shop:
                    run: %s
                    listen: "127.0.0.1:%d"
                    health: /healthz
                    replicas: 3
                    fallback: lite
                    restore: {after: 2, share: [50%%, 100%%], every: 1s}
                    transactions:
                      buy:
                        every: 1s
                        within: 2s
                        fall: 2
                        steps:
                          - http: POST /buy
                            expect: {status: 200, json: {$.state: paid}}
                  lite:
                    run: %s
                    health: /healthz
                """
                    .formatted(program.sample(""), port, program.sample(""))))
        .awaitServing("shop", 3)
        .awaitServing("lite", 1);
    program.awaitService("shop", shop -> health(shop).equals("passing"), "its business works");
  }

  @Test
  void ordersThatAreNeverShippedAreToldWithTheirKeys() throws Exception {
    int shipping = Program.freePort();
    program
        .up(
            program.write(
                "mainstay.yaml",
                """
                services:
                  shop:
                    run: %s
                    listen: "127.0.0.1:%d"
                    health: /healthz
                    flows:
                      orders-ship:
                        when: {requests: POST /orders, status: 200-299, key: "header X-Order-Id"}
                        then: {service: shipping, requests: POST /shipments, key: "header X-Order-Id"}
                        within: 1s
                        at-least: 90%%
                        min-samples: 10
                  shipping:
                    run: %s
                    listen: "127.0.0.1:%d"
                    health: /healthz
                """
                    .formatted(program.sample(""), port, program.sample(""), shipping)))
        .awaitServing("shop", 1)
        .awaitServing("shipping", 1);
    program.awaitService("shop", shop -> shop.get("flows").size() == 1, "its flow is watched");
    int[] orders = {0};
    program.awaitService(
        "shop",
        shop -> {
          order(++orders[0], shipping);
          return shop.get("flows").get(0).get("health").asString().equals("passing");
        },
        "orders are shipped");
    for (int i = 0; i < 60; i++) {
      order(++orders[0], shipping);
      Http.post(port, "/orders", "X-Order-Id", "lost-" + i);
    }
    program.awaitService(
        "shop", shop -> shop.get("flows").get(0).get("health").asString().equals("failing"), "bad");
    JsonNode flow = shop().get("flows").get(0);
    assertThat(flow.get("lost").toString()).contains("\"lost-").doesNotContain("\"order-");
    assertThat(told("flow-failed")).isNotEmpty();
    assertThat(told("instance-isolated")).isEmpty();
    assertThat(told("diverted")).isEmpty();
  }

  private void order(int number, int shipping) {
    Http.post(port, "/orders", "X-Order-Id", "order-" + number);
    Http.post(shipping, "/shipments", "X-Order-Id", "order-" + number);
  }

  private static String health(JsonNode shop) {
    return shop.get("transactions").get(0).get("health").asString();
  }

  private JsonNode shop() {
    return program.service("shop");
  }

  @Test
  void theOneInstanceThatLosesOrdersIsIsolatedUntilAnOperatorLetsItBack() throws Exception {
    up();
    Map<String, Integer> ports = ports("shop");
    make(ports.get("shop-2"), "lost");
    Program.await("shop-2 to be isolated", SOON, () -> state("shop", "shop-2").equals("isolated"));
    for (int i = 0; i < 30; i++) {
      assertThat(Http.post(port, "/buy").body()).contains("paid");
    }
    assertThat(told("blamed")).singleElement().asString().startsWith("shop-2 ");
    assertThat(told("diverted")).isEmpty();
    assertThat(state("shop", "shop-1")).isEqualTo("serving");
    assertThat(state("shop", "shop-3")).isEqualTo("serving");
    assertThat(program.run("explain", "shop").out()).contains("isolate").contains("shop-2");
    make(ports.get("shop-2"), "heal");
    assertThat(program.run("release", "shop-2").code()).isZero();
    Program.await("shop-2 to serve again", SOON, () -> state("shop", "shop-2").equals("serving"));
  }

  @Test
  void aServiceThatLosesOrdersIsDivertedAndGetsItsRequestsBackWhenItIsWell() throws Exception {
    up();
    Map<String, Integer> ports = ports("shop");
    ports.values().forEach(one -> make(one, "lost"));
    program.awaitService(
        "shop", shop -> shop.get("verdict").asString().equals("diverted"), "diverted");
    for (int i = 0; i < 10; i++) {
      assertThat(Http.get(port, "/").body()).startsWith("lite-");
    }
    assertThat(told("diverted")).isNotEmpty();
    assertThat(told("instance-isolated")).isEmpty();
    assertThat(program.run("status").out()).contains("diverted");
    assertThat(Http.get(program.adminPort, "/metrics").body())
        .contains("mainstay_transaction_runs_total{outcome=\"failed\"");
    ports.values().forEach(one -> make(one, "heal"));
    program.awaitService(
        "shop", shop -> shop.get("verdict").asString().equals("healthy"), "healthy again");
    for (int i = 0; i < 10; i++) {
      assertThat(Http.get(port, "/").body()).startsWith("shop-");
    }
    assertThat(told("restored")).isNotEmpty();
  }
}
