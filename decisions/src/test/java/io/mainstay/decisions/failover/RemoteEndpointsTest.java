package io.mainstay.decisions.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RemoteEndpointsTest {
  private static final NodeName NODE = new NodeName("n2");
  private static final InstanceId ID = new InstanceId(new ServiceName("shop"), 1);
  private static final Address ADDRESS = new Address("10.0.0.2", 20001);

  private static Observed observed(Phase phase) {
    return new Observed(
        NODE,
        1,
        List.of(
            new ObservedInstance(
                ID,
                NODE,
                4,
                1,
                Role.SERVING,
                phase,
                false,
                OptionalLong.of(7),
                Optional.of(ADDRESS),
                Instant.EPOCH,
                3,
                Optional.empty(),
                "",
                0.25)));
  }

  private static Optional<Assignments> wanted(Role role, Directive directive) {
    return Optional.of(
        new Assignments(
            NODE,
            1,
            List.of(),
            List.of(
                new Assignment(ID, 1, role, directive, 0, "", Actor.SYSTEM, Optional.empty()))));
  }

  private static Endpoint one(Phase phase, Optional<Assignments> wanted, boolean present) {
    List<Endpoint> all = RemoteEndpoints.of(observed(phase), wanted, present);
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  @Test
  void aReadyOneTakesTrafficInTheRoleThatTheControllerGave() {
    Endpoint endpoint = one(Phase.READY, wanted(Role.STANDBY, Directive.RUN), true);
    assertThat(endpoint)
        .isEqualTo(
            new Endpoint(ID, NODE, 4, Role.STANDBY, Readiness.READY, Optional.of(ADDRESS), 0.25));
  }

  @Test
  void oneThatExitedIsAwaitedUnderItsNumberSinceAFailedStartMayUseItAgain() {
    Endpoint endpoint = one(Phase.BACKING_OFF, wanted(Role.SERVING, Directive.RUN), true);
    assertThat(endpoint.readiness()).isEqualTo(Readiness.STARTING);
    assertThat(endpoint.generation()).isEqualTo(4);
  }

  @Test
  void oneThatExitedAndGoesIsNotAwaited() {
    Endpoint endpoint = one(Phase.BACKING_OFF, wanted(Role.SERVING, Directive.REMOVE), true);
    assertThat(endpoint.readiness()).isEqualTo(Readiness.OUT);
  }

  @Test
  void aNodeThatIsAwayKeepsItsTraffic() {
    Endpoint endpoint = one(Phase.READY, wanted(Role.SERVING, Directive.RUN), false);
    assertThat(endpoint.readiness()).isEqualTo(Readiness.READY);
  }

  @Test
  void whatWasReplacedElsewhereLosesItWhileItsNodeIsAway() {
    assertThat(one(Phase.READY, wanted(Role.SERVING, Directive.REMOVE), false).readiness())
        .isEqualTo(Readiness.OUT);
    assertThat(one(Phase.READY, wanted(Role.SERVING, Directive.REMOVE), true).readiness())
        .isEqualTo(Readiness.READY);
  }

  @Test
  void aStandbyOfANodeThatIsAwayFollowsNobody() {
    assertThat(one(Phase.READY, wanted(Role.STANDBY, Directive.RUN), false).readiness())
        .isEqualTo(Readiness.OUT);
    assertThat(one(Phase.FROZEN, wanted(Role.STANDBY, Directive.RUN), false).readiness())
        .isEqualTo(Readiness.OUT);
    assertThat(one(Phase.READY, wanted(Role.STANDBY, Directive.RUN), true).readiness())
        .isEqualTo(Readiness.READY);
  }

  @Test
  void everyPhaseHasAReadiness() {
    for (Phase phase : Phase.values()) {
      Endpoint endpoint = one(phase, wanted(Role.SERVING, Directive.RUN), true);
      assertThat(endpoint.readiness() == Readiness.READY).isEqualTo(phase == Phase.READY);
    }
  }
}
