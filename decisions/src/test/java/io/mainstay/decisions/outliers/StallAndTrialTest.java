package io.mainstay.decisions.outliers;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.state.Endpoint.Readiness;
import java.util.List;
import org.junit.jupiter.api.Test;

class StallAndTrialTest extends OutlierWorld {
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
}
