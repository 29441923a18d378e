package io.mainstay.decisions.retry;

import static io.mainstay.decisions.retry.RetryRule.Answer.ATTEMPTS_USED;
import static io.mainstay.decisions.retry.RetryRule.Answer.BODY_GONE;
import static io.mainstay.decisions.retry.RetryRule.Answer.BUDGET_USED;
import static io.mainstay.decisions.retry.RetryRule.Answer.FAILURE_NOT_LISTED;
import static io.mainstay.decisions.retry.RetryRule.Answer.METHOD_NOT_LISTED;
import static io.mainstay.decisions.retry.RetryRule.Answer.NONE_LEFT;
import static io.mainstay.decisions.retry.RetryRule.Answer.RESPONSE_BEGUN;
import static io.mainstay.decisions.retry.RetryRule.Answer.RETRY;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.retry.RetryRule.Answer;
import io.mainstay.model.spec.TrafficPolicy.Failure;
import io.mainstay.model.spec.TrafficPolicy.Retries;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryRuleTest {
  private static final Retries POLICY =
      new Retries(
          2,
          0.2,
          List.of(Failure.values()),
          List.of(503),
          List.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST"));

  private final RetryBudget budget = new RetryBudget(0.2);

  @Test
  void getIsRepeatedAfterAReset() {
    assertThat(decide(failed(FailureKind.RESET, "GET", 1, true))).isEqualTo(RETRY);
  }

  @Test
  void nothingIsRepeatedOnceTheResponseHasBegun() {
    assertThat(
            decide(new FailedTry(FailureKind.TRUNCATED, 0, "GET", 1, true, true, true, true, true)))
        .isEqualTo(RESPONSE_BEGUN);
  }

  @Test
  void postIsNeverSentTwiceEvenIfListed() {
    for (FailureKind kind : FailureKind.values()) {
      int status = kind == FailureKind.STATUS ? 503 : 0;
      FailedTry sent = new FailedTry(kind, status, "POST", 1, true, true, false, true, true);

      assertThat(decide(sent)).isEqualTo(METHOD_NOT_LISTED);
    }
  }

  @Test
  void connectFailureIsRepeatedWhateverMethodAttemptsAndBudget() {
    for (int i = 0; i < 100; i++) {
      budget.retried(0);
    }

    assertThat(decide(failed(FailureKind.CONNECT, "POST", 7, false))).isEqualTo(RETRY);
  }

  @Test
  void connectFailureIsRepeatedEvenIfThePolicyNamesNoFailure() {
    Retries silent = new Retries(1, 0, List.of(), List.of(), List.of());

    FailedTry refused = failed(FailureKind.CONNECT, "POST", 0, false);
    assertThat(RetryRule.decide(silent, refused, budget, 0)).isEqualTo(RETRY);
    FailedTry reset = failed(FailureKind.RESET, "GET", 1, true);
    assertThat(RetryRule.decide(silent, reset, budget, 0)).isEqualTo(FAILURE_NOT_LISTED);
  }

  @Test
  void attemptsAreBounded() {
    assertThat(decide(failed(FailureKind.RESET, "GET", 2, true))).isEqualTo(ATTEMPTS_USED);
  }

  @Test
  void fromASilentNodeItIsRepeatedWhateverAttemptsAndBudget() {
    for (int i = 0; i < 100; i++) {
      budget.retried(0);
    }

    assertThat(decide(onSilentNode("GET", true))).isEqualTo(RETRY);
    assertThat(decide(onSilentNode("POST", true))).isEqualTo(METHOD_NOT_LISTED);
    assertThat(decide(onSilentNode("GET", false))).isEqualTo(NONE_LEFT);
  }

  private static FailedTry onSilentNode(String method, boolean anotherLeft) {
    return new FailedTry(
        FailureKind.STALL, 0, method, 2, true, true, false, false, anotherLeft, true);
  }

  @Test
  void bodyThatWentByIsNotRepeated() {
    assertThat(
            decide(new FailedTry(FailureKind.RESET, 0, "PUT", 1, true, false, false, false, true)))
        .isEqualTo(BODY_GONE);
  }

  @Test
  void nothingIsRepeatedWithoutAnotherInstance() {
    assertThat(
            decide(new FailedTry(FailureKind.RESET, 0, "GET", 1, true, true, false, false, false)))
        .isEqualTo(NONE_LEFT);
  }

  @Test
  void onlyListedStatusesAreRepeated() {
    assertThat(decide(status(503))).isEqualTo(RETRY);
    assertThat(decide(status(500))).isEqualTo(FAILURE_NOT_LISTED);
  }

  @Test
  void budgetHoldsBackRetriesButNotThoseOfAnInstanceThatIsGone() {
    int allowed = 0;
    while (decide(failed(FailureKind.RESET, "GET", 1, true)) == RETRY && allowed < 1000) {
      allowed++;
    }

    assertThat(allowed).isEqualTo(RetryBudget.FLOOR);
    assertThat(decide(failed(FailureKind.RESET, "GET", 1, true))).isEqualTo(BUDGET_USED);
    assertThat(decide(new FailedTry(FailureKind.RESET, 0, "GET", 1, true, true, false, true, true)))
        .isEqualTo(RETRY);
  }

  @Test
  void budgetIsAShareOfTheRequestsOfTheWindow() {
    for (int i = 0; i < 1000; i++) {
      budget.requestArrived(0);
    }
    int allowed = 0;
    while (budget.allows(1)) {
      budget.retried(1);
      allowed++;
    }

    assertThat(allowed).isEqualTo(200);
    assertThat(budget.allows(2 * RetryBudget.WINDOW_NANOS)).isTrue();
  }

  @Test
  void shareOfZeroAllowsNothing() {
    assertThat(new RetryBudget(0).allows(0)).isFalse();
  }

  private Answer decide(FailedTry failed) {
    return RetryRule.decide(POLICY, failed, budget, 0);
  }

  private static FailedTry status(int status) {
    return new FailedTry(FailureKind.STATUS, status, "GET", 1, true, true, false, false, true);
  }

  private static FailedTry failed(FailureKind kind, String method, int tries, boolean bytesSent) {
    return new FailedTry(kind, 0, method, tries, bytesSent, true, false, false, true);
  }
}
