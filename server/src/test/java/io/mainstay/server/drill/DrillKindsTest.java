package io.mainstay.server.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.Verdict;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.DrillReport;
import io.mainstay.model.state.DrillReport.Kind;
import io.mainstay.model.state.Operation;
import io.mainstay.ports.Drills;
import io.mainstay.ports.Prober;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What can be broken besides an instance, and what is kept of it; each takes some seconds. */
@Tag("integration")
class DrillKindsTest extends OnAServiceOfThree {
  @Test
  void aCheckThatLiesTellsTheTruthAfterwards() throws Exception {
    Operation operation = accepted(request(Kind.CHECK, false));
    await(() -> outcome() == Prober.Outcome.FAIL);
    DrillReport report = finish(operation);
    assertThat(outcome()).isEqualTo(Prober.Outcome.PASS);
    assertThat(report.recovery()).isPresent();
    assertThat(report.moments()).extracting(DrillReport.Moment::what).contains("mended");
  }

  /** Of any of the three. */
  private Prober.Outcome outcome() {
    List<Prober.Outcome> outcomes = new ArrayList<>();
    for (int number = 1; number <= 3; number++) {
      fixture
          .checks()
          .probe(
              new Prober.Request(
                  new InstanceId(DrillFixture.SHOP, number),
                  new Checks.Probe.Tcp(Optional.empty(), Optional.empty()),
                  Optional.empty(),
                  folder,
                  new LinkedHashMap<>(),
                  Duration.ofSeconds(1)),
              result -> outcomes.add(result.outcome()));
    }
    return outcomes.contains(Prober.Outcome.FAIL) ? Prober.Outcome.FAIL : Prober.Outcome.PASS;
  }

  @Test
  void promotesAStandbyWithoutBreakingAnything() throws Exception {
    DrillReport report = finish(accepted(request(Kind.PROMOTE, false)));
    assertThat(report.victim()).isEqualTo("shop-4");
    assertThat(report.failed()).isZero();
    assertThat(report.recovery()).isPresent();
    assertThat(fixture.sent()).isEmpty();
    assertThat(report.moments())
        .extracting(DrillReport.Moment::what)
        .contains("standby-promoted shop-4");
  }

  @Test
  void breaksTheBusinessAsTheFileSaysAndMendsIt() throws Exception {
    fixture.onCommand("break-it", () -> fixture.verdict(Verdict.DIVERTED));
    fixture.onCommand("mend-it", () -> fixture.verdict(Verdict.HEALTHY));
    Drills.Request request =
        runner.described(DrillFixture.SHOP, "lose-orders", false, "a test").orElseThrow();
    DrillReport report = finish(accepted(request));
    assertThat(fixture.commands()).containsExactly("break-it", "mend-it");
    assertThat(report.recovery()).isPresent();
    assertThat(runner.history())
        .singleElement()
        .satisfies(drill -> {
          assertThat(drill.name()).contains("lose-orders");
          assertThat(drill.passed()).isTrue();
        });
    assertThat(runner.start(request(Kind.BUSINESS, false), Actor.SYSTEM))
        .isInstanceOf(CommandResult.Invalid.class);
  }

  @Test
  void saysLoudlyThatItCouldNotMendWhatItBroke() {
    fixture.fails("mend-it");
    accepted(runner.described(DrillFixture.SHOP, "lose-orders", false, "").orElseThrow());
    await(() -> !runner.history().isEmpty());
    assertThat(runner.history().getFirst().passed()).isFalse();
    assertThat(fixture.events().getLast().kind()).isEqualTo(EventKind.DRILL_FINISHED);
    assertThat(fixture.events().getLast().reason())
        .isEqualTo("the drill did not pass: mend: exit code 7: no such host");
  }

  @Test
  void mendsTheBusinessWhenTheServerEnds() throws Exception {
    Operation operation =
        accepted(runner.described(DrillFixture.SHOP, "lose-orders", false, "").orElseThrow());
    await(() -> fixture.commands().contains("break-it"));
    runner.close();
    await(() -> runner.operation(operation.id()).orElseThrow().state() == Operation.State.FAILED);
    assertThat(fixture.commands()).containsExactly("break-it", "mend-it");
  }

  @Test
  void theNextServerMendsWhatOneBrokeThatWasKilled() throws Exception {
    accepted(runner.described(DrillFixture.SHOP, "lose-orders", false, "").orElseThrow());
    await(() -> fixture.commands().contains("break-it"));
    Path copy = Files.createDirectory(folder.resolve("copy"));
    Files.copy(folder.resolve("drill-open.json"), copy.resolve("drill-open.json"));
    DrillFixture next = new DrillFixture(listener.getAddress().getPort(), copy);
    try (DrillRunner second = next.runner()) {
      second.mendWhatIsLeft();
      await(() -> !second.history().isEmpty());
      assertThat(next.commands()).containsExactly("mend-it");
      assertThat(second.history().getFirst().passed()).isFalse();
      assertThat(second.history().getFirst().message()).contains("killed half-way", "mended now");
    }
    assertThat(copy.resolve("drill-open.json")).doesNotExist();
  }

  @Test
  void whatWasDrilledIsKnownToTheNextServerThoughALineIsTorn() throws Exception {
    finish(accepted(request(Kind.PROMOTE, false)));
    Files.writeString(folder.resolve("drills.jsonl"), "{\"id\":\"dri", StandardOpenOption.APPEND);
    assertThat(fixture.runner().history()).hasSize(1);
    finish(accepted(request(Kind.PROMOTE, false)));
    assertThat(fixture.runner().history()).hasSize(2);
  }

  @Test
  void aDrillOfTheFileComesByItselfOnceItIsDue() {
    runner.beginWhatIsDue();
    assertThat(runner.planned())
        .singleElement()
        .satisfies(one -> assertThat(one.against()).contains("it is not due"));
    fixture.later(Duration.ofDays(8));
    runner.beginWhatIsDue();
    await(() -> !runner.history().isEmpty());
    assertThat(fixture.events().getFirst().actor()).isEqualTo(Actor.SCHEDULE);
  }
}
