package io.mainstay.decisions.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Role;
import io.mainstay.testkit.ServiceFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlanDeciderTest {
  private final List<Assignment> running = new ArrayList<>();
  private final List<Overrides.Scale> scales = new ArrayList<>();

  @Test
  void namesEachInstanceThatStarts() {
    assertThat(plan(deployment(), deployment(service().replicas(2, 2).standby(1, StandbyMode.HOT))))
        .containsExactly("START shop-1", "START shop-2", "START shop-3");
  }

  @Test
  void isEmptyWhenNothingDiffers() {
    running(1, 2);
    assertThat(plan(deployment(service().replicas(2, 2)), deployment(service().replicas(2, 2))))
        .isEmpty();
  }

  @Test
  void replacesWhatIsMadeOfSomethingElse() {
    running(1, 3);
    assertThat(
            plan(
                deployment(service().replicas(2, 2)),
                deployment(service().run("other").replicas(2, 2))))
        .containsExactly("REPLACE shop-1", "REPLACE shop-3");
  }

  @Test
  void stopsWhatIsNoLongerWanted() {
    running(1, 2, 3);
    assertThat(plan(deployment(service().replicas(3, 3)), deployment(service().replicas(1, 1))))
        .containsExactly("RECONFIGURE shop", "STOP shop-2", "STOP shop-3");
    assertThat(plan(deployment(service().replicas(3, 3)), deployment()))
        .containsExactly("STOP shop-1", "STOP shop-2", "STOP shop-3");
  }

  @Test
  void keepsWhatRunsWithinARange() {
    running(1, 2, 3);
    assertThat(plan(deployment(service().replicas(1, 9)), deployment(service().replicas(1, 9))))
        .isEmpty();
    assertThat(plan(deployment(service().replicas(1, 9)), deployment(service().replicas(4, 9))))
        .containsExactly("RECONFIGURE shop", "START shop-4");
  }

  @Test
  void tellsOfListeners() {
    Deployment before = deployment(listener("a", 80), listener("b", 81), listener("c", 82));
    Deployment after = deployment(listener("a", 80), listener("b", 91), listener("d", 83));
    assertThat(plan(before, after))
        .containsExactly("CHANGE_LISTENER b", "OPEN_LISTENER d", "CLOSE_LISTENER c");
  }

  @Test
  void saysWhichKeysDiffer() {
    running(1);
    assertThat(
            PlanDecider.plan(
                    deployment(service()), deployment(service().run("x")), running, List.of())
                .steps())
        .extracting(step -> step.reason())
        .containsExactly("differs: run");
  }

  @Test
  void keepsACountByHand() {
    running(1, 2, 3, 4);
    scales.add(
        new Overrides.Scale(
            new ServiceName("shop"), 4, Optional.empty(), "", Actor.operator("anna")));
    assertThat(plan(deployment(service().replicas(2, 2)), deployment(service().replicas(2, 2))))
        .isEmpty();
  }

  private List<String> plan(Deployment before, Deployment after) {
    return PlanDecider.plan(before, after, running, scales).steps().stream()
        .map(step ->
            step.action()
                + " "
                + step.instance()
                    .map(Object::toString)
                    .or(step::listener)
                    .or(() -> step.service().map(Object::toString))
                    .orElse(""))
        .toList();
  }

  private void running(int... numbers) {
    for (int number : numbers) {
      running.add(
          new Assignment(
              new InstanceId(new ServiceName("shop"), number),
              1,
              Role.SERVING,
              Directive.RUN,
              0,
              "",
              Actor.SYSTEM,
              Optional.empty()));
    }
  }

  private static ServiceFixture service() {
    return ServiceFixture.service("shop");
  }

  private static Deployment deployment(ServiceFixture... services) {
    return new Deployment(
        Path.of("/srv"), List.of(services).stream().map(ServiceFixture::build).toList(), List.of());
  }

  private static Deployment deployment(ListenerSpec... listeners) {
    return new Deployment(Path.of("/srv"), List.of(), List.of(listeners));
  }

  private static Deployment deployment() {
    return Deployment.empty(Path.of("/srv"));
  }

  private static ListenerSpec listener(String name, int port) {
    return new ListenerSpec(
        name,
        new Address("127.0.0.1", port),
        ListenerSpec.Protocol.HTTP,
        Optional.empty(),
        new ListenerSpec.Limits(1, 1, Duration.ZERO, Duration.ZERO, 1),
        List.of());
  }
}
