package io.mainstay.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Actor;
import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.GroupStrategy;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What else is run anew when an instance failed: database ← shop ← front. */
class GroupsTest extends ControllerWorld {
  private static final ServiceName DATABASE = new ServiceName("database");

  private void deploy(GroupStrategy strategy) {
    apply(
        Specs.deployment(
            Specs.of("front").dependsOn("shop"),
            Specs.of("shop").replicas(2).dependsOn("database"),
            Specs.of("database").replicas(2).group(strategy)));
    run(10);
  }

  private static InstanceId instance(String service, int number) {
    return new InstanceId(new ServiceName(service), number);
  }

  private long generation(String service, int number) {
    return fleet.instances.get(instance(service, number)).generation();
  }

  private List<String> restarted() {
    return events(EventKind.REMEDY_STARTED).stream()
        .map(Event::instance)
        .map(id -> id.orElseThrow().toString())
        .toList();
  }

  @Test
  void runsNothingElseAnewByItself() {
    deploy(GroupStrategy.ONE_FOR_ONE);
    fleet.crash(instance("database", 1), Duration.ofSeconds(1));
    run(30);
    assertThat(restarted()).isEmpty();
  }

  @Test
  void runsAnewWhatDependsOnTheOneThatFailedOneAfterTheOther() {
    deploy(GroupStrategy.REST_FOR_ONE);
    fleet.crash(instance("database", 1), Duration.ofSeconds(1));
    run(30);
    assertThat(restarted()).containsExactly("shop-1", "shop-2", "front-1");
    assertThat(generation("database", 2)).isEqualTo(1);
    assertThat(coordinator.state().overrides().restarts()).isEmpty();
    Event first = events(EventKind.REMEDY_STARTED).getFirst();
    assertThat(first.actor()).isEqualTo(Actor.SYSTEM);
    assertThat(first.reason())
        .isEqualTo("group-restart: database-1 failed and is back, rest-for-one");
    assertThat(controller.explain("shop").orElseThrow().findings())
        .anyMatch(finding -> finding.decider().equals("group"));
  }

  @Test
  void keepsToTheBudgetOfEachService() {
    deploy(GroupStrategy.REST_FOR_ONE);
    fleet.crash(instance("database", 1), Duration.ofSeconds(1));
    time.runUntil(() -> generation("shop", 1) == 2, Duration.ofSeconds(10));
    assertThat(fleet.instances.get(instance("shop", 2)).phase()).isEqualTo(Phase.READY);
    assertThat(generation("shop", 2)).isEqualTo(1);
    assertThat(generation("front", 1)).isEqualTo(1);
  }

  @Test
  void runsTheOtherInstancesOfTheServiceAnewFirst() {
    deploy(GroupStrategy.ONE_FOR_ALL);
    fleet.crash(instance("database", 1), Duration.ofSeconds(1));
    run(30);
    assertThat(restarted()).containsExactly("database-2", "shop-1", "shop-2", "front-1");
    run(300);
    assertThat(restarted()).as("what it ordered is no failure").hasSize(4);
  }

  @Test
  void followsARestartByTheLiveCheckButNotAnOperators() {
    deploy(GroupStrategy.REST_FOR_ONE);
    accepted(new Command.RestartInstance(instance("database", 2), false, ""));
    run(30);
    assertThat(restarted()).containsExactly("database-2");
    fleet.liveFails(instance("database", 1));
    run(30);
    assertThat(restarted())
        .containsExactly("database-2", "database-1", "shop-1", "shop-2", "front-1");
  }

  @Test
  void leavesOutWhomAnOperatorHoldsOrPaused() {
    apply(
        Specs.deployment(
            Specs.of("front").dependsOn("shop"),
            Specs.of("shop").replicas(2).dependsOn("database").floor(0).maxUnavailable(2),
            Specs.of("database").replicas(2).group(GroupStrategy.REST_FOR_ONE)));
    run(10);
    accepted(new Command.Drain(instance("shop", 1), Optional.empty(), true, "heap dump"));
    accepted(new Command.Pause(Optional.of(new ServiceName("front")), Optional.empty(), ""));
    run(5);
    fleet.crash(instance("database", 1), Duration.ofSeconds(1));
    run(60);
    assertThat(restarted()).containsExactly("shop-2");
  }

  @Test
  void goesOnWithWhatWasOrderedAsTheNextLeader() {
    deploy(GroupStrategy.REST_FOR_ONE);
    fleet.crash(instance("database", 1), Duration.ofSeconds(1));
    time.runUntil(() -> generation("shop", 1) == 2, Duration.ofSeconds(10));
    coordinator.leadership.deposed("another one");
    coordinator.elect(NODE);
    run(30);
    assertThat(generation("shop", 2)).isEqualTo(2);
  }
}
