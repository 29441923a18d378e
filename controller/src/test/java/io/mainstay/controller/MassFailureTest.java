package io.mainstay.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.Remedy;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Much fails at once, in a hundred ways: live checks, the business, processes. What fails by itself
 * is gone; Mainstay itself must never take more than the governor's floor allows.
 */
class MassFailureTest extends TillWorld {
  private static final int REPLICAS = 6;
  private static final int FLOOR = 3;

  private static int total;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 100);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void neverGoesBelowTheFloorByItsOwnActs(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Remedy> remedies = new ArrayList<>();
    for (Remedy remedy : List.of(Remedy.RESTART, Remedy.REPLACE, Remedy.ISOLATE, Remedy.DIVERT)) {
      if (random.nextDouble() < 0.6) {
        remedies.add(remedy);
      }
    }
    remedies.add(Remedy.NOTIFY);
    apply(
        Specs.deployment(
            Specs.of("shop")
                .replicas(REPLICAS)
                .floor(FLOOR)
                .maxUnavailable(1 + random.nextInt(REPLICAS))
                .fallback("lite")
                .whenFailing(remedies.toArray(Remedy[]::new))
                .transaction("buy"),
            Specs.of("lite")));
    run(10);
    int acts = 0;
    for (int second = 0; second < 180; second++) {
      if (second % 20 == 0) {
        spoil(random);
      }
      List<InstanceId> before = serving();
      run(1);
      List<InstanceId> after = serving();
      List<InstanceId> taken = new ArrayList<>(before);
      taken.removeAll(after);
      acts += taken.size();
      if (!taken.isEmpty()) {
        assertThat(after.size())
            .as("seed %d, second %d, took %s of %s: %s", seed, second, taken, before, states())
            .isGreaterThanOrEqualTo(FLOOR);
      }
    }
    total += acts;
  }

  /** Otherwise nothing was tried. */
  @AfterAll
  static void muchWasDone() {
    assertThat(total).isGreaterThan(100);
  }

  private void spoil(SplittableRandom random) {
    boolean crashes = random.nextDouble() < 0.4;
    till.wrong.clear();
    for (InstanceId id : List.copyOf(fleet.instances.keySet())) {
      if (!id.service().equals(SHOP)) {
        continue;
      }
      if (random.nextDouble() < 0.7) {
        till.wrong.add(id);
      }
      boolean ready = fleet.instances.get(id).phase() == Phase.READY;
      if (ready && crashes && random.nextDouble() < 0.3) {
        fleet.crash(id, Duration.ofSeconds(3));
      } else if (ready && random.nextDouble() < 0.5) {
        fleet.liveFails(id);
      }
    }
    time.settle();
  }

  /** As the governor counts: one whose live check fails and that answers nobody serves nothing. */
  private List<InstanceId> serving() {
    List<InstanceId> serving = new ArrayList<>();
    for (ObservedInstance one : fleet.instances.values()) {
      if (one.id().service().equals(SHOP)
          && one.phase() == Phase.READY
          && !one.liveFailing()
          && fleet.wanted.containsKey(one.id())
          && fleet.wanted.get(one.id()).directive() == Directive.RUN) {
        serving.add(one.id());
      }
    }
    return serving;
  }
}
