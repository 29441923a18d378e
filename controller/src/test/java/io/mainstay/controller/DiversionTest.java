package io.mainstay.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Actor;
import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.ServiceName;
import io.mainstay.model.Verdict;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Explanation;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.Overrides.Diversion;
import io.mainstay.model.state.Status;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiversionTest extends ControllerWorld {
  private static final ServiceName LITE = new ServiceName("lite");

  @Test
  void divertsToTheFallbackAndRestores() {
    deploy();
    Operation operation = accepted(divert("", 1, Optional.empty()));
    run(2);
    assertThat(operation(operation)).isEqualTo(Operation.State.DONE);
    assertThat(coordinator.state().overrides().diversions())
        .containsExactly(
            new Diversion(SHOP, Optional.empty(), 1, Optional.empty(), "orders are lost", ANNA));
    assertThat(shop().verdict()).isEqualTo(Verdict.DIVERTED);
    assertThat(shop().reason())
        .isEqualTo("all requests go to lite, by operator:anna: orders are lost; 2 of 2 serve");
    assertThat(shop().diverted())
        .contains(new Status.Diverted("lite", 1, true, Optional.empty(), ANNA, "orders are lost"));
    Event diverted = events(EventKind.DIVERTED).getFirst();
    assertThat(diverted.actor()).isEqualTo(ANNA);
    assertThat(diverted.reason()).isEqualTo("all requests go to lite, by hand: orders are lost");
    assertThat(diverted.evidence()).containsEntry("to", "lite").containsEntry("share", "1.0");
    Explanation explanation = controller.explain("shop").orElseThrow();
    assertThat(explanation.state()).isEqualTo("diverted");
    assertThat(explanation.findings())
        .anyMatch(finding ->
            finding.decider().equals("diversion")
                && finding.evidence().get("named-by").equals("fallback of the file"));

    accepted(new Command.Restore(SHOP, "mended"));
    run(2);
    assertThat(coordinator.state().overrides().diversions()).isEmpty();
    assertThat(shop().verdict()).isEqualTo(Verdict.HEALTHY);
    assertThat(events(EventKind.RESTORED).getFirst().reason())
        .isEqualTo("requests go to shop again, by hand: mended");
    assertThat(result(new Command.Restore(SHOP, "")))
        .isEqualTo(new CommandResult.Invalid("shop is not diverted"));
  }

  @Test
  void endsByItsTime() {
    deploy();
    accepted(divert("lite", 0.5, Optional.of(Duration.ofMinutes(1))));
    run(2);
    assertThat(shop().verdict()).isEqualTo(Verdict.DIVERTED);
    assertThat(shop().reason()).startsWith("50% of the requests go to lite until ");
    run(65);
    assertThat(shop().verdict()).isEqualTo(Verdict.HEALTHY);
    assertThat(coordinator.state().overrides().diversions()).isEmpty();
    Event restored = events(EventKind.RESTORED).getFirst();
    assertThat(restored.actor()).isEqualTo(Actor.SCHEDULE);
    assertThat(restored.reason()).isEqualTo("requests go to the service again: its time is over");
  }

  @Test
  void endsWithTheServiceThatItLeadsTo() {
    deploy();
    accepted(divert("", 1, Optional.empty()));
    apply(Specs.deployment(Specs.of("shop").replicas(2)));
    run(3);
    assertThat(coordinator.state().overrides().diversions()).isEmpty();
    assertThat(events(EventKind.RESTORED).getFirst().reason()).contains("shop has no fallback");
  }

  @Test
  void outlivesAnApplyThatKeepsBoth() {
    deploy();
    accepted(divert("", 1, Optional.empty()));
    apply(
        Specs.deployment(
            Specs.of("shop").replicas(3).fallback("lite"), Specs.of("lite"), Specs.of("bare")));
    run(3);
    assertThat(coordinator.state().overrides().diversions()).hasSize(1);
    assertThat(shop().verdict()).isEqualTo(Verdict.DIVERTED);
    accepted(new Command.Resume(Optional.empty(), ""));
    run(2);
    assertThat(shop().verdict()).isEqualTo(Verdict.DIVERTED);
  }

  @Test
  void isRefusedWhereItCannotBe() {
    deploy();
    assertThat(result(divert(new ServiceName("gone"), "", 1)))
        .isEqualTo(new CommandResult.NotFound("service gone"));
    assertThat(result(divert(new ServiceName("bare"), "", 1)))
        .isEqualTo(new CommandResult.Invalid("bare has no fallback, so somewhere must be named"));
    assertThat(result(divert(SHOP, "gone", 1)))
        .isEqualTo(new CommandResult.Invalid("there is no service gone"));
    accepted(divert(LITE, "bare", 1));
    assertThat(result(divert(new ServiceName("bare"), "lite", 1)))
        .isEqualTo(new CommandResult.Invalid("requests would go in a circle: bare → lite → bare"));
  }

  @Test
  void isRefusedWhereNobodyIsReadyUnlessForced() {
    apply(Specs.deployment(Specs.of("shop").replicas(2).fallback("lite"), Specs.of("lite")));
    run(3);
    accepted(
        new Command.Isolate(
            controller.status().services().getLast().instances().getFirst().id(),
            Optional.empty(),
            true,
            ""));
    run(3);
    assertThat(result(divert("", 1, Optional.empty()))).isInstanceOf(CommandResult.Refused.class);
    accepted(divert("", 0.5, Optional.empty()));
    run(2);
    assertThat(shop().verdict()).isEqualTo(Verdict.HEALTHY);
    assertThat(shop().reason()).contains("where nobody is ready");
    accepted(new Command.Divert(SHOP, Optional.empty(), 1, Optional.empty(), true, ""));
    run(2);
    assertThat(shop().verdict()).isEqualTo(Verdict.DOWN);
    assertThat(coordinator.state().overrides().diversions()).hasSize(1);
  }

  @Test
  void keepsTheCountWhileAllRequestsGoElsewhere() {
    apply(
        Specs.deployment(
            Specs.of("shop").replicas(1, 6).downDelay(Duration.ofSeconds(30)).fallback("lite"),
            Specs.of("lite")));
    run(3);
    fleet.load.put(SHOP, 40);
    run(20);
    assertThat(shop().desired()).isEqualTo(3);
    accepted(divert("", 1, Optional.empty()));
    fleet.load.put(SHOP, 0);
    run(180);
    assertThat(shop().desired()).isEqualTo(3);
    accepted(new Command.Restore(SHOP, ""));
    run(180);
    assertThat(shop().desired()).isEqualTo(1);
  }

  private void deploy() {
    apply(
        Specs.deployment(
            Specs.of("shop").replicas(2).fallback("lite"), Specs.of("lite"), Specs.of("bare")));
    run(3);
    assertThat(shop().verdict()).isEqualTo(Verdict.HEALTHY);
  }

  private static Command divert(String to, double share, Optional<Duration> duration) {
    return new Command.Divert(
        SHOP,
        Optional.of(to).filter(name -> !name.isEmpty()).map(ServiceName::new),
        share,
        duration,
        false,
        "orders are lost");
  }

  private static Command divert(ServiceName service, String to, double share) {
    return new Command.Divert(
        service,
        Optional.of(to).filter(name -> !name.isEmpty()).map(ServiceName::new),
        share,
        Optional.empty(),
        false,
        "");
  }
}
