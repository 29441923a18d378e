package io.mainstay.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.Verdict;
import io.mainstay.model.spec.Remedy;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Status.InstanceStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Remedies that end instances, and what operators said before them. */
class RemediesTest extends TillWorld {
  private void deploy(Specs shop) {
    apply(Specs.deployment(shop.transaction("buy"), Specs.of("lite")));
    run(10);
    assertThat(shop().verdict()).isEqualTo(Verdict.HEALTHY);
  }

  private static Specs threeWithFallback(Remedy... remedies) {
    return Specs.of("shop").replicas(3).standby(1).fallback("lite").whenFailing(remedies);
  }

  private List<InstanceId> ids() {
    return shop().instances().stream().map(InstanceStatus::id).toList();
  }

  @Test
  void stopsAllInstancesOnceTheirRequestsGoElsewhere() {
    deploy(threeWithFallback(Remedy.DIVERT, Remedy.SHUTDOWN));
    till.broken = true;
    run(60);
    assertThat(ids()).isEmpty();
    assertThat(shop().verdict()).isEqualTo(Verdict.DIVERTED);
    assertThat(shop().desired()).isZero();
    assertThat(shop().reason()).contains("shut down by system", "mainstay restore shop");
    assertThat(coordinator.state().overrides().stops())
        .singleElement()
        .satisfies(stop -> assertThat(stop.reason()).contains("transaction shop/buy fails"));
    assertThat(events(EventKind.SERVICE_STOPPED))
        .singleElement()
        .satisfies(event -> assertThat(event.actor()).isEqualTo(Actor.SYSTEM));
    assertThat(controller.explain("shop").orElseThrow().findings())
        .anyMatch(finding -> finding.decider().equals("shutdown"));
  }

  @Test
  void staysShutDownUnderTheNextLeader() {
    deploy(threeWithFallback(Remedy.DIVERT, Remedy.SHUTDOWN));
    till.broken = true;
    run(60);
    coordinator.leadership.deposed("another one");
    coordinator.elect(NODE);
    till.broken = false;
    run(300);
    assertThat(ids()).isEmpty();
    assertThat(shop().verdict()).isEqualTo(Verdict.DIVERTED);
    assertThat(events(EventKind.SERVICE_STOPPED)).hasSize(1);
  }

  @Test
  void startsAgainOffTheTrafficWhenRestoredAndReturnsShareByShare() {
    deploy(threeWithFallback(Remedy.DIVERT, Remedy.SHUTDOWN));
    till.broken = true;
    run(60);
    accepted(new Command.Restore(SHOP, "a fixed database"));
    run(5);
    assertThat(ids()).hasSize(4);
    assertThat(shop().verdict()).isEqualTo(Verdict.DIVERTED);
    run(60);
    assertThat(shop().verdict()).as("it still fails").isEqualTo(Verdict.DIVERTED);
    till.broken = false;
    run(60);
    assertThat(shop().verdict()).isEqualTo(Verdict.HEALTHY);
    assertThat(coordinator.state().overrides()).isEqualTo(Overrides.NONE);
    assertThat(events(EventKind.SERVICE_STARTED)).hasSize(1);
    assertThat(events(EventKind.RESTORED)).hasSize(1);
  }

  @Test
  void bringsTheTrafficBackAtOnceWhenRestoredTwice() {
    deploy(threeWithFallback(Remedy.DIVERT, Remedy.SHUTDOWN));
    till.broken = true;
    run(60);
    accepted(new Command.Restore(SHOP, ""));
    run(3);
    accepted(new Command.Restore(SHOP, ""));
    run(3);
    assertThat(shop().verdict()).isEqualTo(Verdict.HEALTHY);
  }

  @Test
  void stopsAServiceWithoutFallbackAndStartsItByHand() {
    deploy(Specs.of("shop").replicas(2).whenFailing(Remedy.ISOLATE, Remedy.SHUTDOWN));
    till.broken = true;
    run(60);
    assertThat(ids()).isEmpty();
    assertThat(shop().verdict()).isEqualTo(Verdict.DOWN);
    assertThat(result(new Command.RestartService(SHOP, false, "")))
        .isEqualTo(new CommandResult.Invalid("shop is shut down, restore shop starts it again"));
    run(600);
    assertThat(ids()).isEmpty();
    till.broken = false;
    accepted(new Command.Restore(SHOP, ""));
    run(30);
    assertThat(shop().verdict()).isEqualTo(Verdict.HEALTHY);
    assertThat(events(EventKind.SERVICE_STOPPED)).hasSize(1);
  }

  @Test
  void startsAFreshInstanceBesideTheCulpritBeforeItGoes() {
    deploy(Specs.of("shop").replicas(3).whenFailing(Remedy.REPLACE, Remedy.NOTIFY));
    fleet.fewestReady = 3;
    till.wrong.add(shop(2));
    run(60);
    assertThat(ids()).containsExactly(shop(1), shop(3), shop(4));
    assertThat(fleet.fewestReady).isEqualTo(3);
    assertThat(shop().verdict()).isEqualTo(Verdict.HEALTHY);
    assertThat(coordinator.state().overrides().replacements()).isEmpty();
    assertThat(events(EventKind.OPERATOR_NEEDED)).isEmpty();
    assertThat(events(EventKind.INSTANCE_REMOVED))
        .singleElement()
        .satisfies(event -> {
          assertThat(event.instance()).contains(shop(2));
          assertThat(event.reason()).contains("a fresh one took its place", "fails");
        });
  }

  @Test
  void leavesTheCulpritWhereNoFreshOneGetsReady() {
    deploy(
        Specs.of("shop")
            .replicas(3)
            .readyWithin(Duration.ofSeconds(60))
            .whenFailing(Remedy.REPLACE, Remedy.ISOLATE));
    fleet.broken.add(1);
    till.wrong.add(shop(2));
    run(60);
    assertThat(ids()).containsExactly(shop(1), shop(2), shop(3), shop(4));
    run(120);
    assertThat(ids()).containsExactly(shop(1), shop(2), shop(3));
    assertThat(events(EventKind.REMEDY_REFUSED))
        .anyMatch(event -> event.reason().startsWith("replace given up"));
    assertThat(coordinator.state().overrides().holds())
        .singleElement()
        .satisfies(hold -> assertThat(hold.instance()).isEqualTo(shop(2)));
  }

  @Test
  void replacesLaterAndLaterWhatFailsAfresh() {
    deploy(Specs.of("shop").replicas(3).whenFailing(Remedy.REPLACE, Remedy.NOTIFY));
    till.wrong.addAll(List.of(shop(2), shop(4)));
    run(80);
    assertThat(replacements()).isOne();
    assertThat(events(EventKind.OPERATOR_NEEDED)).hasSize(1);
    run(3520);
    assertThat(replacements()).isBetween(3L, 7L);
  }

  @Test
  void replacesNothingWhereAFreshOneHasNoPort() {
    deploy(Specs.of("shop").port(8080).whenFailing(Remedy.REPLACE, Remedy.NOTIFY));
    till.broken = true;
    run(60);
    assertThat(ids()).containsExactly(shop(1));
    assertThat(events(EventKind.OPERATOR_NEEDED)).isNotEmpty();
  }

  @Test
  void leavesWhatAnOperatorDivertedToTheOperator() {
    deploy(threeWithFallback(Remedy.DIVERT, Remedy.SHUTDOWN));
    accepted(
        new Command.Divert(SHOP, Optional.empty(), 0.5, Optional.empty(), false, "looking at it"));
    Overrides before = coordinator.state().overrides();
    till.broken = true;
    run(300);
    assertThat(coordinator.state().overrides()).isEqualTo(before);
    assertThat(ids()).hasSize(4);
  }

  @Test
  void doesNotTakeOverADiversionThatAnOperatorMadeOfOurs() {
    deploy(threeWithFallback(Remedy.DIVERT));
    till.broken = true;
    run(60);
    accepted(
        new Command.Divert(SHOP, Optional.empty(), 1, Optional.empty(), false, "not before noon"));
    till.broken = false;
    run(300);
    assertThat(shop().verdict()).isEqualTo(Verdict.DIVERTED);
    assertThat(coordinator.state().overrides().diversions())
        .singleElement()
        .satisfies(one -> assertThat(one.actor()).isEqualTo(ANNA));
  }

  @Test
  void leavesAnInstanceThatAnOperatorHoldsAsItIs() {
    deploy(
        Specs.of("shop").replicas(3).whenFailing(Remedy.RESTART, Remedy.REPLACE, Remedy.ISOLATE));
    till.wrong.add(shop(2));
    accepted(new Command.Drain(shop(2), Optional.empty(), true, "heap dump"));
    Overrides before = coordinator.state().overrides();
    run(300);
    assertThat(coordinator.state().overrides()).isEqualTo(before);
  }

  @Test
  void refusesOrdersThatAnOperatorForestalled() {
    deploy(threeWithFallback(Remedy.DIVERT));
    accepted(
        new Command.Divert(SHOP, Optional.empty(), 1, Optional.empty(), false, "looking at it"));
    accepted(new Command.Drain(shop(2), Optional.empty(), true, "heap dump"));
    for (Command command :
        List.of(
            new Command.Divert(SHOP, Optional.empty(), 0.5, Optional.empty(), true, ""),
            new Command.Restore(SHOP, ""),
            new Command.Shutdown(SHOP, ""),
            new Command.Release(shop(2), ""),
            new Command.RestartInstance(shop(2), true, ""),
            new Command.Replace(SHOP, List.of(shop(2)), ""),
            new Command.Isolate(shop(2), Optional.empty(), true, ""))) {
      assertThat(bySystem(command))
          .as(command.toString())
          .isInstanceOf(CommandResult.Refused.class);
    }
    accepted(new Command.Pause(Optional.empty(), Optional.of(Duration.ofMinutes(1)), ""));
    assertThat(bySystem(new Command.Isolate(shop(1), Optional.empty(), true, "")))
        .isInstanceOf(CommandResult.Refused.class);
    run(61);
    assertThat(bySystem(new Command.Isolate(shop(1), Optional.empty(), true, "")))
        .isInstanceOf(CommandResult.Accepted.class);
  }

  private long replacements() {
    return events(EventKind.REMEDY_STARTED).stream()
        .filter(event -> event.reason().startsWith("replace:"))
        .count();
  }

  private CommandResult bySystem(Command command) {
    var result = controller.submit(command, Actor.SYSTEM).toCompletableFuture();
    time.runUntil(result::isDone, Duration.ofSeconds(5));
    return result.join();
  }
}
