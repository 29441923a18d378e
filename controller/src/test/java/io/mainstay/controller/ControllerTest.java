package io.mainstay.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Actor;
import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.Verdict;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.Status.InstanceStatus;
import io.mainstay.model.state.Status.ServiceStatus;
import io.mainstay.testkit.MemoryEventJournal;
import io.mainstay.testkit.SeededRandomness;
import io.mainstay.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ControllerTest {
  private static final NodeName NODE = new NodeName("n1");
  private static final ServiceName SHOP = new ServiceName("shop");
  private static final Actor ANNA = Actor.operator("anna");

  private final VirtualTime time = new VirtualTime();
  private final FakeCoordinator coordinator = new FakeCoordinator();
  private final MemoryEventJournal journal = new MemoryEventJournal();
  private final FakeFleet fleet = new FakeFleet(NODE, coordinator, time.mailbox("agent"), time);
  private final Controller controller =
      new Controller(
          NODE,
          coordinator,
          fleet,
          List::of,
          journal,
          time.mailbox("controller"),
          time,
          new SeededRandomness(1),
          ControllerSettings.of("0.1.0"));

  @BeforeEach
  void start() {
    fleet.start();
    controller.start();
    time.settle();
  }

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
  void neverRestartsTheLastServingInstanceForItsLiveCheck() {
    apply(Specs.deployment(Specs.of("shop").replicas(1)));
    run(3);
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

  private Operation apply(Deployment deployment) {
    return accepted(new Command.Apply(deployment, ""));
  }

  private CommandResult result(Command command) {
    CompletableFuture<CommandResult> result =
        controller.submit(command, ANNA).toCompletableFuture();
    time.runUntil(result::isDone, Duration.ofSeconds(40));
    return result.join();
  }

  private Operation accepted(Command command) {
    CommandResult result = result(command);
    assertThat(result).isInstanceOf(CommandResult.Accepted.class);
    return ((CommandResult.Accepted) result).operation();
  }

  private Operation.State operation(Operation operation) {
    return controller.operation(operation.id()).orElseThrow().state();
  }

  private void run(int seconds) {
    time.runFor(Duration.ofSeconds(seconds));
  }

  private ServiceStatus shop() {
    return controller.status().services().getFirst();
  }

  private List<String> states() {
    return shop().instances().stream()
        .map(instance -> instance.id() + " " + instance.state().label())
        .toList();
  }

  private Role role(InstanceId id) {
    return shop().instances().stream()
        .filter(instance -> instance.id().equals(id))
        .map(InstanceStatus::role)
        .findFirst()
        .orElseThrow();
  }

  private List<Event> events(EventKind kind) {
    return journal.of(kind);
  }

  private static InstanceId id(int number) {
    return new InstanceId(SHOP, number);
  }
}
