package io.mainstay.decisions.fleet;

import static io.mainstay.decisions.fleet.MemberFixture.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.ServiceSpec.DisruptionBudget;
import io.mainstay.model.state.Phase;
import java.util.List;
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
  void aRestartThatHangsDoesNotHoldUpTheNextOne() {
    DisruptionBudget budget = new DisruptionBudget(new Amount.Count(1), 1);
    Member comesBack = member(1).phase(Phase.STARTING).generation(2).minGeneration(2).build();
    Member hangs =
        member(1).phase(Phase.STARTING).generation(2).minGeneration(2).liveFailing().build();
    assertThat(Budgets.of(List.of(comesBack), 1, budget, false).restarting()).isEqualTo(1);
    assertThat(Budgets.of(List.of(hangs), 1, budget, false).restarting()).isZero();
  }
}
