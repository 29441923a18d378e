package io.mainstay.decisions.status;

import static io.mainstay.decisions.fleet.MemberFixture.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.fleet.Member;
import io.mainstay.decisions.fleet.MemberFixture;
import io.mainstay.decisions.fleet.ServiceMemory;
import io.mainstay.decisions.fleet.ServiceOverrides;
import io.mainstay.decisions.fleet.ServiceView;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.model.Actor;
import io.mainstay.model.Verdict;
import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.InstanceState;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.ServiceRevision;
import io.mainstay.model.state.Status.ServiceStatus;
import io.mainstay.testkit.ServiceFixture;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTest {
  @ParameterizedTest
  @CsvSource({
    "PENDING, PENDING, PENDING",
    "STARTING, STARTING, STARTING",
    "READY, SERVING, STANDBY",
    "NOT_READY, ISOLATED, ISOLATED",
    "FROZEN, STANDBY, STANDBY",
    "PREPARED, STANDBY, STANDBY",
    "DRAINING, DRAINING, DRAINING",
    "HELD, ISOLATED, ISOLATED",
    "STOPPING, STOPPING, STOPPING",
    "BACKING_OFF, BACKING_OFF, BACKING_OFF",
    "PARKED, PARKED, PARKED",
    "STOPPED, STOPPED, STOPPED"
  })
  void derivesAStateFromEachPhase(Phase phase, InstanceState serving, InstanceState standby) {
    assertThat(state(member(1).phase(phase))).isEqualTo(serving);
    assertThat(state(member(1).standby().phase(phase))).isEqualTo(standby);
  }

  @Test
  void showsAPromotedStandbyAsServing() {
    InstanceStates.Shown shown = InstanceStates.derive(member(4).promoted().build());
    assertThat(shown.state()).isEqualTo(InstanceState.SERVING);
    assertThat(shown.role()).isEqualTo(Role.SERVING);
  }

  @Test
  void showsWhatItsTrafficCondemnsAsIsolated() {
    InstanceStates.Shown shown = InstanceStates.derive(member(1).ejected("5 in a row").build());
    assertThat(shown.state()).isEqualTo(InstanceState.ISOLATED);
    assertThat(shown.reason()).contains("5 in a row");
  }

  @Test
  void showsADrainByHandAsDraining() {
    assertThat(state(member(1).directive(Directive.DRAIN).phase(Phase.HELD)))
        .isEqualTo(InstanceState.DRAINING);
  }

  @Test
  void showsWhatNobodyHasSeenAsPending() {
    assertThat(state(member(1).unseen())).isEqualTo(InstanceState.PENDING);
  }

  @Test
  void isHealthyWhenAllServeAndStandBy() {
    assertThat(verdict(3, 1, member(1), member(2), member(3), member(4).standby()))
        .isEqualTo(Verdict.HEALTHY);
  }

  @Test
  void isDegradedWhenOneOrAStandbyIsMissing() {
    assertThat(verdict(3, 0, member(1), member(2), member(3).phase(Phase.BACKING_OFF).exited()))
        .isEqualTo(Verdict.DEGRADED);
    assertThat(verdict(2, 1, member(1), member(2), member(3).standby().phase(Phase.STARTING)))
        .isEqualTo(Verdict.DEGRADED);
  }

  @Test
  void isFailingBelowTheFloorAndDownWithoutAny() {
    assertThat(
            verdict(
                3,
                0,
                member(1),
                member(2).phase(Phase.PARKED).exited(),
                member(3).phase(Phase.PARKED).exited()))
        .isEqualTo(Verdict.FAILING);
    assertThat(verdict(1, 0, member(1).phase(Phase.BACKING_OFF).exited())).isEqualTo(Verdict.DOWN);
  }

  @Test
  void isUnknownBeforeTheFirstStartIsOver() {
    assertThat(verdict(1, 0, member(1).unseen())).isEqualTo(Verdict.UNKNOWN);
    assertThat(verdict(1, 0, member(1).phase(Phase.STARTING))).isEqualTo(Verdict.UNKNOWN);
    assertThat(verdict(1, 1, member(1).phase(Phase.STARTING), member(2).standby()))
        .isEqualTo(Verdict.UNKNOWN);
    assertThat(verdict(1, 0, member(1).generation(2).phase(Phase.STARTING)))
        .isEqualTo(Verdict.DOWN);
  }

  @Test
  void countsWhatServesBeyondTheWantedAsCover() {
    ServiceStatus status =
        StatusAssembly.service(view(2, 1, member(1), member(2), member(3)), ServiceMemory.EMPTY);
    assertThat(status.verdict()).isEqualTo(Verdict.HEALTHY);
    assertThat(status.reason()).isEqualTo("3 serve, 1 more than wanted");
  }

  @Test
  void knowsWhatWasSetByHandWithoutDeciding() {
    ServiceOverrides byHand =
        new ServiceOverrides(
            Optional.of(
                new Overrides.Scale(
                    MemberFixture.SHOP, 3, Optional.empty(), "", Actor.operator("ann"))),
            false,
            List.of(),
            List.of(),
            Optional.empty());
    ServiceView view = view(byHand, 2, 0, member(1), member(2), member(3));
    assertThat(StatusAssembly.service(view, ServiceMemory.EMPTY).desired()).isEqualTo(3);
  }

  @Test
  void countsEachInstanceOnce() {
    ServiceStatus status =
        StatusAssembly.service(
            view(
                3,
                1,
                member(1),
                member(2).phase(Phase.PARKED),
                member(3).phase(Phase.STARTING),
                member(4).standby(),
                member(5).directive(Directive.REMOVE).phase(Phase.DRAINING)),
            ServiceMemory.EMPTY);
    assertThat(status.serving()).isEqualTo(1);
    assertThat(status.failing()).isEqualTo(1);
    assertThat(status.starting()).isEqualTo(1);
    assertThat(status.standby()).isEqualTo(1);
    assertThat(status.instances()).hasSize(5);
    assertThat(status.desired()).isEqualTo(3);
    assertThat(status.reason()).startsWith("1 of 3 serve");
  }

  private static InstanceState state(MemberFixture fixture) {
    return InstanceStates.derive(fixture.build()).state();
  }

  private static Verdict verdict(int replicas, int standbys, MemberFixture... members) {
    return StatusAssembly.verdict(view(replicas, standbys, members), ServiceMemory.EMPTY).verdict();
  }

  private static ServiceView view(int replicas, int standbys, MemberFixture... fixtures) {
    return view(ServiceOverrides.NONE, replicas, standbys, fixtures);
  }

  private static ServiceView view(
      ServiceOverrides overrides, int replicas, int standbys, MemberFixture... fixtures) {
    List<Member> members = Stream.of(fixtures).map(MemberFixture::build).toList();
    return new ServiceView(
        MemberFixture.SHOP,
        Optional.of(
            new ServiceRevision(
                1,
                ServiceFixture.service("shop")
                    .replicas(replicas, replicas)
                    .standby(standbys, StandbyMode.HOT)
                    .budget(new Amount.Count(1), 2)
                    .build())),
        1,
        Optional.empty(),
        members,
        List.of(),
        List.of(),
        Optional.empty(),
        overrides,
        List.of(NodeView.alone(MemberFixture.NODE)),
        List.of(),
        List.of());
  }
}
