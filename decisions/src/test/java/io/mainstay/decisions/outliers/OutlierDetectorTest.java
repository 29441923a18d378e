package io.mainstay.decisions.outliers;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutlierDetectorTest extends OutlierWorld {
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
}
