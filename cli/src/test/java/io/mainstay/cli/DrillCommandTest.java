package io.mainstay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What {@code mainstay drill} prints, and what it asks for. */
class DrillCommandTest extends AgainstAFakeApi {
  private static final String REPORT =
      """
      {"service":"shop","kind":"business","victim":"shop","sent":600,"failed":3,
      "failures":["3 × status 503"],"medianLatencyMillis":4.0,"worstLatencyMillis":90.0,
      "trafficOffMillis":null,"standbyServingMillis":null,"fullStrengthMillis":null,
      "recoveryMillis":2400.0,"moments":[{"what":"blamed shop-2","afterMillis":3012.4},
      {"what":"mended","afterMillis":24000.0}]}
      """;

  @Test
  void runsADrillOfTheFileAndTellsWhatHappenedWhen() {
    api.answer(
        "POST /api/v1/services/shop/drill",
        202,
        "{\"id\":\"op-1\",\"what\":\"drill\",\"state\":\"running\",\"message\":\"\"}");
    api.answer(
        "GET /api/v1/operations/op-1",
        200,
        "{\"id\":\"op-1\",\"what\":\"drill\",\"state\":\"done\",\"message\":\"\",\"report\":"
            + REPORT
            + "}");
    assertThat(run("drill", "shop", "--name", "lose-orders").out())
        .isEqualTo(
            """
            drill                   business of shop (shop)
            requests                600 sent, 3 failed (0.50 %)
                                    3 × status 503
            latency                 median 4.0 ms, worst 90 ms
            as before, once mended  2.40 s
            then                       3.012 s  blamed shop-2
                                      24.000 s  mended
            """);
    assertThat(api.acts.getFirst()).endsWith("{\"name\":\"lose-orders\"}");
  }

  @Test
  void showsHowLongRecoveryTookAndWhatIsPlanned() {
    api.answer(
        "GET /api/v1/drills",
        200,
        "{\"drills\":[{\"id\":\"a\",\"began\":\"2026-01-08T02:00:00Z\",\"actor\":\"schedule\","
            + "\"service\":\"shop\",\"kind\":\"business\",\"name\":\"lose-orders\",\"passed\":true,"
            + "\"message\":\"\",\"report\":"
            + REPORT
            + "},{\"id\":\"b\",\"began\":\"2026-01-01T02:00:00Z\",\"actor\":\"operator:ann\","
            + "\"service\":\"shop\",\"kind\":\"kill\",\"name\":null,\"passed\":false,\"message\":\"cancelled:"
            + " the server"
            + " ends\",\"report\":null}],\"planned\":[{\"service\":\"shop\",\"name\":\"lose-orders\",\"due\":\"2026-01-15T02:00:00Z\",\"against\":\"it"
            + " is not due\"}]}");
    assertThat(run("drill", "shop", "--history").out())
        .isEqualTo(
            """
            DUE                   SERVICE  DRILL        WHY NOT NOW
            2026-01-15T02:00:00Z  shop     lose-orders  it is not due

            BEGAN                 SERVICE  DRILL        LOST      RECOVERY  RESULT
            2026-01-08T02:00:00Z  shop     lose-orders  3 of 600  2.40 s    passed
            2026-01-01T02:00:00Z  shop     kill         -         -         failed: cancelled: the server ends

            DRILL             RUNS  MEDIAN  WORST
            shop lose-orders  1     2.40 s  2.40 s
            """);
  }

  @Test
  void saysWhatIsMissing() {
    assertThat(run("drill").exitCode()).isEqualTo(2);
    assertThat(run("drill", "shop").err()).contains("one of --kind and --name");
    assertThat(run("drill", "shop", "--kind", "kill", "--name", "x").exitCode()).isEqualTo(2);
  }
}
