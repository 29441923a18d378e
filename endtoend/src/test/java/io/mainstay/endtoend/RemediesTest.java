package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is done about a service whose checks are green, or about those that depend on it. */
@Tag("integration")
class RemediesTest extends OnOneMachine {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** A shop that sells, with what is done if it does not. */
  private void up(int replicas, String keys) throws Exception {
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
                    replicas: %d
                %s
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
                    .formatted(
                        program.sample(""),
                        port,
                        replicas,
                        keys.indent(4).stripTrailing(),
                        program.sample(""))))
        .awaitServing("shop", replicas)
        .awaitServing("lite", 1);
    program.awaitService(
        "shop",
        shop -> shop.get("transactions").get(0).get("health").asString().equals("passing"),
        "its business works");
  }

  private long processesOf(String service) {
    return program.samples().stream()
        .map(sample -> Program.instanceOf(sample.pid()))
        .filter(instance -> instance.startsWith(service + "-"))
        .count();
  }

  @Test
  void aFreshInstanceTakesThePlaceOfTheOneThatLosesOrders() throws Exception {
    up(2, "when-failing: [replace]");
    make(ports("shop").get("shop-2"), "lost");
    Program.await("shop-2 to go", SOON, () -> state("shop", "shop-2").equals("gone"));
    program.awaitServing("shop", 2);
    assertThat(ports("shop")).containsOnlyKeys("shop-1", "shop-3");
    for (int i = 0; i < 20; i++) {
      assertThat(Http.post(port, "/buy").body()).contains("paid");
    }
    assertThat(told("blamed")).singleElement().asString().startsWith("shop-2 ");
    Program.await("no process of shop-2", SOON, () -> processesOf("shop") == 2);
  }

  @Test
  void aServiceThatLosesOrdersIsStoppedBehindItsFallbackUntilAnOperatorRestoresIt()
      throws Exception {
    up(
        2,
        """
        fallback: lite
        restore: {after: 2, share: [50%, 100%], every: 1s}
        when-failing: [divert, shutdown]
        """);
    ports("shop").values().forEach(one -> make(one, "lost"));
    Program.await("the shop to be stopped", SOON, () -> !told("service-stopped").isEmpty());
    Program.await("no process of it", SOON, () -> processesOf("shop") == 0);
    for (int i = 0; i < 10; i++) {
      assertThat(Http.get(port, "/").body()).startsWith("lite-");
    }
    assertThat(program.service("shop").get("verdict").asString()).isEqualTo("diverted");
    assertThat(told("diverted")).isNotEmpty();

    assertThat(program.run("restore", "shop").code()).isZero();
    program.awaitService(
        "shop", shop -> shop.get("verdict").asString().equals("healthy"), "healthy again");
    for (int i = 0; i < 10; i++) {
      assertThat(Http.get(port, "/").body()).startsWith("shop-");
    }
    assertThat(told("service-started")).isNotEmpty();
  }

  @Test
  void whatDependsOnAnInstanceThatDiedIsRunAnewAfterIt() throws Exception {
    program
        .up(
            program.write(
                "mainstay.yaml",
                """
                services:
                  cache:
                    run: %s
                    health: /healthz
                    group: rest-for-one
                  shop:
                    run: %s
                    listen: "127.0.0.1:%d"
                    health: /healthz
                    replicas: 2
                    depends-on: [cache]
                """
                    .formatted(program.sample(""), program.sample(""), port)))
        .awaitServing("cache", 1)
        .awaitServing("shop", 2);
    Program.signal("KILL", Program.pid(program.serving("cache", 0)));
    program.awaitService(
        "shop",
        shop ->
            shop.get("serving").asInt() == 2
                && shop.get("instances")
                    .valueStream()
                    .allMatch(one -> one.get("generation").asLong() == 2),
        "both run anew");
    List<String> ready =
        program.events("instance-ready").stream()
            .map(event -> event.get("instance").asString())
            .toList();
    assertThat(ready).hasSize(6);
    assertThat(ready.subList(3, 6)).startsWith("cache-1").contains("shop-1", "shop-2");
    assertThat(program.service("cache").get("instances").get(0).get("generation").asLong())
        .isEqualTo(2);
  }
}
