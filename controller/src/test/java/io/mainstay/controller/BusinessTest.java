package io.mainstay.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Actor;
import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.ServiceName;
import io.mainstay.model.Verdict;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.Explanation;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.TransactionHealth;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the controller does about transactions: checks are green in all of these tests. */
class BusinessTest extends TillWorld {
  private void deploy() {
    apply(
        Specs.deployment(
            Specs.of("shop").replicas(3).fallback("lite").transaction("buy"), Specs.of("lite")));
    run(10);
    assertThat(shop().verdict()).isEqualTo(Verdict.HEALTHY);
  }

  @Test
  void runsTransactionsAtTheirCadenceAndDoesNothingElse() {
    deploy();
    till.requests.clear();
    run(300);
    assertThat(till.requests).hasSizeBetween(59, 61).allMatch(one -> one.pins().isEmpty());
    assertThat(coordinator.state().overrides()).isEqualTo(Overrides.NONE);
  }

  @Test
  void tellsHowTransactionsStand() {
    apply(Specs.deployment(Specs.of("shop").replicas(3).transaction("buy")));
    run(10);
    assertThat(shop().transactions())
        .singleElement()
        .satisfies(buy -> {
          assertThat(buy.health()).isEqualTo(TransactionHealth.PASSING);
          assertThat(buy.passed()).isPositive();
          assertThat(buy.failed()).isZero();
        });
    till.wrong.addAll(List.of(shop(1), shop(2), shop(3)));
    for (int i = 0; i < 30 && shop().verdict() != Verdict.FAILING; i++) {
      run(1);
    }
    assertThat(shop().verdict()).isEqualTo(Verdict.FAILING);
    assertThat(shop().reason())
        .startsWith("transaction buy fails: POST /buy: $.state is lost, expected paid");
  }

  @Test
  void isolatesTheOneInstanceWithWhichItFails() {
    deploy();
    till.wrong.add(shop(2));
    run(60);
    assertThat(coordinator.state().overrides().holds())
        .singleElement()
        .satisfies(hold -> {
          assertThat(hold.instance()).isEqualTo(shop(2));
          assertThat(hold.actor()).isEqualTo(Actor.SYSTEM);
          assertThat(hold.reason()).contains("transaction shop/buy fails", "$.state is lost");
        });
    assertThat(events(EventKind.TRANSACTION_FAILED)).hasSize(1);
    assertThat(events(EventKind.BLAMED))
        .singleElement()
        .satisfies(blamed -> assertThat(blamed.instance()).contains(shop(2)));
    Event isolated = events(EventKind.INSTANCE_ISOLATED).getFirst();
    assertThat(isolated.reason()).doesNotContain("by hand");
    assertThat(controller.explain("shop").orElseThrow().findings())
        .anyMatch(finding ->
            finding.decider().equals("business") && finding.decision().equals("isolate"));
  }

  @Test
  void explainsByTheEvidenceWhyAnInstanceIsIsolated() {
    deploy();
    assertThat(controller.explain("shop-2").orElseThrow().judgement().orElseThrow().state())
        .isEqualTo("works");
    till.wrong.add(shop(2));
    run(60);
    Explanation instance = controller.explain("shop-2").orElseThrow();
    assertThat(instance.judgement().orElseThrow().state()).isEqualTo("fails");
    assertThat(instance.judgement().orElseThrow().rule())
        .isEqualTo("transactions over traffic and checks");
    assertThat(instance.evidence())
        .anyMatch(one -> one.source().equals("transaction shop/buy (blame trial)"))
        .anyMatch(one -> one.source().equals("check ready") && one.sense().equals("good"));
    Explanation service = controller.explain("shop").orElseThrow();
    assertThat(service.evidence())
        .anyMatch(one ->
            one.source().equals("transaction shop/buy (as a user)")
                && one.sense().equals("bad")
                && one.weight() < 1);
  }

  @Test
  void aNewLeaderBeginsWithAnEmptyLedger() {
    deploy();
    till.wrong.add(shop(2));
    run(60);
    coordinator.leadership.deposed("another one");
    assertThat(controller.explain("shop-2").orElseThrow().evidence()).isEmpty();
    assertThat(controller.explain("shop-2").orElseThrow().judgement()).isEmpty();
    coordinator.elect(NODE);
    run(2);
    assertThat(controller.explain("shop-1").orElseThrow().evidence()).isNotEmpty();
  }

  @Test
  void divertsAServiceThatIsWrongAsAWholeAndBringsItsTrafficBack() {
    deploy();
    till.wrong.addAll(List.of(shop(1), shop(2), shop(3)));
    run(60);
    assertThat(shop().verdict()).isEqualTo(Verdict.DIVERTED);
    assertThat(events(EventKind.DIVERTED).getFirst().actor()).isEqualTo(Actor.SYSTEM);
    till.wrong.clear();
    run(60);
    assertThat(shop().verdict()).isEqualTo(Verdict.HEALTHY);
    assertThat(coordinator.state().overrides().diversions()).isEmpty();
    assertThat(events(EventKind.RESTORED)).hasSize(1);
  }

  @Test
  void looksAfterItsDiversionAsTheNextLeaderToo() {
    deploy();
    till.wrong.addAll(List.of(shop(1), shop(2), shop(3)));
    run(60);
    coordinator.leadership.deposed("another one");
    coordinator.elect(NODE);
    till.wrong.clear();
    run(90);
    assertThat(shop().verdict()).isEqualTo(Verdict.HEALTHY);
  }

  @Test
  void blamesOneBehindByItsBadAnswersIfNoRunGetsThereMarked() {
    ServiceName store = new ServiceName("store");
    apply(
        Specs.deployment(
            Specs.of("shop").replicas(2).dependsOn("store").transaction("buy"),
            Specs.of("store").replicas(2).fallback("lite"),
            Specs.of("lite")));
    fleet.load.put(store, 4);
    run(10);
    fleet.failing.add(store);
    till.broken = true;
    run(60);
    assertThat(events(EventKind.BLAMED))
        .allSatisfy(blamed -> assertThat(blamed.service()).contains(store))
        .first()
        .satisfies(blamed ->
            assertThat(blamed.reason())
                .startsWith("shop asks it, and ")
                .endsWith("100 % of its answers are bad"));
    assertThat(coordinator.state().overrides().diversions())
        .singleElement()
        .satisfies(one -> assertThat(one.service()).isEqualTo(store));
  }

  @Test
  void leavesAPausedServiceAlone() {
    deploy();
    accepted(new Command.Pause(Optional.of(SHOP), Optional.empty(), ""));
    till.wrong.addAll(List.of(shop(1), shop(2), shop(3)));
    run(120);
    assertThat(coordinator.state().overrides().diversions()).isEmpty();
    assertThat(events(EventKind.TRANSACTION_FAILED)).hasSize(1);
  }

  @Test
  void goesOnWhenARunIsNeverHeardOfAgain() {
    deploy();
    till.silent = true;
    run(10);
    till.silent = false;
    till.requests.clear();
    run(60);
    assertThat(till.requests).hasSizeGreaterThan(5);
  }

  @Test
  void runsNothingForAServiceWithoutTransactions() {
    apply(Specs.deployment(Specs.of("shop").replicas(2)));
    run(60);
    assertThat(till.requests).isEmpty();
    assertThat(controller.explain(new ServiceName("shop").value())).isPresent();
  }
}
