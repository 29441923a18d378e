package io.mainstay.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.Verdict;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ControllerCommandsTest extends ControllerWorld {
  @Test
  void scalesByHandAndBack() {
    apply(Specs.deployment(Specs.of("shop").replicas(2, 5)));
    run(3);
    Operation operation = accepted(new Command.Scale(SHOP, 9, Optional.empty(), false, "sale"));
    run(5);
    assertThat(shop().serving()).isEqualTo(5);
    assertThat(shop().override()).isPresent();
    assertThat(operation(operation)).isEqualTo(Operation.State.DONE);
    accepted(new Command.Scale(SHOP, 3, Optional.of(Duration.ofMinutes(1)), false, ""));
    run(5);
    assertThat(shop().serving()).isEqualTo(3);
    run(70);
    assertThat(shop().override()).isEmpty();
    assertThat(coordinator.state().overrides().scales()).isEmpty();
    Event scaled = events(EventKind.SCALED).getFirst();
    assertThat(scaled.actor()).isEqualTo(ANNA);
    assertThat(scaled.cause()).contains(events(EventKind.SCALE_OVERRIDDEN).getFirst().cursor());
  }

  @Test
  void endsACountByHandWithAnApplyThatChangesReplicas() {
    apply(Specs.deployment(Specs.of("shop").replicas(3)));
    accepted(new Command.Scale(SHOP, 1, Optional.empty(), false, ""));
    run(5);
    assertThat(shop().serving()).isEqualTo(1);
    apply(Specs.deployment(Specs.of("shop").replicas(3)));
    run(3);
    assertThat(shop().serving()).isEqualTo(1);
    apply(Specs.deployment(Specs.of("shop").replicas(2)));
    run(3);
    assertThat(shop().serving()).isEqualTo(2);
  }

  @Test
  void scalesWithTheLoadAndPromotesTheStandbyFirst() {
    apply(
        Specs.deployment(
            Specs.of("shop").replicas(1, 6).standby(1).downDelay(Duration.ofSeconds(30))));
    run(3);
    assertThat(states()).containsExactly("shop-1 serving", "shop-2 standby");
    fleet.load.put(SHOP, 40);
    run(2);
    assertThat(role(id(2))).isEqualTo(Role.SERVING);
    run(10);
    assertThat(shop().desired()).isEqualTo(3);
    assertThat(shop().standby()).isEqualTo(1);
    fleet.load.put(SHOP, 5);
    run(15);
    assertThat(shop().desired()).isEqualTo(3);
    run(180);
    assertThat(shop().desired()).isEqualTo(1);
    assertThat(shop().instances()).hasSize(2);
    assertThat(controller.explain("shop").orElseThrow().findings())
        .anyMatch(finding -> finding.decider().equals("scaling"));
  }

  @Test
  void keepsTheCountWhenSignalsAreMissing() {
    apply(Specs.deployment(Specs.of("shop").replicas(1, 6).downDelay(Duration.ofSeconds(10))));
    run(3);
    fleet.load.put(SHOP, 40);
    run(10);
    fleet.silent = true;
    run(300);
    assertThat(shop().desired()).isEqualTo(3);
  }

  @Test
  void refusesToTakeTheLastOneOutUnlessForced() {
    apply(Specs.deployment(Specs.of("shop").replicas(1)));
    run(3);
    CommandResult refused = result(new Command.Drain(id(1), Optional.empty(), false, "look at it"));
    assertThat(refused).isInstanceOf(CommandResult.Refused.class);
    accepted(new Command.Drain(id(1), Optional.of(Duration.ofMinutes(1)), true, "look at it"));
    run(2);
    assertThat(states()).containsExactly("shop-1 draining");
    run(70);
    assertThat(states()).containsExactly("shop-1 serving");
    assertThat(events(EventKind.INSTANCE_RELEASED)).hasSize(1);
  }

  @Test
  void isolatesAndReleases() {
    apply(Specs.deployment(Specs.of("shop").replicas(3)));
    run(3);
    accepted(new Command.Isolate(id(2), Optional.empty(), false, ""));
    run(2);
    assertThat(states()).containsExactly("shop-1 serving", "shop-2 isolated", "shop-3 serving");
    assertThat(result(new Command.Isolate(id(1), Optional.empty(), false, "")))
        .isInstanceOf(CommandResult.Refused.class);
    accepted(new Command.Release(id(2), ""));
    run(2);
    assertThat(states()).containsExactly("shop-1 serving", "shop-2 serving", "shop-3 serving");
  }

  @Test
  void restartsAServiceWithinItsBudget() {
    apply(Specs.deployment(Specs.of("shop").replicas(3)));
    run(3);
    fleet.fewestReady = Integer.MAX_VALUE;
    Operation operation = accepted(new Command.RestartService(SHOP, false, ""));
    run(10);
    assertThat(fleet.fewestReady).isEqualTo(2);
    assertThat(fleet.instances.values()).allMatch(one -> one.generation() == 2);
    assertThat(operation(operation)).isEqualTo(Operation.State.DONE);
    run(2);
    assertThat(coordinator.state().overrides().restarts()).isEmpty();
  }

  @Test
  void promotesAStandbyByHand() {
    apply(Specs.deployment(Specs.of("shop").replicas(1).standby(1)));
    run(3);
    accepted(new Command.Promote(id(2), false, ""));
    run(2);
    assertThat(states()).containsExactly("shop-1 standby", "shop-2 serving");
  }

  @Test
  void doesNothingByItselfWhilePaused() {
    apply(Specs.deployment(Specs.of("shop").replicas(2)));
    run(3);
    accepted(new Command.Pause(Optional.of(SHOP), Optional.empty(), ""));
    fleet.liveFails(id(1));
    apply(Specs.deployment(Specs.of("shop").run("serve v2").replicas(2)));
    run(30);
    assertThat(fleet.instances.values())
        .allMatch(one -> one.generation() == 1 && one.revision() == 1);
    accepted(new Command.Resume(Optional.of(SHOP), ""));
    run(30);
    assertThat(fleet.instances.values()).allMatch(one -> one.revision() == 2);
  }

  @Test
  void removesAServiceThatLeavesTheFile() {
    apply(Specs.deployment(Specs.of("shop").replicas(2), Specs.of("orders").replicas(1)));
    run(3);
    Operation operation = apply(Specs.deployment(Specs.of("orders").replicas(1)));
    run(3);
    assertThat(controller.status().services()).hasSize(1);
    assertThat(fleet.instances).hasSize(1);
    assertThat(coordinator.state().assignments().getFirst().instances()).hasSize(1);
    assertThat(operation(operation)).isEqualTo(Operation.State.DONE);
  }

  @Test
  void appliesTwiceAtOnceOneAfterTheOther() {
    coordinator.conflictNextWrites = 1;
    CompletableFuture<CommandResult> first =
        controller
            .submit(new Command.Apply(Specs.deployment(Specs.of("shop").replicas(2)), ""), ANNA)
            .toCompletableFuture();
    CompletableFuture<CommandResult> second =
        controller
            .submit(new Command.Apply(Specs.deployment(Specs.of("shop").replicas(3)), ""), ANNA)
            .toCompletableFuture();
    run(5);
    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    assertThat(coordinator.state().desired().orElseThrow().generation()).isEqualTo(2);
    assertThat(shop().serving()).isEqualTo(3);
  }

  @Test
  void triesAFailedWriteAgain() {
    coordinator.failNextWrites = 3;
    apply(Specs.deployment(Specs.of("shop").replicas(2)));
    coordinator.failNextWrites = 2;
    run(10);
    assertThat(shop().serving()).isEqualTo(2);
  }

  @Test
  void stopsNothingWhenItIsDeposed() {
    apply(Specs.deployment(Specs.of("shop").replicas(3)));
    run(3);
    coordinator.endTerm();
    fleet.liveFails(id(1));
    run(5);
    assertThat(events(EventKind.LEADER_LOST)).hasSize(1);
    assertThat(shop().serving()).isEqualTo(3);
    assertThat(fleet.instances).hasSize(3);
    coordinator.elect(NODE);
    run(5);
    assertThat(fleet.instances.get(id(1)).generation()).isEqualTo(2);
  }

  @Test
  void decidesNothingWhileTheCoordinatorIsAway() {
    apply(Specs.deployment(Specs.of("shop").replicas(3)));
    run(3);
    coordinator.listener.connection(false, "cut off");
    fleet.liveFails(id(1));
    run(10);
    assertThat(fleet.instances.get(id(1)).generation()).isEqualTo(1);
    assertThat(shop().serving()).isEqualTo(3);
    coordinator.listener.connection(true, "back");
    run(10);
    assertThat(fleet.instances.get(id(1)).generation()).isEqualTo(2);
  }

  @Test
  void plansBeforeItActs() {
    apply(Specs.deployment(Specs.of("shop").replicas(2)));
    run(3);
    var plan =
        controller
            .plan(Specs.deployment(Specs.of("shop").run("v2").replicas(3)))
            .toCompletableFuture();
    time.settle();
    assertThat(plan.join().steps())
        .extracting(step -> step.action() + " " + step.instance().map(Object::toString).orElse("-"))
        .containsExactly("REPLACE shop-1", "REPLACE shop-2", "RECONFIGURE -", "START shop-3");
  }

  @Test
  void saysWhichInstancesAreUnknown() {
    apply(Specs.deployment(Specs.of("shop")));
    assertThat(result(new Command.RestartInstance(id(9), false, "")))
        .isInstanceOf(CommandResult.NotFound.class);
    assertThat(controller.explain("nobody")).isEmpty();
    assertThat(controller.explain("shop-9")).isEmpty();
  }

  @Test
  void countsAParkedInstanceAsFailing() {
    apply(Specs.deployment(Specs.of("shop").replicas(2)));
    run(3);
    fleet.phase(id(2), Phase.PARKED, "crashed too often");
    run(1);
    assertThat(shop().failing()).isEqualTo(1);
    assertThat(shop().verdict()).isEqualTo(Verdict.DEGRADED);
    accepted(new Command.Release(id(2), ""));
    run(5);
    assertThat(states()).containsExactly("shop-1 serving", "shop-2 serving");
  }
}
