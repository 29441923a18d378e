package io.mainstay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What {@code mainstay explain} prints. */
class ExplainCommandTest extends AgainstAFakeApi {
  @Test
  void explains() {
    api.answer(
        "GET /api/v1/explain/shop",
        200,
        "{\"subject\":\"shop\",\"state\":\"degraded\",\"reason\":\"1 of 3"
            + " serve\",\"findings\":[{\"time\":\"2026-01-01T00:00:00.123456Z\",\"decider\":\"scaling\",\"decision\":\"hold"
            + " at 3\",\"reason\":\"max is 3\",\"evidence\":{\"wanted\":\"4\"}}]}");
    assertThat(run("explain", "shop").out())
        .isEqualTo(
            """
            shop is degraded: 1 of 3 serve

            decisions:

            2026-01-01T00:00:00Z  scaling: hold at 3
              max is 3
              wanted: 4
            """);
  }

  @Test
  void explainsByTheEvidence() {
    api.answer(
        "GET /api/v1/explain/shop-1",
        200,
        """
        {"subject":"shop-1","state":"serving","reason":"ready","judgement":{"state":"works",
        "rule":"good traffic over a red check","reason":"traffic: users get answers",
        "overruled":["check live: timeout"],"witnesses":["checks"],"flapping":false},
        "evidence":[{"first":"2026-01-01T00:00:00.123Z","last":"2026-01-01T00:01:00.123Z",
        "source":"traffic (gateways)","subject":"shop-1","sense":"good","weight":1,"count":12,
        "reason":"users get answers"},{"first":"2026-01-01T00:00:00.123Z",
        "last":"2026-01-01T00:00:00.123Z","source":"check live","subject":"shop-1",
        "sense":"bad","weight":1,"count":1,"reason":"timeout"}],
        "heldBack":[{"time":"2026-01-01T00:00:00.123Z","decider":"governor",
        "decision":"refuse live restart","reason":"it is the last one that serves",
        "evidence":{}}],"findings":[{"time":"2026-01-01T00:00:00.123Z","decider":"governor",
        "decision":"refuse live restart","reason":"it is the last one that serves",
        "evidence":{}}]}
        """);
    assertThat(run("explain", "shop-1").out())
        .isEqualTo(
            """
            shop-1 is serving: ready

            by the evidence: works (good traffic over a red check)
              overruled: check live: timeout
              against it: checks

            evidence:
              2026-01-01T00:01:00Z  good  traffic (gateways): users get answers (12 times since 2026-01-01T00:00:00Z)
              2026-01-01T00:00:00Z  bad   check live: timeout

            held back:

            2026-01-01T00:00:00Z  governor: refuse live restart
              it is the last one that serves
            """);
  }
}
