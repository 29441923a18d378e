package io.mainstay.decisions.fleet;

import static io.mainstay.decisions.fleet.MemberFixture.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.ServiceSpec.DisruptionBudget;
import io.mainstay.model.state.Phase;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemberTest {
  @Test
  void anEjectedStandbyTakesNobodysPlaceEvenWhenItIsFrozen() {
    assertThat(member(1).standby().phase(Phase.FROZEN).build().isReadyStandby()).isTrue();
    assertThat(
            member(1).standby().phase(Phase.FROZEN).ejected("5 failures").build().isReadyStandby())
        .isFalse();
  }

  @Test
  void whatHangsBeforeItsFirstPassFailsItsLiveCheckToo() {
    assertThat(Restarts.failsLive(member(1).phase(Phase.STARTING).liveFailing().build())).isTrue();
    assertThat(Restarts.failsLive(member(1).phase(Phase.STOPPING).liveFailing().build())).isFalse();
  }

  @Test
  void whatTheGatewaySendsNothingToServesNothingWhenAHoldIsAskedFor() {
    DisruptionBudget budget = new DisruptionBudget(new Amount.Count(1), 1);
    List<Member> members = List.of(member(1).build(), member(2).notRouted().build());
    assertThat(Budgets.of(members, 2, budget, false).serving()).isEqualTo(2);
    assertThat(Budgets.atOnce(members, 2, budget, false).serving()).isEqualTo(1);
    assertThat(Budgets.atOnce(members, 2, budget, false).out()).containsKey("shop-2");
    List<Member> standby = List.of(member(1).build(), member(2).standby().build());
    assertThat(Budgets.atOnce(standby, 1, budget, false).cover()).isEqualTo(1);
    List<Member> unknown = members.stream().map(MemberTest::withoutSignals).toList();
    assertThat(Budgets.atOnce(unknown, 2, budget, false).serving()).isEqualTo(2);
  }

  private static Member withoutSignals(Member member) {
    return new Member(
        member.node(), member.assignment(), member.observed(), Optional.empty(), member.cpuCores());
  }

  @Test
  void aRestartThatHangsDoesNotHoldUpTheNextOne() {
    DisruptionBudget budget = new DisruptionBudget(new Amount.Count(1), 1);
    Member comesBack = member(1).phase(Phase.STARTING).generation(2).minGeneration(2).build();
    Member hangs =
        member(1).phase(Phase.STARTING).generation(2).minGeneration(2).liveFailing().build();
    assertThat(Budgets.of(List.of(comesBack), 1, budget, false).restarting()).isEqualTo(1);
    assertThat(Budgets.of(List.of(hangs), 1, budget, false).restarting()).isZero();
  }
}
