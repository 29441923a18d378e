package io.mainstay.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.Verdict;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ControllerTest extends ControllerWorld {
  @Test
  void bringsUpWhatIsApplied() {
    Operation operation = apply(Specs.deployment(Specs.of("shop").replicas(3).standby(1)));
    assertThat(operation.state()).isEqualTo(Operation.State.RUNNING);
    run(3);
    assertThat(states())
        .containsExactly("shop-1 serving", "shop-2 serving", "shop-3 serving", "shop-4 standby");
    assertThat(shop().verdict()).isEqualTo(Verdict.HEALTHY);
    assertThat(shop().desired()).isEqualTo(3);
    assertThat(operation(operation)).isEqualTo(Operation.State.DONE);
    assertThat(controller.status().leader()).contains(NODE);
  }

  @Test
  void tellsWhatLedToEachAssignment() {
    apply(Specs.deployment(Specs.of("shop").replicas(2)));
    Event applied = events(EventKind.SPEC_APPLIED).getFirst();
    assertThat(events(EventKind.INSTANCE_ASSIGNED))
        .hasSize(2)
        .allMatch(event -> event.cause().equals(Optional.of(applied.cursor())));
    assertThat(applied.actor()).isEqualTo(ANNA);
    assertThat(coordinator.state().assignments().getFirst().instances())
        .allMatch(entry -> entry.cause().isPresent());
  }

  @Test
  void writesNothingWhileNothingDiffers() {
    apply(Specs.deployment(Specs.of("shop").replicas(3)));
    run(5);
    int writes = coordinator.assignmentWrites;
    run(60);
    assertThat(coordinator.assignmentWrites).isEqualTo(writes);
  }

  @Test
  void letsTheFailedOneComeBackAsStandby() {
    apply(Specs.deployment(Specs.of("shop").replicas(3).standby(1)));
    run(3);
    fleet.crash(id(2), Duration.ofSeconds(2));
    run(1);
    assertThat(states())
        .containsExactly(
            "shop-1 serving", "shop-2 backing-off", "shop-3 serving", "shop-4 serving");
    run(5);
    assertThat(states())
        .containsExactly("shop-1 serving", "shop-2 standby", "shop-3 serving", "shop-4 serving");
    assertThat(shop().verdict()).isEqualTo(Verdict.HEALTHY);
  }

  @Test
  void tellsOfAGatewaysPromotionOnce() {
    apply(Specs.deployment(Specs.of("shop").replicas(2).standby(1)));
    run(3);
    fleet.crash(id(1), Duration.ofSeconds(2));
    controller.trafficObserver().standbyPromoted(id(3), id(1), "shop-1 exited");
    run(5);
    assertThat(events(EventKind.STANDBY_PROMOTED)).hasSize(1);
    assertThat(states()).containsExactly("shop-1 standby", "shop-2 serving", "shop-3 serving");
  }

  @Test
  void putsAStandbyInPlaceOfAnEjectedInstance() {
    apply(Specs.deployment(Specs.of("shop").replicas(2).standby(1)));
    run(3);
    fleet.ejected.put(id(1), "5 failures in a row");
    controller
        .trafficObserver()
        .ejected(
            id(1),
            1,
            Duration.ofSeconds(5),
            "5 failures in a row",
            new java.util.LinkedHashMap<>());
    run(2);
    assertThat(states()).containsExactly("shop-1 isolated", "shop-2 serving", "shop-3 serving");
    fleet.ejected.clear();
    run(2);
    assertThat(states()).containsExactly("shop-1 standby", "shop-2 serving", "shop-3 serving");
    assertThat(events(EventKind.OUTLIER_EJECTED)).hasSize(1);
  }

  @Test
  void startsAColdStandbyInPlaceOfTheFailedOne() {
    apply(Specs.deployment(Specs.of("shop").replicas(1).standby(1).mode(StandbyMode.COLD)));
    run(3);
    assertThat(states()).containsExactly("shop-1 serving", "shop-2 standby");
    fleet.crash(id(1), Duration.ofSeconds(20));
    run(1);
    assertThat(role(id(2))).isEqualTo(Role.SERVING);
    assertThat(role(id(1))).isEqualTo(Role.STANDBY);
  }

  @Test
  void restartsOneAtATimeWhenAllFailTheirLiveCheck() {
    apply(Specs.deployment(Specs.of("shop").replicas(3)));
    run(3);
    fleet.fewestReady = Integer.MAX_VALUE;
    for (int k = 1; k <= 3; k++) {
      fleet.liveFails(id(k));
    }
    run(10);
    assertThat(fleet.fewestReady).isEqualTo(2);
    assertThat(fleet.instances.values()).allMatch(one -> one.generation() == 2);
    assertThat(events(EventKind.REMEDY_STARTED)).hasSize(3);
    assertThat(events(EventKind.REMEDY_REFUSED)).hasSizeBetween(1, 3);
  }

  @Test
  void restartsTheOnlyInstanceForItsLiveCheckIfItAnswersNothing() {
    apply(Specs.deployment(Specs.of("shop").replicas(1)));
    run(3);
    fleet.liveFails(id(1));
    run(5);
    assertThat(fleet.instances.get(id(1)).generation()).isEqualTo(2);
    assertThat(events(EventKind.REMEDY_STARTED)).hasSize(1);
    assertThat(events(EventKind.REMEDY_REFUSED)).isEmpty();
  }

  @Test
  void tellsNothingOfTheVerdictBetweenTheFirstAndTheLastThatStarts() {
    apply(Specs.deployment(Specs.of("shop").replicas(2)));
    time.runUntil(() -> !fleet.instances.isEmpty(), Duration.ofSeconds(5));
    fleet.phase(id(1), Phase.READY, "ready check passed");
    run(5);
    assertThat(shop().verdict()).isEqualTo(Verdict.HEALTHY);
    assertThat(events(EventKind.VERDICT_CHANGED))
        .singleElement()
        .satisfies(event -> assertThat(event.reason()).startsWith("healthy"));
  }

  @Test
  void tellsOfNoPromotionWhileAServiceStartsOrEnds() {
    apply(Specs.deployment(Specs.of("shop").replicas(2).standby(1)));
    controller.trafficObserver().standbyPromoted(id(3), id(1), "shop-1: starting");
    run(3);
    apply(Specs.deployment(Specs.of("shop").replicas(1).standby(1)));
    run(3);
    controller.trafficObserver().standbyPromoted(id(3), id(2), "shop-2: drained");
    controller.close();
    controller.trafficObserver().standbyPromoted(id(3), id(1), "shop-1: drained");
    run(1);
    assertThat(events(EventKind.STANDBY_PROMOTED)).isEmpty();
  }

  @Test
  void keepsToAHaltedRolloutOverElectionsUntilAResume() {
    Specs old = Specs.of("shop").replicas(2).readyWithin(Duration.ofSeconds(20));
    apply(Specs.deployment(old));
    run(3);
    fleet.broken.add(2);
    Deployment broken =
        Specs.deployment(
            Specs.of("shop").run("broken").replicas(2).readyWithin(Duration.ofSeconds(20)));
    apply(broken);
    run(60);
    assertThat(events(EventKind.ROLLOUT_HALTED)).hasSize(1);
    assertThat(coordinator.state().overrides().halts()).hasSize(1);

    coordinator.leadership.deposed("a test");
    run(1);
    assertThat(shop().reason()).contains("rollout halted");
    coordinator.elect(NODE);
    accepted(new Command.Begin(broken, "up"));
    run(60);
    assertThat(events(EventKind.ROLLOUT_HALTED)).hasSize(1);
    assertThat(events(EventKind.ROLLOUT_STARTED)).hasSize(1);
    assertThat(shop().reason()).contains("rollout halted");

    fleet.broken.clear();
    accepted(new Command.Resume(Optional.of(SHOP), ""));
    run(60);
    assertThat(coordinator.state().overrides().halts()).isEmpty();
    assertThat(shop().instances()).allMatch(one -> one.revision() == 2);
    assertThat(shop().reason()).doesNotContain("rollout halted");
  }

  @Test
  void neverRestartsTheLastServingInstanceForItsLiveCheck() {
    apply(Specs.deployment(Specs.of("shop").replicas(1)));
    run(3);
    fleet.load.put(SHOP, 5);
    fleet.liveFails(id(1));
    run(120);
    assertThat(fleet.instances.get(id(1)).generation()).isEqualTo(1);
    assertThat(events(EventKind.REMEDY_REFUSED)).hasSize(1);
    assertThat(controller.explain("shop-1").orElseThrow().findings())
        .anyMatch(finding -> finding.decider().equals("governor"));
  }

  @Test
  void replacesInstancesOneByOneBesideTheOldOnes() {
    apply(Specs.deployment(Specs.of("shop").replicas(3).standby(1)));
    run(3);
    fleet.fewestReady = Integer.MAX_VALUE;
    Operation operation =
        apply(Specs.deployment(Specs.of("shop").run("serve v2").replicas(3).standby(1)));
    run(30);
    assertThat(shop().instances()).allMatch(one -> one.revision() == 2).hasSize(4);
    assertThat(shop().verdict()).isEqualTo(Verdict.HEALTHY);
    assertThat(fleet.fewestReady).isGreaterThanOrEqualTo(4);
    assertThat(events(EventKind.ROLLOUT_STARTED)).hasSize(1);
    assertThat(events(EventKind.ROLLOUT_FINISHED)).hasSize(1);
    assertThat(operation(operation)).isEqualTo(Operation.State.DONE);
  }

  @Test
  void haltsARolloutThatDoesNotBecomeReady() {
    Specs old = Specs.of("shop").replicas(2).readyWithin(Duration.ofSeconds(20));
    apply(Specs.deployment(old));
    run(3);
    fleet.broken.add(2);
    Operation operation =
        apply(
            Specs.deployment(
                Specs.of("shop").run("broken").replicas(2).readyWithin(Duration.ofSeconds(20))));
    run(60);
    assertThat(states()).containsExactly("shop-1 serving", "shop-2 serving");
    assertThat(shop().instances()).allMatch(one -> one.revision() == 1);
    assertThat(events(EventKind.ROLLOUT_HALTED)).hasSize(1);
    assertThat(operation(operation)).isEqualTo(Operation.State.FAILED);

    apply(Specs.deployment(old));
    run(20);
    assertThat(states()).containsExactly("shop-1 serving", "shop-2 serving");
    assertThat(fleet.instances.values()).allMatch(one -> one.generation() == 1);
    assertThat(events(EventKind.ROLLOUT_HALTED)).hasSize(1);
  }

  @Test
  void stopsFirstWithAFixedPort() {
    apply(Specs.deployment(Specs.of("shop").port(8080)));
    run(3);
    apply(Specs.deployment(Specs.of("shop").run("serve v2").port(8080)));
    run(5);
    assertThat(states()).containsExactly("shop-1 serving");
    assertThat(shop().instances().getFirst().revision()).isEqualTo(2);
    assertThat(shop().instances().getFirst().generation()).isEqualTo(2);
  }

  @Test
  void goesBackWhenAnInstanceWithAFixedPortDoesNotComeUpChanged() {
    Duration limit = Duration.ofSeconds(10);
    apply(Specs.deployment(Specs.of("shop").port(8080).readyWithin(limit)));
    run(3);
    fleet.broken.add(2);
    apply(Specs.deployment(Specs.of("shop").run("broken").port(8080).readyWithin(limit)));
    run(20);
    assertThat(states()).containsExactly("shop-1 serving");
    assertThat(shop().instances().getFirst().revision()).isEqualTo(1);
    assertThat(events(EventKind.ROLLOUT_HALTED)).hasSize(1);
  }

  @Test
  void touchesNothingForWhatTakesEffectLive() {
    apply(Specs.deployment(Specs.of("shop").replicas(2)));
    run(3);
    apply(Specs.deployment(Specs.of("shop").replicas(2).floor(2).maxUnavailable(2)));
    run(5);
    assertThat(fleet.instances.values()).allMatch(one -> one.generation() == 1).hasSize(2);
    assertThat(coordinator.state().assignments().getFirst().services().getFirst().spec().budget())
        .matches(budget -> budget.floor() == 2);
  }
}
