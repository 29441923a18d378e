package io.mainstay.server.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.DrillReport;
import io.mainstay.model.state.DrillReport.Kind;
import io.mainstay.model.state.Operation;
import io.mainstay.ports.Drills;
import io.mainstay.server.drill.Breaker.Signal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DrillRunnerTest extends OnAServiceOfThree {
  @Test
  void measuresAKill() throws Exception {
    fixture.onSignal(Signal.KILL, () -> fixture.replaceVictimByStandby());

    DrillReport report = finish(accepted(request(Kind.KILL, false)));

    assertThat(fixture.sent()).containsExactly(Signal.KILL);
    assertThat(report.sent()).isGreaterThan(50);
    assertThat(report.failed()).isZero();
    assertThat(report.trafficOff()).isPresent();
    assertThat(report.standbyServing()).isPresent();
    assertThat(report.fullStrength()).isPresent();
    assertThat(fixture.events())
        .extracting(event -> event.kind())
        .containsSubsequence(EventKind.DRILL_STARTED, EventKind.DRILL_FINISHED);
    assertThat(fixture.events().getLast().cause()).contains(fixture.events().getFirst().cursor());
  }

  @Test
  void aHangEndsWithTheLoad() throws Exception {
    fixture.onSignal(Signal.STOP, () -> fixture.replaceVictimByStandby());

    finish(accepted(request(Kind.HANG, false)));

    assertThat(fixture.sent()).containsExactly(Signal.STOP, Signal.CONTINUE);
  }

  @Test
  void breaksNoProcessThatRunsOnAnotherMachine() {
    fixture.elsewhere();
    assertThat(runner.start(request(Kind.KILL, true), Actor.operator("test")))
        .isEqualTo(
            new CommandResult.Invalid(
                "shop: no serving instance with a process of this machine to break"));
  }

  @Test
  void closingMendsWhatHangs() throws Exception {
    Operation operation = accepted(request(Kind.HANG, false));
    await(() -> fixture.sent().contains(Signal.STOP));

    runner.close();

    await(() -> runner.operation(operation.id()).orElseThrow().state() == Operation.State.FAILED);
    assertThat(fixture.sent()).containsExactly(Signal.STOP, Signal.CONTINUE);
  }

  @Test
  void refusesASecondDrillMeanwhile() {
    accepted(request(Kind.HANG, false));

    assertThat(runner.start(request(Kind.KILL, true), Actor.operator("test")))
        .isInstanceOf(CommandResult.Refused.class);
  }

  @Test
  void refusesALossThatTheBudgetForbidsUnlessForced() {
    fixture.serving(1, 0);

    CommandResult refused = runner.start(request(Kind.HANG, false), Actor.operator("test"));

    assertThat(refused).isInstanceOf(CommandResult.Refused.class);
    assertThat(((CommandResult.Refused) refused).reason()).contains("below the floor of 1");
    assertThat(fixture.sent()).isEmpty();
    accepted(request(Kind.HANG, true));
  }

  @Test
  void refusesASecondLoss() {
    fixture.serving(2, 0);

    CommandResult refused = runner.start(request(Kind.KILL, false), Actor.operator("test"));

    assertThat(((CommandResult.Refused) refused).reason()).contains("2 of 3 unavailable");
  }

  @Test
  void saysWhatIsMissing() {
    Drills.Request unknown =
        new Drills.Request(
            new io.mainstay.model.ServiceName("nobody"),
            Kind.KILL,
            10,
            Duration.ofSeconds(2),
            false,
            "");
    assertThat(runner.start(unknown, Actor.SYSTEM)).isInstanceOf(CommandResult.NotFound.class);

    listener.removeContext("/healthz");
    assertThat(runner.start(request(Kind.KILL, false), Actor.SYSTEM))
        .isEqualTo(
            new CommandResult.Invalid(
                "shop: no good answer over its listener to GET / or /healthz"));
  }
}
