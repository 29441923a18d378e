package io.mainstay.decisions.remedy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.remedy.Arbitration.Limit;
import io.mainstay.decisions.remedy.Intent.Kind;
import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.ServiceSpec.DisruptionBudget;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GovernorTest {
  private static final ServiceName SHOP = new ServiceName("shop");

  private int desired = 3;
  private int serving = 3;
  private int cover;
  private int restarting;
  private boolean massFailure;
  private Amount maxUnavailable = new Amount.Count(1);
  private int floor = 1;

  @Test
  void grantsOneRestartAndLetsTheOthersWait() {
    Arbitration arbitration = rule(live(1, true), live(2, true), live(3, true));
    assertThat(arbitration.granted()).hasSize(1);
    assertThat(arbitration.refused())
        .allMatch(ruling -> ruling.limit().orElseThrow() == Limit.MAX_UNAVAILABLE);
  }

  @Test
  void countsWhatIsOutAlreadyForWhateverCause() {
    serving = 2;
    assertThat(rule(live(1, true)).granted()).isEmpty();
  }

  @Test
  void neverGoesBelowTheFloor() {
    desired = 1;
    serving = 1;
    assertThat(only(live(1, true)).limit()).contains(Limit.FLOOR);
    desired = 3;
    serving = 3;
    floor = 3;
    assertThat(only(live(1, true)).limit()).contains(Limit.FLOOR);
  }

  @Test
  void letsAReadyStandbyCover() {
    desired = 1;
    serving = 1;
    cover = 1;
    Arbitration arbitration = rule(intent(Kind.DRAIN, 1, true, false), live(2, true));
    assertThat(arbitration.rulings().get(0).granted()).isTrue();
    assertThat(arbitration.rulings().get(1).granted()).as("the cover is used up").isFalse();
  }

  @Test
  void restartsWhatServesNobodyEvenBelowTheFloor() {
    serving = 0;
    assertThat(only(live(1, false)).granted()).isTrue();
  }

  @Test
  void restartsNoMoreAtATimeThanMayBeOutEvenIfAllAre() {
    serving = 0;
    maxUnavailable = new Amount.Count(2);
    assertThat(rule(live(1, false), live(2, false), live(3, false)).granted()).hasSize(2);
    restarting = 2;
    assertThat(rule(live(3, false)).granted()).isEmpty();
  }

  @Test
  void restartsOneAtATimeInAMassFailure() {
    desired = 10;
    serving = 10;
    maxUnavailable = new Amount.Share(0.5);
    massFailure = true;
    Arbitration arbitration = rule(live(1, true), live(2, true));
    assertThat(arbitration.granted()).hasSize(1);
    assertThat(arbitration.refused().getFirst().limit()).contains(Limit.MASS_FAILURE);
  }

  @Test
  void takesAShareOfTheDesiredCount() {
    desired = 10;
    serving = 10;
    maxUnavailable = new Amount.Share(0.25);
    List<Intent> drains = new ArrayList<>();
    for (int k = 1; k <= 10; k++) {
      drains.add(intent(Kind.DRAIN, k, true, false));
    }
    assertThat(rule(drains.toArray(Intent[]::new)).granted()).hasSize(3);
  }

  @Test
  void obeysForceAndRecordsWhatItOverrules() {
    desired = 1;
    serving = 1;
    Arbitration.Ruling ruling = only(intent(Kind.DRAIN, 1, true, true));
    assertThat(ruling.granted()).isTrue();
    assertThat(ruling.overruled()).isTrue();
    assertThat(ruling.evidence()).containsEntry("limit", "floor");
  }

  @Test
  void countsAForcedActAgainstTheNext() {
    assertThat(
            rule(intent(Kind.DRAIN, 1, true, true), intent(Kind.DRAIN, 2, true, false)).granted())
        .hasSize(1);
  }

  @Test
  void letsSurplusGo() {
    desired = 2;
    serving = 4;
    assertThat(rule(in(1), in(2)).granted()).hasSize(2);
    serving = 2;
    desired = 2;
    cover = 0;
    maxUnavailable = new Amount.Count(0);
    assertThat(rule(in(1)).granted()).isEmpty();
  }

  @Test
  void updatesTheOnlyOneInItsPlace() {
    desired = 1;
    serving = 1;
    assertThat(only(intent(Kind.UPDATE_IN_PLACE, 1, true, false)).granted()).isTrue();
    desired = 3;
    serving = 1;
    assertThat(only(intent(Kind.UPDATE_IN_PLACE, 1, true, false)).granted()).isFalse();
  }

  @Test
  void runsTheOnlyOneAnewWithItsGroupAndNeverSeveral() {
    desired = 1;
    serving = 1;
    assertThat(only(intent(Kind.GROUP_RESTART, 1, true, false)).granted()).isTrue();
    desired = 2;
    serving = 2;
    floor = 2;
    assertThat(only(intent(Kind.GROUP_RESTART, 1, true, false)).granted()).isFalse();
  }

  @Test
  void saysTheNumbersBehindEachRuling() {
    assertThat(only(live(1, true)).evidence())
        .containsKeys("wanted", "desired", "serving", "max-unavailable", "floor");
  }

  @Test
  void neverTakesMoreThanTheBudgetWhateverIsAsked() {
    SplittableRandom random = new SplittableRandom(5);
    for (int seed = 0; seed < 2_000; seed++) {
      desired = random.nextInt(1, 8);
      serving = random.nextInt(0, desired + 2);
      cover = random.nextInt(0, 2);
      floor = random.nextInt(0, desired + 1);
      maxUnavailable = new Amount.Count(random.nextInt(0, 4));
      List<Intent> intents = new ArrayList<>();
      for (int k = 1; k <= serving; k++) {
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        boolean held = kind == Kind.UPDATE_IN_PLACE || (kind == Kind.GROUP_RESTART && desired == 1);
        intents.add(intent(held ? Kind.DRAIN : kind, k, true, false));
      }
      int left = serving + cover - rule(intents.toArray(Intent[]::new)).granted().size();
      if (left < serving + cover) {
        assertThat(left).isGreaterThanOrEqualTo(Math.min(floor, desired));
        assertThat(desired - left).isLessThanOrEqualTo(maxUnavailable.of(desired, 0));
      }
    }
  }

  @Test
  void freezesAboveAHalfAndThawsAtAQuarter() {
    assertThat(MassFailure.holds(false, 2, 4)).isFalse();
    assertThat(MassFailure.holds(false, 3, 4)).isTrue();
    assertThat(MassFailure.holds(true, 2, 4)).isTrue();
    assertThat(MassFailure.holds(true, 1, 4)).isFalse();
    assertThat(MassFailure.holds(false, 1, 1)).isFalse();
  }

  private Arbitration rule(Intent... intents) {
    return Governor.arbitrate(
        List.of(intents),
        new BudgetFacts(
            desired,
            serving,
            cover,
            restarting,
            massFailure,
            new DisruptionBudget(maxUnavailable, floor),
            new LinkedHashMap<>()));
  }

  private Arbitration.Ruling only(Intent intent) {
    return rule(intent).rulings().getFirst();
  }

  private static Intent live(int number, boolean takesTraffic) {
    return intent(Kind.LIVE_RESTART, number, takesTraffic, false);
  }

  private static Intent in(int number) {
    return intent(Kind.SCALE_IN, number, true, false);
  }

  private static Intent intent(Kind kind, int number, boolean takesTraffic, boolean force) {
    return new Intent(kind, new InstanceId(SHOP, number), takesTraffic, force, Actor.SYSTEM, "why");
  }
}
