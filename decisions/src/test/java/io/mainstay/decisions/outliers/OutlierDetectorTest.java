package io.mainstay.decisions.outliers;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.retry.FailureKind;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.TrafficPolicy.Outliers;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutlierDetectorTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1000 * MS;
  private static final ServiceName SHOP = new ServiceName("shop");
  private static final Outliers POLICY =
      new Outliers(
          5,
          0.5,
          Duration.ofSeconds(10),
          Duration.ofMillis(500),
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          0.5);

  private final OutlierDetector detector = new OutlierDetector(POLICY);
  private final List<Change> changes = new ArrayList<>();
  private long now = 1;

  @Test
  void ejectsAfterARowOfFailures() {
    instances(1, 2, 3);

    for (int i = 1; i < 5; i++) {
      good(2, 3);
      assertThat(fail(1)).isNull();
    }
    Change change = fail(1);

    assertThat(change).isInstanceOf(Change.Ejected.class);
    assertThat(change.reason()).contains("5 failures in a row").contains("status 500");
    assertThat(detector.isOut(id(1), 1)).isTrue();
  }

  @Test
  void goodAnswerEndsARow() {
    instances(1, 2, 3);

    for (int i = 0; i < 40; i++) {
      good(1, 2, 3, 1);
      assertThat(i % 5 == 0 ? null : fail(1)).isNull();
    }
  }

  @Test
  void ejectsForTheErrorRateOfTheWindow() {
    instances(1, 2, 3);
    Change change = null;
    int requests = 0;
    while (change == null && requests < 100) {
      good(1, 2, 3);
      change = fail(1);
      requests += 2;
    }

    assertThat(change).isInstanceOf(Change.Ejected.class);
    assertThat(requests).isEqualTo(OutlierDetector.LEAST_REQUESTS);
  }

  @Test
  void nobodyIsEjectedWhileAllFailAlike() {
    instances(1, 2, 3);

    for (int i = 0; i < 100; i++) {
      now += 20 * MS;
      for (int number = 1; number <= 3; number++) {
        assertThat(fail(number)).isNull();
      }
    }
  }

  @Test
  void theLastOneIsNeverEjected() {
    instances(1);

    for (int i = 0; i < 20; i++) {
      assertThat(fail(1)).isNull();
    }
  }

  @Test
  void oneOfTwoMayBeEjectedAndNotTheOther() {
    instances(1, 2);
    good(2);
    eject(1);

    for (int i = 0; i < 20; i++) {
      assertThat(fail(2)).isNull();
    }
  }

  @Test
  void noMoreThanTheShareIsOut() {
    instances(1, 2, 3, 4, 5);
    good(1, 2, 3, 4, 5);
    eject(1);
    eject(2);

    for (int i = 0; i < 20; i++) {
      good(4, 5);
      assertThat(fail(3)).isNull();
    }
  }

  @Test
  void notReadyInstancesDoNotCountAsTheRest() {
    List<Endpoint> endpoints =
        List.of(endpoint(1, 1, Readiness.READY), endpoint(2, 1, Readiness.NOT_READY));
    detector.update(endpoints, endpoint -> false);

    for (int i = 0; i < 20; i++) {
      assertThat(fail(1)).isNull();
    }
  }

  @Test
  void oneTrialAtATimeAfterTheEjection() {
    instances(1, 2);
    eject(1);

    assertThat(trial(true)).isNull();
    now += 5 * SECOND;
    tick();
    assertThat(trial(true)).isSameAs(member(1));
    assertThat(trial(true)).isNull();
    assertThat(detector.isOut(id(1), 1)).isTrue();
  }

  @Test
  void trialsPreferRequestsThatMayBeRepeated() {
    instances(1, 2);
    eject(1);
    now += 5 * SECOND;
    tick();

    assertThat(trial(false)).isNull();
    now += 5 * SECOND;
    assertThat(trial(false)).isSameAs(member(1));
  }

  @Test
  void noRequestTriesAFrozenStandbySoItReturnsWhenItsTimeIsOver() {
    instances(1, 2);
    eject(1);
    detector.update(
        List.of(endpoint(1, 1, Readiness.FROZEN), endpoint(2, 1, Readiness.READY)),
        endpoint -> false);
    tick();
    assertThat(detector.isOut(id(1), 1)).isTrue();
    now += 5 * SECOND;
    tick();
    assertThat(trial(true)).isNull();
    tick();
    assertThat(changes).hasSize(1).first().isInstanceOf(Change.Restored.class);
    assertThat(detector.isOut(id(1), 1)).isFalse();
  }

  @Test
  void goodTrialRestores() {
    instances(1, 2);
    eject(1);
    now += 5 * SECOND;
    tick();
    trial(true);

    Change change = detector.answered(member(1), 1, MS, now);

    assertThat(change).isInstanceOf(Change.Restored.class);
    assertThat(detector.isOut(id(1), 1)).isFalse();
  }

  @Test
  void returnsByItselfWhereNoRequestComesToTryIt() {
    instances(1, 2);
    eject(1);
    now += 5 * SECOND;
    tick();
    now += 10 * SECOND - MS;
    tick();
    assertThat(detector.isOut(id(1), 1)).isTrue();

    now += MS;
    tick();

    assertThat(changes).singleElement().isInstanceOf(Change.Restored.class);
    assertThat(detector.isOut(id(1), 1)).isFalse();
  }

  @Test
  void failedTrialEjectsForLonger() {
    instances(1, 2);
    assertThat(eject(1).nanos()).isEqualTo(5 * SECOND);
    for (int n = 2; n <= 80; n++) {
      now += 5 * 60 * SECOND;
      tick();
      trial(true);

      Change change = fail(1);

      assertThat(((Change.Ejected) change).nanos()).isEqualTo(Math.min(300, 5 * n) * SECOND);
    }
  }

  @Test
  void unansweredTrialEjectsAgain() {
    instances(1, 2);
    eject(1);
    now += 5 * SECOND;
    tick();
    trial(true);
    long sent = now;
    now += 600 * MS;
    detector.observe(member(1), 1, sent);

    tick();

    assertThat(changes).singleElement().isInstanceOf(Change.Ejected.class);
  }

  @Test
  void goodHealthTakesEjectionsBack() {
    instances(1, 2);
    eject(1);
    now += 5 * SECOND;
    tick();
    trial(true);
    detector.answered(member(1), 1, MS, now);
    now += 9 * SECOND;
    assertThat(eject(1).nanos()).isEqualTo(10 * SECOND);
    now += 10 * SECOND;
    tick();
    trial(true);
    detector.answered(member(1), 1, MS, now);
    now += 21 * SECOND;

    assertThat(eject(1).nanos()).isEqualTo(5 * SECOND);
  }

  @Test
  void aGreenCheckDoesNotUndoAnEjectionButANewProcessDoes() {
    instances(1, 2);
    eject(1);

    detector.update(
        List.of(endpoint(1, 1, Readiness.NOT_READY), endpoint(2, 1, Readiness.READY)), e -> false);
    instances(1, 2);
    assertThat(detector.isOut(id(1), 1)).isTrue();

    detector.update(
        List.of(endpoint(1, 2, Readiness.READY), endpoint(2, 1, Readiness.READY)), e -> false);
    assertThat(detector.isOut(id(1), 2)).isFalse();
  }

  @Test
  void stalledInstanceIsOutOnceItsPeersAnswered() {
    instances(1, 2, 3);
    long begun = now;
    while (changes.isEmpty() && now - begun < SECOND) {
      stepAtFiftyRequests(begun, true);
    }

    assertThat(changes).singleElement().isInstanceOf(Change.Ejected.class);
    assertThat(changes.getFirst().reason()).contains("no byte for");
    assertThat(now - begun).isBetween(500 * MS, 560 * MS);
  }

  @Test
  void stallWithoutRepeatableTrafficIsFoundWithinASecondToo() {
    instances(1, 2, 3);
    long begun = now;
    while (changes.isEmpty() && now - begun < 2 * SECOND) {
      stepAtFiftyRequests(begun, false);
    }

    assertThat(now - begun).isBetween(650 * MS, 760 * MS);
  }

  @Test
  void oneSlowRequestIsNoStallIfTheNextIsAnswered() {
    instances(1, 2, 3);
    long begun = now;
    while (now - begun < 10 * SECOND) {
      now += 20 * MS;
      good(2, 3);
      detector.observe(member(1), 1, Math.max(begun, lastProbe + MS));
      tick();
      if (trial(true) == member(1)) {
        lastProbe = now;
        good(1);
      }
    }

    assertThat(changes).isEmpty();
    assertThat(lastProbe).isGreaterThan(begun);
  }

  private long lastProbe = Long.MIN_VALUE / 2;

  @Test
  void nobodyStallsWhileTheWholeServiceIsQuiet() {
    instances(1, 2, 3);
    for (int i = 0; i < 100; i++) {
      now += 20 * MS;
      for (int number = 1; number <= 3; number++) {
        detector.observe(member(number), 3, 1);
      }
      tick();
      trial(true);
    }

    assertThat(changes).isEmpty();
  }

  @Test
  void stallTimeGrowsWithTheUsualLatency() {
    instances(1, 2, 3);
    for (int i = 0; i < 500; i++) {
      detector.answered(member(2), 1, SECOND, now);
    }
    long begun = now;
    while (changes.isEmpty() && now - begun < 20 * SECOND) {
      now += 20 * MS;
      detector.answered(member(2), 1, SECOND, now);
      detector.observe(member(1), 1, begun);
      tick();
      trial(true);
    }

    assertThat(now - begun).isGreaterThan(3900 * MS);
  }

  private void stepAtFiftyRequests(long begun, boolean repeatable) {
    now += 20 * MS;
    good(2);
    detector.observe(member(1), 1, begun);
    tick();
    trial(repeatable);
  }

  private void instances(int... numbers) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int number : numbers) {
      endpoints.add(endpoint(number, 1, Readiness.READY));
    }
    detector.update(endpoints, endpoint -> false);
  }

  private Change.Ejected eject(int number) {
    Change change = null;
    for (int i = 0; i < 5 && change == null; i++) {
      change = fail(number);
    }
    assertThat(change).isInstanceOf(Change.Ejected.class);
    return (Change.Ejected) change;
  }

  private void good(int... numbers) {
    for (int number : numbers) {
      detector.answered(member(number), 1, MS, now);
    }
  }

  private Change fail(int number) {
    return detector.failed(member(number), FailureKind.STATUS, 500, now);
  }

  private Member trial(boolean repeatable) {
    return detector.wantsTrial(now, repeatable);
  }

  private void tick() {
    detector.tick(now, changes::add);
  }

  private Member member(int number) {
    return detector.member(id(number), 1);
  }

  private static InstanceId id(int number) {
    return new InstanceId(SHOP, number);
  }

  private static Endpoint endpoint(int number, long generation, Readiness readiness) {
    return new Endpoint(
        id(number),
        new NodeName("n1"),
        generation,
        Role.SERVING,
        readiness,
        Optional.of(new Address("127.0.0.1", 20000 + number)));
  }
}
