package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Drills of the packaged program: what they break is really broken, seen, and mended. */
@Tag("integration")
class DrillsTest extends OnOneMachine {
  @Test
  void aDrillOfTheBusinessIsSeenBlamedAndMendedAndAPromotionLosesNothing() throws Exception {
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
                    standby: 1
                    transactions:
                      buy:
                        every: 1s
                        within: 2s
                        fall: 2
                        steps:
                          - http: POST /buy
                            expect: {status: 200, json: {$.state: paid}}
                    drills:
                      lose-orders:
                        kind: business
                        break: sh -c 'for a in $MAINSTAY_INSTANCES; do curl -fsS -X POST http://$a/break/lost; done'
                        mend: sh -c 'for a in $MAINSTAY_INSTANCES; do curl -fsS -X POST http://$a/break/heal; done'
                        for: 15s
                        rps: 20
                        within: 30s
                        every: 7d
                """
                    .formatted(program.sample(""), port)))
        .awaitServing("shop", 3);
    program.awaitService(
        "shop",
        shop -> shop.get("transactions").get(0).get("health").asString().equals("passing"),
        "its business works");

    Program.Result broken = program.run("drill", "shop", "--name", "lose-orders");
    assertThat(broken.out())
        .contains("transaction-failed shop")
        .contains("blamed shop")
        .contains("mended")
        .contains("transaction-passed shop");

    Program.Result promoted = program.run("drill", "shop", "--kind", "promote", "--for", "2s");
    assertThat(promoted.code()).as(promoted.out()).isZero();
    assertThat(promoted.out()).contains(" 0 failed").contains("standby-promoted shop-");

    assertThat(program.run("drill", "shop", "--history").out())
        .contains("lose-orders")
        .contains("promote")
        .contains("it is not due");
  }
}
