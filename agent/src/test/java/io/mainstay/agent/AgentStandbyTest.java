package io.mainstay.agent;

import static io.mainstay.testkit.ServiceFixture.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AgentStandbyTest {
  private static final InstanceId SHOP_1 = AgentWorld.id("shop-1");
  private static final InstanceId SHOP_2 = AgentWorld.id("shop-2");

  private final AgentWorld world = new AgentWorld();

  private void pair(StandbyMode mode) {
    world.service(1, service("shop").standby(1, mode).build());
    world.serving("shop-1").standby("shop-2").assign();
    world.await("shop-1", Phase.READY);
  }

  @Test
  void publishesAHotStandbyAsReadyBehindTheServingOnes() {
    pair(StandbyMode.HOT);
    world.await("shop-2", Phase.READY);
    assertThat(world.traffic.endpoint(SHOP_2).orElseThrow().role()).isEqualTo(Role.STANDBY);
    assertThat(world.traffic.isReady(SHOP_2)).isTrue();
    world.serving("shop-2").standby("shop-1").assign();
    world.time.settle();
    assertThat(world.traffic.endpoint(SHOP_2).orElseThrow().role()).isEqualTo(Role.SERVING);
    assertThat(world.machine.starts(SHOP_2)).isEqualTo(1);
  }

  @Test
  void thawsAWarmStandbyWithinMillisecondsOfTheGatewaysWish() {
    pair(StandbyMode.WARM);
    assertThat(world.await("shop-2", Phase.FROZEN)).isTrue();
    assertThat(world.await(() -> world.machine.process(SHOP_2).orElseThrow().isFrozen())).isTrue();
    assertThat(world.traffic.endpoint(SHOP_2).orElseThrow().readiness())
        .isEqualTo(Readiness.FROZEN);
    world.machine.kill(SHOP_1);
    world.agent.thawStandby(SHOP_1.service(), "shop-1 has exited");
    world.runFor(Duration.ofMillis(5));
    assertThat(world.traffic.isReady(SHOP_2)).isTrue();
    assertThat(world.machine.process(SHOP_2).orElseThrow().isFrozen()).isFalse();
    world.await("shop-1", Phase.READY);
    assertThat(world.await("shop-2", Phase.FROZEN)).as("not needed any more").isTrue();
    world.machine.kill(SHOP_1);
    world.agent.thawStandby(SHOP_1.service(), "shop-1 has exited again");
    world.runFor(Duration.ofMillis(5));
    assertThat(world.traffic.isReady(SHOP_2)).as("once more").isTrue();
    assertThat(world.machine.violations()).isEmpty();
  }

  @Test
  void thawsTheNextOneForTheNextWish() {
    world.service(1, service("shop").standby(2, StandbyMode.WARM).build());
    world.standby("shop-1").standby("shop-2").assign();
    world.await("shop-1", Phase.FROZEN);
    world.await("shop-2", Phase.FROZEN);
    world.agent.thawStandby(SHOP_1.service(), "one has failed");
    world.agent.thawStandby(SHOP_1.service(), "another has failed");
    world.runFor(Duration.ofMillis(5));
    assertThat(world.traffic.isReady(SHOP_1)).isTrue();
    assertThat(world.traffic.isReady(SHOP_2)).isTrue();
  }

  @Test
  void rehearsesAFrozenStandby() {
    pair(StandbyMode.WARM);
    world.await("shop-2", Phase.FROZEN);
    world.runFor(Duration.ofMinutes(6));
    assertThat(world.count(EventKind.STANDBY_REHEARSED)).isEqualTo(1);
    assertThat(world.machine.process(SHOP_2).orElseThrow().isFrozen()).isTrue();
    assertThat(world.machine.starts(SHOP_2)).isEqualTo(1);
  }

  @Test
  void restartsAStandbyThatFailsItsRehearsal() {
    pair(StandbyMode.WARM);
    world.await("shop-2", Phase.FROZEN);
    world.machine.process(SHOP_2).orElseThrow().hang(true);
    world.runFor(Duration.ofMinutes(6));
    assertThat(world.machine.starts(SHOP_2)).isEqualTo(2);
    assertThat(world.phase("shop-2")).isEqualTo(Phase.FROZEN);
    assertThat(world.machine.violations()).as("thawed before the signal").isEmpty();
  }

  @Test
  void thawsWhatItTakesOverIfTheDiskDidNotTakeTheNoteThatItIsFrozen() {
    pair(StandbyMode.WARM);
    world.await("shop-2", Phase.READY);
    world.journal.fail("no space left on device");
    assertThat(world.await(() -> world.machine.process(SHOP_2).orElseThrow().isFrozen())).isTrue();
    world.journal.recover();
    world.standby("shop-1").serving("shop-2").assign();
    world.restart();
    assertThat(world.await(() -> world.traffic.isReady(SHOP_2))).isTrue();
    assertThat(world.machine.process(SHOP_2).orElseThrow().isFrozen()).isFalse();
  }

  @Test
  void keepsAStandbyHotWhereNothingCanBeFrozen() {
    world.machine.canFreeze(false);
    pair(StandbyMode.WARM);
    world.runFor(Duration.ofSeconds(5));
    assertThat(world.phase("shop-2")).isEqualTo(Phase.READY);
    assertThat(world.observed("shop-2").orElseThrow().reason()).contains("stays hot");
  }

  @Test
  void setsUpAColdStandbyAndStartsItWhenItIsPromoted() {
    world.service(
        1, service("shop").standby(1, StandbyMode.COLD).hooks("setup", "", "", "", "").build());
    world.standby("shop-1").assign();
    assertThat(world.await("shop-1", Phase.PREPARED)).isTrue();
    assertThat(world.machine.live()).isEmpty();
    assertThat(world.machine.commandsRun()).hasSize(1);
    world.time.settle();
    world.restart();
    world.serving("shop-1").assign();
    assertThat(world.await("shop-1", Phase.READY)).isTrue();
    assertThat(world.machine.commandsRun()).as("set up once").hasSize(1);
    world.standby("shop-1").assign();
    assertThat(world.await("shop-1", Phase.PREPARED)).isTrue();
    assertThat(world.machine.live()).isEmpty();
  }

  @Test
  void holdsAFrozenStandbyThawed() {
    pair(StandbyMode.WARM);
    world.await("shop-2", Phase.FROZEN);
    world.want("shop-2", Role.STANDBY, Directive.ISOLATE, 0).assign();
    assertThat(world.await("shop-2", Phase.HELD)).isTrue();
    assertThat(world.machine.process(SHOP_2).orElseThrow().isFrozen()).isFalse();
    world.standby("shop-2").assign();
    assertThat(world.await("shop-2", Phase.FROZEN)).isTrue();
  }
}
