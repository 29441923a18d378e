package io.mainstay.decisions.outliers;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.outliers.SickService.Sickness;
import io.mainstay.model.spec.TrafficPolicy.Balance;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The promise: out of traffic within a second from 50 requests a second, and no healthy one. */
class SickServiceTest {
  private static final int SEEDS = 40;

  @TestFactory
  List<DynamicTest> sickInstanceIsOutWithinASecond() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Balance balance : List.of(Balance.P2C, Balance.ROUND_ROBIN, Balance.LEAST_TIME)) {
      for (Sickness sickness : Sickness.values()) {
        for (double posts : new double[] {0, 0.3, 1}) {
          if (balance == Balance.LEAST_TIME && posts == 1) {
            // It sends a failing instance next to nothing, and nothing may be sent to try it.
            continue;
          }
          String name = balance + " " + sickness + " with a share of POSTs of " + posts;
          tests.add(DynamicTest.dynamicTest(name, () -> isOutInTime(balance, sickness, posts)));
        }
      }
    }
    return tests;
  }

  private static void isOutInTime(Balance balance, Sickness sickness, double posts) {
    for (long seed = 0; seed < SEEDS; seed++) {
      SickService service = new SickService(seed, balance, 50, posts, 5);
      service.run(5);
      assertThat(service.ejected()).as("seed %d, before", seed).isEmpty();
      service.fallSick(1, sickness);
      service.run(4);

      // By least time an instance may get nothing for long: then there is nothing to see.
      assertThat(service.lastRequestToSick(balance == Balance.LEAST_TIME))
          .as("seed %d: ms to the last request", seed)
          .isLessThanOrEqualTo(1000);
      assertThat(service.ejected()).as("seed %d", seed).isSubsetOf(1);
    }
  }

  @Test
  void healthyInstancesWithLongTailsStayIn() {
    for (Balance balance : Balance.values()) {
      for (long seed = 0; seed < SEEDS; seed++) {
        SickService service = new SickService(seed, balance, 100, 0.3, 5);
        service.slowRequests(0.02, 3000);
        service.run(30);

        assertThat(service.ejected()).as("%s seed %d", balance, seed).isEmpty();
      }
    }
  }

  @Test
  void serviceThatFailsAsAWholeKeepsItsInstances() {
    for (Sickness sickness : Sickness.values()) {
      for (long seed = 0; seed < SEEDS; seed++) {
        SickService service = new SickService(seed, Balance.P2C, 100, 0.3, 5);
        service.run(5);
        for (int number = 1; number <= 3; number++) {
          service.fallSick(number, sickness);
        }
        service.run(10);

        assertThat(service.ejected()).as("%s seed %d", sickness, seed).hasSizeLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  void curedInstanceComesBack() {
    for (Sickness sickness : Sickness.values()) {
      for (long seed = 0; seed < SEEDS; seed++) {
        SickService service = new SickService(seed, Balance.P2C, 50, 0.3, 5);
        service.run(2);
        service.fallSick(2, sickness);
        service.run(3);
        service.cure(2);
        service.run(20);

        assertThat(service.ejected()).as("%s seed %d", sickness, seed).isEmpty();
      }
    }
  }
}
