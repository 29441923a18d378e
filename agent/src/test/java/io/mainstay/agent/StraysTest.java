package io.mainstay.agent;

import static io.mainstay.testkit.ServiceFixture.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.state.Phase;
import io.mainstay.testkit.FakeProgram;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What becomes of processes of which nothing readable is written down. */
final class StraysTest {
  private static final InstanceId SHOP_1 = AgentWorld.id("shop-1");

  private final AgentWorld world = new AgentWorld();

  private void serveAndLoseTheEntry() {
    world.service(1, service("shop").build()).serving("shop-1").assign();
    world.await("shop-1", Phase.READY);
    world.runFor(Duration.ofSeconds(1));
    world.journal.damage(SHOP_1);
  }

  @Test
  void takesOverWhatSaysAllAboutItself() {
    serveAndLoseTheEntry();
    world.restart();
    assertThat(world.await(() -> world.traffic.isReady(SHOP_1))).isTrue();
    world.runFor(Duration.ofMinutes(1));
    assertThat(world.machine.starts(SHOP_1)).isEqualTo(1);
    assertThat(world.machine.violations()).isEmpty();
    assertThat(world.count(EventKind.INSTANCE_ADOPTED)).isEqualTo(1);
    assertThat(world.journal.entry(SHOP_1)).isPresent();
    world.machine.exit(SHOP_1, 1);
    assertThat(world.await(() -> world.observed("shop-1").orElseThrow().generation() == 2))
        .isTrue();
  }

  @Test
  void endsWhatIsOfAnotherRevisionBeforeItStartsItsInstance() {
    serveAndLoseTheEntry();
    world.kill();
    world.machine.program(SHOP_1, FakeProgram.GOOD);
    world.service(2, service("shop").build()).serving("shop-1").assign();
    world.restart();
    assertThat(world.await(() -> world.machine.starts(SHOP_1) == 2)).isTrue();
    assertThat(world.await("shop-1", Phase.READY)).isTrue();
    assertThat(world.machine.violations()).isEmpty();
    assertThat(world.events.of(EventKind.INSTANCE_KILLED).getFirst().reason())
        .contains("revision 1, wanted is 2");
  }

  @Test
  void killsWhatDoesNotMindTheSignal() {
    world.machine.program(SHOP_1, FakeProgram.GOOD.ignoringTerm());
    serveAndLoseTheEntry();
    world.service(2, service("shop").build()).serving("shop-1").assign();
    world.restart();
    world.runFor(Duration.ofSeconds(9));
    assertThat(world.machine.starts(SHOP_1)).as("nothing starts beside it").isEqualTo(1);
    assertThat(world.await(() -> world.machine.starts(SHOP_1) == 2)).isTrue();
    assertThat(world.machine.violations()).isEmpty();
  }

  @Test
  void endsWhatNobodyWantsHere() {
    serveAndLoseTheEntry();
    world.unlist("shop-1");
    world.assign();
    world.restart();
    world.runFor(Duration.ofSeconds(5));
    assertThat(world.machine.live()).isEmpty();
  }

  @Test
  void endsThemWhenTheServerEnds() {
    serveAndLoseTheEntry();
    world.coordinator.away(true);
    world.restart();
    world.runFor(Duration.ofSeconds(1));
    boolean[] done = new boolean[1];
    world.agent.stopAll(left -> {}, () -> done[0] = true);
    assertThat(world.time.runUntil(() -> done[0], Duration.ofMinutes(1))).isTrue();
    assertThat(world.machine.live()).isEmpty();
  }
}
