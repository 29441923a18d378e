package io.mainstay.decisions.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.drill.DrillSchedule.Planned;
import io.mainstay.model.Actor;
import io.mainstay.model.ServiceName;
import io.mainstay.model.Verdict;
import io.mainstay.model.spec.DrillSpec;
import io.mainstay.model.spec.Window;
import io.mainstay.model.state.DrillRecord;
import io.mainstay.model.state.DrillReport;
import io.mainstay.model.state.PlannedDrill;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DrillScheduleTest {
  private static final ServiceName SHOP = new ServiceName("shop");

  /** A Sunday at three in the morning. */
  private static final Instant SUNDAY = Instant.parse("2026-11-22T03:00:00Z");

  private final List<DrillRecord> history = new ArrayList<>();
  private Optional<Window> window = Optional.empty();
  private Verdict verdict = Verdict.HEALTHY;
  private boolean paused;
  private boolean running;
  private long budget = 100;

  private Planned planned(String name) {
    DrillSpec drill =
        new DrillSpec(
            name,
            DrillReport.Kind.KILL,
            List.of(),
            List.of(),
            Optional.empty(),
            50,
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            0.01,
            Optional.of(Duration.ofDays(7)),
            window,
            budget,
            false);
    return new Planned(SHOP, drill, verdict, paused, SUNDAY.minus(Duration.ofDays(8)));
  }

  private void was(String name, Duration ago, boolean passed, long failed) {
    DrillReport report =
        new DrillReport(
            SHOP,
            DrillReport.Kind.KILL,
            "shop-1",
            1000,
            failed,
            List.of(),
            Duration.ZERO,
            Duration.ZERO,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    history.add(
        new DrillRecord(
            "drill-1",
            SUNDAY.minus(ago),
            new Actor("schedule"),
            SHOP,
            DrillReport.Kind.KILL,
            Optional.of(name),
            passed,
            "",
            Optional.of(report)));
  }

  private Optional<String> against(Instant now) {
    return DrillSchedule.decide(List.of(planned("kill-one")), history, running, now)
        .getFirst()
        .against();
  }

  @Test
  void comesOnceItIsDueAndNothingSpeaksAgainstIt() {
    assertThat(against(SUNDAY)).isEmpty();
    assertThat(against(SUNDAY.minus(Duration.ofDays(2)))).contains("it is not due");
    was("kill-one", Duration.ofDays(6), true, 0);
    assertThat(against(SUNDAY)).contains("it is not due");
    assertThat(against(SUNDAY.plus(Duration.ofDays(1)))).isEmpty();
  }

  @Test
  void comesInItsWindowOnlyAndEndsInIt() {
    window = Window.parse("Sat,Sun 02:00-05:00");
    assertThat(against(SUNDAY)).isEmpty();
    assertThat(against(SUNDAY.plus(Duration.ofHours(2))))
        .contains("its window is closed: Sat,Sun 02:00-05:00 UTC");
    assertThat(against(SUNDAY.plus(Duration.ofMinutes(119)).plusSeconds(50)))
        .contains("its window closes before it would end");
    assertThat(against(SUNDAY.plus(Duration.ofDays(1)))).isPresent();
  }

  @Test
  void waitsWhileTheServiceIsNotWell() {
    verdict = Verdict.DEGRADED;
    assertThat(against(SUNDAY)).contains("shop is degraded");
    verdict = Verdict.HEALTHY;
    paused = true;
    assertThat(against(SUNDAY)).contains("automation of shop is paused");
  }

  @Test
  void waitsForOthersAndAWhileAfterThem() {
    running = true;
    assertThat(against(SUNDAY)).contains("another drill runs");
    running = false;
    was("other", Duration.ofMinutes(9), true, 0);
    assertThat(against(SUNDAY)).contains("another drill ended a short time ago");
  }

  @Test
  void staysAwayOnceItFailedUntilItPassesByHand() {
    was("kill-one", Duration.ofDays(8), false, 0);
    assertThat(against(SUNDAY)).contains("it failed the last time: run it by hand until it passes");
    history.clear();
    was("kill-one", Duration.ofDays(7), true, 0);
    was("kill-one", Duration.ofDays(8), false, 0);
    assertThat(against(SUNDAY)).isEmpty();
  }

  @Test
  void waitsWhileTheBudgetOfAMonthIsUsedUp() {
    was("other", Duration.ofDays(29), true, 60);
    was("another", Duration.ofDays(29), true, 41);
    assertThat(against(SUNDAY).orElseThrow()).contains("have cost 101 requests within 30 days");
    assertThat(against(SUNDAY.plus(Duration.ofDays(2)))).isEmpty();
    history.clear();
    budget = 0;
    assertThat(against(SUNDAY)).isEmpty();
    was("other", Duration.ofDays(1), true, 1);
    assertThat(against(SUNDAY)).isPresent();
  }

  @Test
  void onlyOneComesAtATime() {
    was("second", Duration.ofDays(9), true, 0);
    List<PlannedDrill> rulings =
        DrillSchedule.decide(
            List.of(planned("first"), planned("second"), planned("third")), history, false, SUNDAY);
    assertThat(rulings)
        .filteredOn(one -> one.against().isEmpty())
        .extracting(PlannedDrill::name)
        .containsExactly("second");
    assertThat(rulings.getFirst().against()).contains("another drill is overdue for longer");
  }

  @Test
  void aWindowOverMidnightBelongsToTheDayOnWhichItOpens() {
    Window late = Window.parse("Sat 22:00-04:00 UTC").orElseThrow();
    assertThat(late.closes(SUNDAY)).contains(SUNDAY.plus(Duration.ofHours(1)));
    assertThat(late.closes(SUNDAY.plus(Duration.ofHours(20)))).isEmpty();
    assertThat(Window.parse("Mon-Fri 02:00-03:00 Mars/Olympus")).isEmpty();
    assertThat(Window.parse("Son 02:00-03:00")).isEmpty();
    assertThat(Window.parse("Fri-Mon 02:00-03:00").orElseThrow().describe())
        .isEqualTo("Mon,Fri,Sat,Sun 02:00-03:00 UTC");
  }
}
