package io.mainstay.agent;

import static io.mainstay.testkit.ServiceFixture.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.EventKind;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import io.mainstay.testkit.FakeProgram;
import java.time.Duration;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class AgentTest {
  private final AgentWorld world = new AgentWorld();

  @Test
  void startsWhatIsAssignedAndPublishesItOnceItsCheckPasses() {
    world.service(1, service("shop").build()).serving("shop-1").assign();
    assertThat(world.await("shop-1", Phase.STARTING)).isTrue();
    assertThat(world.traffic.isReady(AgentWorld.id("shop-1"))).isFalse();
    assertThat(world.await("shop-1", Phase.READY)).isTrue();
    assertThat(world.traffic.isReady(AgentWorld.id("shop-1"))).isTrue();
    assertThat(world.traffic.endpoint(AgentWorld.id("shop-1")).orElseThrow().address().toString())
        .contains("127.0.0.1:20000");
    assertThat(world.kinds()).containsExactly("instance-started", "instance-ready");
  }

  @Test
  void asksChecksInGroupsSpreadOverTheirPeriod() {
    world.service(1, service("shop").build());
    for (int i = 1; i <= 20; i++) {
      world.serving("shop-" + i);
    }
    world.assign();
    world.runFor(Duration.ofSeconds(30));
    world.asked.clear();
    world.runFor(Duration.ofSeconds(20));
    TreeMap<MonotonicTime, Integer> groups = new TreeMap<>();
    world.asked.forEach(time -> groups.merge(time, 1, Integer::sum));
    // 20 instances every 2 s, in groups of 8, 8 and 4.
    assertThat(world.asked).hasSize(200);
    assertThat(groups).hasSize(30);
    assertThat(groups.values()).allMatch(size -> size <= 8);
  }

  @Test
  void tellsWhichShareOfItsWeightAnInstanceAsksForUntilItBeginsAnew() {
    world.service(1, service("shop").build()).serving("shop-1").assign();
    world.await("shop-1", Phase.READY);
    world.machine.process(AgentWorld.id("shop-1")).orElseThrow().share(0.25);
    assertThat(world.await(() -> world.observed("shop-1").orElseThrow().share() == 0.25)).isTrue();
    assertThat(world.traffic.endpoint(AgentWorld.id("shop-1")).orElseThrow().share())
        .isEqualTo(0.25);
    world.machine.process(AgentWorld.id("shop-1")).orElseThrow().share(0.27);
    world.runFor(Duration.ofMinutes(1));
    assertThat(world.observed("shop-1").orElseThrow().share()).isEqualTo(0.25);
    world.machine.exit(AgentWorld.id("shop-1"), 3);
    assertThat(world.await(() -> world.observed("shop-1").orElseThrow().share() == 1)).isTrue();
  }

  @Test
  void withdrawsAndRestartsWhatExits() {
    world.service(1, service("shop").build()).serving("shop-1").assign();
    world.await("shop-1", Phase.READY);
    world.machine.exit(AgentWorld.id("shop-1"), 3);
    world.time.settle();
    assertThat(world.traffic.calls()).containsExactly("withdraw shop-1 1");
    assertThat(world.await(() -> world.observed("shop-1").orElseThrow().generation() == 2))
        .isTrue();
    assertThat(world.await("shop-1", Phase.READY)).isTrue();
    assertThat(world.observed("shop-1").orElseThrow().restarts()).isEqualTo(1);
    assertThat(world.observed("shop-1").orElseThrow().lastExit().orElseThrow().code()).hasValue(3);
    assertThat(world.count(EventKind.INSTANCE_RESTARTED)).isEqualTo(1);
    assertThat(world.machine.violations()).isEmpty();
  }

  @Test
  void restartsInOrderWhenAHigherGenerationIsAskedFor() {
    world.service(1, service("shop").build()).serving("shop-1").assign();
    world.await("shop-1", Phase.READY);
    world.want("shop-1", Role.SERVING, Directive.RUN, 2).assign();
    assertThat(world.await(() -> world.observed("shop-1").orElseThrow().generation() == 2))
        .isTrue();
    assertThat(world.await("shop-1", Phase.READY)).isTrue();
    assertThat(world.traffic.calls()).containsExactly("drain shop-1 1", "withdraw shop-1 1");
  }

  @Test
  void removesInOrderAndForgets() {
    world.service(1, service("shop").build()).serving("shop-1").assign();
    world.await("shop-1", Phase.READY);
    world.want("shop-1", Role.SERVING, Directive.REMOVE, 0).assign();
    assertThat(world.await("shop-1", Phase.STOPPED)).isTrue();
    assertThat(world.machine.live()).isEmpty();
    world.time.settle();
    assertThat(world.journal.entry(AgentWorld.id("shop-1"))).isEmpty();
    world.unlist("shop-1");
    world.assign();
    world.runFor(Duration.ofSeconds(1));
    assertThat(world.observed("shop-1")).isEmpty();
  }

  @Test
  void adoptsAfterAKillWithoutARestart() {
    world.service(1, service("shop").build()).serving("shop-1").assign();
    world.await("shop-1", Phase.READY);
    world.kill();
    world.runFor(Duration.ofSeconds(5));
    world.coordinator.away(true);
    world.restart();
    world.runFor(Duration.ofSeconds(1));
    assertThat(world.traffic.isReady(AgentWorld.id("shop-1"))).isTrue();
    assertThat(world.machine.starts(AgentWorld.id("shop-1"))).isEqualTo(1);
    assertThat(world.count(EventKind.INSTANCE_ADOPTED)).isEqualTo(1);
  }

  @Test
  void followsRulesThatChangeWithoutARestart() {
    world.service(1, service("shop").build()).serving("shop-1").assign();
    world.await("shop-1", Phase.READY);
    world.service(2, service("shop").stop(Duration.ofSeconds(1), Duration.ofSeconds(2)).build());
    world.serving("shop-1").assign();
    world.runFor(Duration.ofSeconds(1));
    assertThat(world.observed("shop-1").orElseThrow().revision()).isEqualTo(2);
    assertThat(world.machine.starts(AgentWorld.id("shop-1"))).isEqualTo(1);
    world.machine.process(AgentWorld.id("shop-1")).orElseThrow().hang(true);
    world.await("shop-1", Phase.NOT_READY);
    world.service(2, service("shop").ready(java.util.Optional.empty()).build());
    world.serving("shop-1").assign();
    world.runFor(Duration.ofMinutes(1));
    assertThat(world.phase("shop-1")).as("it has no check any more").isEqualTo(Phase.READY);
  }

  @Test
  void keepsTheOldSpecUntilAnotherRunIsAskedFor() {
    world.service(1, service("shop").build()).serving("shop-1").assign();
    world.await("shop-1", Phase.READY);
    world.service(2, service("shop").run("serve", "better").build());
    world.serving("shop-1").assign();
    world.runFor(Duration.ofSeconds(1));
    assertThat(world.observed("shop-1").orElseThrow().revision()).isEqualTo(1);
    world.want("shop-1", Role.SERVING, Directive.RUN, 2).assign();
    world.await(() -> world.machine.starts(AgentWorld.id("shop-1")) == 2);
    assertThat(world.machine.startsAsked().getLast().command()).containsExactly("serve", "better");
    world.await("shop-1", Phase.READY);
    assertThat(world.observed("shop-1").orElseThrow().revision()).isEqualTo(2);
  }

  @Test
  void parksACommandThatIsMissingAndKeepsTrying() {
    world.machine.program(AgentWorld.id("shop-1"), FakeProgram.missing("command not found: serve"));
    world.service(1, service("shop").build()).serving("shop-1").assign();
    assertThat(world.await("shop-1", Phase.PARKED)).isTrue();
    assertThat(world.observed("shop-1").orElseThrow().reason())
        .contains("command not found: serve");
    world.machine.program(AgentWorld.id("shop-1"), FakeProgram.GOOD);
    assertThat(world.await("shop-1", Phase.READY)).isTrue();
  }
}
