package io.mainstay.decisions.evidence.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.business.BusinessDecision.News;
import io.mainstay.decisions.business.BusinessDecision.Order;
import io.mainstay.decisions.business.BusinessFacts;
import io.mainstay.decisions.evidence.EvidenceRule;
import io.mainstay.decisions.evidence.Judgement;
import io.mainstay.decisions.evidence.Judgement.State;
import io.mainstay.decisions.evidence.Ledger;
import io.mainstay.decisions.evidence.Subject;
import io.mainstay.decisions.evidence.Witnesses;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Remedy;
import io.mainstay.model.state.Pin;
import io.mainstay.model.state.TransactionKey;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.model.state.TransactionRun.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BusinessEvidenceTest {
  private static final ServiceName ORDERS = new ServiceName("orders");
  private static final ServiceName PAYMENTS = new ServiceName("payments");
  private static final TransactionKey BUY = new TransactionKey(ORDERS, "buy");
  private static final BusinessFacts NO_FACTS =
      new BusinessFacts(List.of(), List.of(), List.of(), List.of(), 1);

  private final Ledger ledger = new Ledger();
  private final BusinessEvidence evidence = new BusinessEvidence(ledger);
  private long second;

  private MonotonicTime now() {
    return MonotonicTime.ZERO.plus(Duration.ofSeconds(second));
  }

  private void run(Outcome outcome, Pin... pins) {
    run(outcome, pins.length == 0, pins);
  }

  private void run(Outcome outcome, boolean asUser, Pin... pins) {
    second++;
    Optional<TransactionRun.Failure> failure =
        outcome == Outcome.FAILED
            ? Optional.of(
                new TransactionRun.Failure(0, "POST /buy", ORDERS, Optional.empty(), "lost"))
            : Optional.empty();
    TransactionRun run =
        new TransactionRun(
            BUY,
            List.of(pins),
            outcome,
            failure,
            List.of(),
            List.of(
                new TransactionRun.Call(
                    PAYMENTS, Optional.empty(), failure.isPresent() ? 500 : 200)),
            Instant.EPOCH,
            Duration.ofMillis(30));
    evidence.ran(run, asUser, 2, NO_FACTS, now());
  }

  private Witnesses against(ServiceName service) {
    LinkedHashMap<String, String> facts = new LinkedHashMap<>();
    facts.put("transaction", BUY.toString());
    return evidence.witnesses(
        new Order.Apply(service, Remedy.DIVERT, List.of(), "as asked", facts), now());
  }

  private void blame(ServiceName service, InstanceId... instances) {
    LinkedHashMap<String, String> facts = new LinkedHashMap<>();
    facts.put("transaction", BUY.toString());
    evidence.told(
        new News(
            EventKind.BLAMED, service, Stream.of(instances).findFirst(), "its answers fail", facts),
        now());
  }

  private Judgement judged(Subject subject) {
    return EvidenceRule.judge(subject, ledger.of(subject), now());
  }

  @Test
  void oneFailureIsASuspicionAndAsManyAsTheFileSaysAreAFailure() {
    run(Outcome.FAILED);
    assertThat(judged(Subject.of(ORDERS)).state()).isEqualTo(State.SUSPECTED);
    run(Outcome.FAILED);
    assertThat(judged(Subject.of(ORDERS)).state()).isEqualTo(State.FAILS);
    run(Outcome.PASSED);
    assertThat(judged(Subject.of(ORDERS)).state()).isEqualTo(State.WORKS);
  }

  @Test
  void aRunThatSaysNothingOfTheBusinessIsNoEvidence() {
    run(Outcome.UNKNOWN);
    assertThat(ledger.known()).isEmpty();
  }

  @Test
  void aRunThatAsksOneThatRunsSeldomMeetSpeaksAsAUsersDoes() {
    Pin pin = Pin.to(new InstanceId(ORDERS, 2));
    run(Outcome.FAILED, true, pin);
    run(Outcome.FAILED, true, pin);
    assertThat(judged(Subject.of(ORDERS)).state()).isEqualTo(State.FAILS);
    blame(ORDERS);
    assertThat(against(ORDERS).areEnough()).isTrue();
    // That the others work says nothing of this one.
    run(Outcome.PASSED, true, Pin.to(new InstanceId(ORDERS, 1)));
    assertThat(judged(Subject.of(ORDERS)).state()).isEqualTo(State.FAILS);
  }

  @Test
  void theFailureAloneIsOneWitnessAndATrialThatBlamesTheOther() {
    run(Outcome.FAILED);
    run(Outcome.FAILED);
    assertThat(against(ORDERS).areEnough()).isFalse();
    blame(ORDERS);
    assertThat(against(ORDERS).areEnough()).isTrue();
  }

  @Test
  void whoIsBehindHasTheFailureOfTheServiceThatSuffersAgainstIt() {
    run(Outcome.FAILED);
    run(Outcome.FAILED);
    blame(PAYMENTS);
    assertThat(against(PAYMENTS).describe())
        .isEqualTo("2 witnesses: transaction (blame trial), transaction (as a user)");
  }

  @Test
  void aFailureAfterATrialThatFoundNobodyIsAnotherWitness() {
    run(Outcome.FAILED);
    run(Outcome.FAILED);
    run(Outcome.PASSED, Pin.to(new InstanceId(ORDERS, 1)));
    assertThat(against(ORDERS).areEnough()).isFalse();
    run(Outcome.FAILED);
    assertThat(against(ORDERS).areEnough()).isTrue();
    run(Outcome.PASSED);
    run(Outcome.PASSED);
    assertThat(against(ORDERS).independent()).isEmpty();
  }

  @Test
  void oneThatPassesBetweenDoesNotWipeOutThatTrialsFoundNobody() {
    run(Outcome.FAILED);
    run(Outcome.FAILED);
    run(Outcome.PASSED, Pin.to(new InstanceId(ORDERS, 1)));
    run(Outcome.PASSED);
    run(Outcome.FAILED);
    run(Outcome.FAILED);
    assertThat(against(ORDERS).areEnough()).isTrue();
  }

  @Test
  void aFewRunsThatPassSayLittleForOneInstanceOfSeveral() {
    InstanceId second = new InstanceId(ORDERS, 2);
    run(Outcome.FAILED);
    run(Outcome.FAILED);
    blame(ORDERS, second);
    for (int i = 0; i < 19; i++) {
      run(Outcome.PASSED);
    }
    assertThat(judged(Subject.of(second)).state()).isEqualTo(State.FAILS);
    run(Outcome.PASSED);
    assertThat(judged(Subject.of(second)).state()).isEqualTo(State.WORKS);
  }

  @Test
  void aUsersRunThatPassesClearsWhomATrialBlamed() {
    run(Outcome.FAILED);
    run(Outcome.FAILED);
    blame(PAYMENTS);
    assertThat(judged(Subject.of(PAYMENTS)).state()).isNotEqualTo(State.WORKS);
    run(Outcome.PASSED);
    run(Outcome.PASSED);
    assertThat(against(PAYMENTS).independent()).isEmpty();
  }

  @Test
  void whatServicesAskOfEachOtherIsEvidenceOfTheDependency() {
    run(Outcome.FAILED);
    run(Outcome.FAILED);
    Subject dependency = Subject.dependency(ORDERS, PAYMENTS);
    assertThat(judged(dependency).state()).isEqualTo(State.FAILS);
    run(Outcome.PASSED);
    assertThat(judged(dependency).state()).isEqualTo(State.WORKS);
  }
}
