package io.mainstay.decisions.fleet;

import static io.mainstay.decisions.fleet.MemberFixture.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.placement.NodeView;
import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.ServiceRevision;
import io.mainstay.testkit.ServiceFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ServicePassTest {
  private ServiceFixture spec = ServiceFixture.service("shop").replicas(2, 2);
  private boolean inFile = true;
  private final List<Overrides.Hold> holds = new ArrayList<>();
  private final List<Overrides.Restart> restarts = new ArrayList<>();
  private final List<ServiceView.Promotion> promotions = new ArrayList<>();
  private final List<InstanceId> unassigned = new ArrayList<>();
  private boolean caughtUp = true;
  private boolean paused;
  private Optional<Overrides.Scale> scale = Optional.empty();
  private ServiceMemory memory = ServiceMemory.EMPTY;
  private MonotonicTime now = MonotonicTime.ZERO;

  @Test
  void givesTheLowestFreeNumbers() {
    assertThat(decide(member(2))).containsExactly("shop-1 serving run", "shop-2 serving run");
  }

  @Test
  void givesNoNumberThatIsStillInUse() {
    unassigned.add(id(1));
    assertThat(decide(member(2).directive(Directive.REMOVE).phase(Phase.DRAINING)))
        .containsExactly("shop-2 serving remove", "shop-3 serving run", "shop-4 serving run");
  }

  @Test
  void changesNothingWhenAllIsAsItShouldBe() {
    spec.standby(1, StandbyMode.HOT);
    ServiceOutcome outcome = outcome(member(1), member(2), member(3).standby());
    assertThat(outcome.entries()).allMatch(entry -> entry.fact() < 0).hasSize(3);
    assertThat(outcome.facts()).isEmpty();
    assertThat(outcome.notes()).isEmpty();
  }

  @Test
  void forgetsARemovedInstanceOnceItIsGone() {
    caughtUp = false;
    MemberFixture gone = member(3).directive(Directive.REMOVE).unseen();
    assertThat(decide(member(1), member(2), gone)).hasSize(3);
    caughtUp = true;
    assertThat(decide(member(1), member(2), gone)).hasSize(2);
    assertThat(
            decide(
                member(1), member(2), member(3).directive(Directive.REMOVE).phase(Phase.STOPPED)))
        .hasSize(2);
  }

  @Test
  void removesEverythingOfAServiceThatLeftTheFile() {
    inFile = false;
    assertThat(decide(member(1), member(2)))
        .containsExactly("shop-1 standby remove", "shop-2 standby remove");
  }

  @Test
  void promotesReadyStandbysBeforeItStartsNewOnes() {
    spec.replicas(3, 3).standby(1, StandbyMode.HOT);
    memory = settled(2);
    assertThat(decide(member(1), member(2), member(3).standby()))
        .containsExactly(
            "shop-1 serving run", "shop-2 serving run", "shop-3 serving run", "shop-4 standby run");
  }

  @Test
  void startsAServingOneBesideAStandbyThatIsNotReady() {
    spec.replicas(3, 3).standby(1, StandbyMode.HOT);
    assertThat(decide(member(1), member(2), member(3).standby().phase(Phase.STARTING)))
        .containsExactly(
            "shop-1 serving run", "shop-2 serving run", "shop-3 standby run", "shop-4 serving run");
  }

  @Test
  void letsTheLeastBusyGo() {
    spec.replicas(1, 1);
    assertThat(decide(member(1).inFlight(2), member(2).inFlight(9)))
        .containsExactly("shop-1 standby remove", "shop-2 serving run");
  }

  @Test
  void letsTheYoungestGoAmongEquals() {
    spec.replicas(1, 1);
    assertThat(decide(member(1).since(9), member(2).since(5)))
        .containsExactly("shop-1 standby remove", "shop-2 serving run");
  }

  @Test
  void letsWhatDoesNotServeGoFirst() {
    spec.replicas(1, 1);
    assertThat(decide(member(1).inFlight(0), member(2).phase(Phase.BACKING_OFF)))
        .containsExactly("shop-1 serving run", "shop-2 standby remove");
  }

  @Test
  void keepsSurplusUntilTheOthersServe() {
    spec.replicas(2, 2);
    assertThat(
            decide(
                member(1).phase(Phase.PENDING),
                member(2),
                member(3).phase(Phase.STARTING),
                member(4)))
        .containsExactly(
            "shop-1 standby remove",
            "shop-2 serving run",
            "shop-3 standby remove",
            "shop-4 serving run");
  }

  @Test
  void demotesASurplusOneWhereAStandbyIsMissing() {
    spec.replicas(1, 1).standby(1, StandbyMode.HOT);
    assertThat(decide(member(1).inFlight(3), member(2)))
        .containsExactly("shop-1 serving run", "shop-2 standby run");
  }

  @Test
  void swapsTheRolesOfAnExitedInstanceAndTheStandbyThatServes() {
    spec.replicas(1, 1).standby(1, StandbyMode.HOT);
    assertThat(decide(member(1).phase(Phase.BACKING_OFF).exited(), member(2).promoted()))
        .containsExactly("shop-1 standby run", "shop-2 serving run");
  }

  @Test
  void waitsForTheGatewayWhenAnInstanceIsOnlyNotReady() {
    spec.replicas(1, 1).standby(1, StandbyMode.HOT);
    assertThat(decide(member(1).phase(Phase.NOT_READY), member(2).standby()))
        .containsExactly("shop-1 serving run", "shop-2 standby run");
    promotions.add(new ServiceView.Promotion(id(2), id(1), "c1"));
    ServiceOutcome outcome = outcome(member(1).phase(Phase.NOT_READY), member(2).standby());
    assertThat(lines(outcome)).containsExactly("shop-1 standby run", "shop-2 serving run");
    assertThat(outcome.facts()).as("the gateway's promotion was told").isEmpty();
  }

  @Test
  void keepsTheRolesOfAFirstStart() {
    spec.replicas(1, 1).standby(1, StandbyMode.HOT);
    assertThat(decide(member(1).phase(Phase.STARTING), member(2).promoted()))
        .containsExactly("shop-1 serving run", "shop-2 standby run");
  }

  @Test
  void givesAFrozenStandbyTheRoleOfAnEjectedInstance() {
    spec.replicas(1, 1).standby(1, StandbyMode.WARM);
    assertThat(decide(member(1).ejected("resets"), member(2).standby().phase(Phase.FROZEN)))
        .containsExactly("shop-1 standby run", "shop-2 serving run");
  }

  @Test
  void tellsOnceThatNoStandbyIsReady() {
    spec.replicas(1, 1).standby(1, StandbyMode.HOT);
    MemberFixture[] members = {
      member(1).phase(Phase.BACKING_OFF).exited(), member(2).standby().phase(Phase.STARTING)
    };
    assertThat(kinds(outcome(members))).containsExactly(EventKind.STANDBY_MISSING);
    assertThat(kinds(outcome(members))).isEmpty();
  }

  @Test
  void holdsByHandAndReleases() {
    holds.add(
        new Overrides.Hold(
            id(2), Directive.ISOLATE, Optional.empty(), "a look", Actor.operator("anna")));
    ServiceOutcome outcome = outcome(member(1), member(2));
    assertThat(lines(outcome)).containsExactly("shop-1 serving run", "shop-2 serving isolate");
    assertThat(outcome.facts().getFirst().actor()).isEqualTo(Actor.operator("anna"));
    holds.clear();
    assertThat(decide(member(1), member(2).directive(Directive.ISOLATE).phase(Phase.HELD)))
        .containsExactly("shop-1 serving run", "shop-2 serving run");
  }

  @Test
  void restartsByHandOneAfterTheOther() {
    for (int k = 1; k <= 2; k++) {
      restarts.add(new Overrides.Restart(id(k), 2, false, "", Actor.operator("anna")));
    }
    ServiceOutcome outcome = outcome(member(1), member(2));
    assertThat(generations(outcome)).containsExactly(2L, 0L);
    assertThat(kinds(outcome)).containsExactly(EventKind.REMEDY_STARTED);
    assertThat(generations(outcome(member(1).minGeneration(2), member(2))))
        .as("waits for the first")
        .containsExactly(2L, 0L);
    assertThat(generations(outcome(member(1).minGeneration(2).generation(2), member(2))))
        .containsExactly(2L, 2L);
  }

  @Test
  void restartsAForcedServiceOneAtATimeToo() {
    spec.replicas(1, 1);
    restarts.add(new Overrides.Restart(id(1), 2, true, "", Actor.operator("anna")));
    assertThat(generations(outcome(member(1)))).containsExactly(2L);
  }

  @Test
  void countsARestartThatIsGrantedAndHasNotBegun() {
    spec.replicas(3, 3).standby(1, StandbyMode.HOT);
    ServiceOutcome outcome =
        outcome(
            member(1).minGeneration(2).liveFailing(),
            member(2).liveFailing(),
            member(3),
            member(4).standby());
    assertThat(generations(outcome)).containsExactly(2L, 0L, 0L, 0L);
  }

  @Test
  void doesNotLetWhatFailsAgainHoldUpItsOwnRestart() {
    ServiceOutcome outcome =
        outcome(
            member(1).phase(Phase.STARTING).generation(2).minGeneration(2).liveFailing(),
            member(2));
    assertThat(generations(outcome)).containsExactly(3L, 0L);
  }

  @Test
  void spacesRestartsThatDoNotHelp() {
    int restarted = 0;
    long generation = 1;
    for (int second = 0; second < 3_600; second++) {
      now = MonotonicTime.ZERO.plus(Duration.ofSeconds(second));
      ServiceOutcome outcome =
          outcome(
              member(1).generation(generation).minGeneration(generation).liveFailing(), member(2));
      if (generations(outcome).getFirst() > generation) {
        generation++;
        restarted++;
      }
    }
    assertThat(restarted).isBetween(10, 30);
  }

  @Test
  void doesNothingToFailingInstancesWhilePaused() {
    paused = true;
    ServiceOutcome outcome = outcome(member(1).liveFailing(), member(2).liveFailing());
    assertThat(generations(outcome)).containsExactly(0L, 0L);
    assertThat(outcome.facts()).isEmpty();
  }

  @Test
  void keepsItsCountWhilePausedButObeysTheOperator() {
    paused = true;
    memory = settled(2);
    scale =
        Optional.of(
            new Overrides.Scale(
                MemberFixture.SHOP, 3, Optional.empty(), "", Actor.operator("anna")));
    assertThat(decide(member(1), member(2))).hasSize(3);
  }

  @Test
  void isTheSameForTheSameView() {
    spec.replicas(3, 3).standby(1, StandbyMode.HOT);
    MemberFixture[] members = {member(1), member(2).phase(Phase.PARKED), member(4).liveFailing()};
    ServiceMemory before = memory;
    ServiceOutcome first = outcome(members);
    memory = before;
    assertThat(outcome(members)).isEqualTo(first);
  }

  private List<String> decide(MemberFixture... members) {
    return lines(outcome(members));
  }

  private ServiceOutcome outcome(MemberFixture... fixtures) {
    ServiceRevision revision = new ServiceRevision(1, spec.build());
    ServiceOutcome outcome =
        ServicePass.decide(
            new ServiceView(
                MemberFixture.SHOP,
                Optional.of(revision).filter(_ -> inFile),
                1,
                Optional.empty(),
                Stream.of(fixtures).map(MemberFixture::build).toList(),
                List.of(revision),
                unassigned,
                Optional.empty(),
                new ServiceOverrides(scale, paused, holds, restarts, Optional.empty()),
                List.of(NodeView.alone(MemberFixture.NODE)),
                caughtUp ? List.of(MemberFixture.NODE) : List.of(),
                promotions),
            memory,
            now);
    memory = outcome.memory();
    return outcome;
  }

  private ServiceMemory settled(int desired) {
    ServiceMemory empty = ServiceMemory.EMPTY;
    return new ServiceMemory(
        OptionalInt.of(desired),
        empty.scaling(),
        empty.rollout(),
        false,
        empty.liveRestarts(),
        List.of());
  }

  private static List<String> lines(ServiceOutcome outcome) {
    return outcome.entries().stream()
        .map(entry ->
            entry.assignment().id()
                + " "
                + entry.assignment().role().label()
                + " "
                + entry.assignment().directive().name().toLowerCase(Locale.ROOT))
        .toList();
  }

  private static List<Long> generations(ServiceOutcome outcome) {
    return outcome.entries().stream().map(entry -> entry.assignment().minGeneration()).toList();
  }

  private static List<EventKind> kinds(ServiceOutcome outcome) {
    return outcome.facts().stream().map(Fact::kind).toList();
  }

  private static InstanceId id(int number) {
    return new InstanceId(MemberFixture.SHOP, number);
  }
}
