package io.mainstay.agent;

import static io.mainstay.testkit.ServiceFixture.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.EventKind;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * The server is killed before and after every write and every effect of a scenario, one run for
 * each place, and started again: never a twin, an orphan, or a restart that nobody needed.
 */
final class KilledAtEveryStepTest {
  private static final Duration LONG = Duration.ofMinutes(2);

  /** The server is gone. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  /** Runs the scenario once for each step of it, with a kill there. */
  private static void killedAtEveryStep(
      Consumer<AgentWorld> before, Consumer<AgentWorld> scenario, Consumer<AgentWorld> after) {
    int target = 1;
    while (killedAt(target, before, scenario, after)) {
      target++;
    }
    assertThat(target).as("steps of the scenario").isGreaterThan(3);
  }

  private static boolean killedAt(
      int target,
      Consumer<AgentWorld> before,
      Consumer<AgentWorld> scenario,
      Consumer<AgentWorld> after) {
    AgentWorld world = new AgentWorld();
    before.accept(world);
    int[] count = new int[1];
    String[] place = new String[1];
    world.step =
        what -> {
          count[0]++;
          if (count[0] == target) {
            place[0] = what;
            throw new Killed();
          }
        };
    boolean killed = false;
    try {
      scenario.accept(world);
      world.runFor(LONG);
    } catch (Killed expected) {
      killed = true;
      world.step = what -> {};
      world.kill();
      world.runFor(Duration.ofMillis(300));
      world.restart();
      world.runFor(LONG);
    }
    String where = "killed at step " + target + " (" + place[0] + ")";
    assertThat(world.machine.violations()).as(where).isEmpty();
    assertThat(world.machine.leftovers()).as(where).isEmpty();
    try {
      after.accept(world);
    } catch (AssertionError e) {
      throw new AssertionError(where + ": " + e.getMessage() + "\n" + world.kinds(), e);
    }
    return killed;
  }

  private static void ready(AgentWorld world, String instance, int starts) {
    assertThat(world.phase(instance)).isEqualTo(Phase.READY);
    assertThat(world.traffic.isReady(AgentWorld.id(instance))).isTrue();
    assertThat(world.machine.live()).hasSize(1);
    assertThat(world.machine.starts(AgentWorld.id(instance))).as("starts").isEqualTo(starts);
  }

  private static void serve(AgentWorld world) {
    world
        .service(1, service("shop").hooks("setup", "start", "ready", "drain", "stop").build())
        .serving("shop-1")
        .assign();
    world.await("shop-1", Phase.READY);
  }

  @Test
  void whileItStarts() {
    killedAtEveryStep(
        world -> {}, KilledAtEveryStepTest::serve, world -> ready(world, "shop-1", 1));
  }

  @Test
  void whileItRestartsInOrder() {
    killedAtEveryStep(
        KilledAtEveryStepTest::serve,
        world -> world.want("shop-1", Role.SERVING, Directive.RUN, 2).assign(),
        world -> ready(world, "shop-1", 2));
  }

  @Test
  void whileItRestartsAfterACrash() {
    killedAtEveryStep(
        KilledAtEveryStepTest::serve,
        world -> {
          world.machine.process(AgentWorld.id("shop-1")).orElseThrow().fork();
          world.machine.exit(AgentWorld.id("shop-1"), 1);
        },
        world -> ready(world, "shop-1", 2));
  }

  @Test
  void whileItIsRemoved() {
    killedAtEveryStep(
        KilledAtEveryStepTest::serve,
        world -> world.want("shop-1", Role.SERVING, Directive.REMOVE, 0).assign(),
        world -> {
          assertThat(world.phase("shop-1")).isEqualTo(Phase.STOPPED);
          assertThat(world.machine.live()).isEmpty();
          assertThat(world.journal.entry(AgentWorld.id("shop-1"))).isEmpty();
        });
  }

  @Test
  void whileAWarmStandbyIsFrozenAndThawed() {
    killedAtEveryStep(
        world -> {},
        world -> {
          world.service(1, service("shop").standby(1, StandbyMode.WARM).build());
          world.standby("shop-1").assign();
          world.await("shop-1", Phase.FROZEN);
          world.serving("shop-1").assign();
          world.await("shop-1", Phase.READY);
        },
        world -> {
          if (world.wanted.get(AgentWorld.id("shop-1")).role() == Role.STANDBY) {
            assertThat(world.phase("shop-1")).isEqualTo(Phase.FROZEN);
            assertThat(world.machine.process(AgentWorld.id("shop-1")).orElseThrow().isFrozen())
                .isTrue();
            assertThat(world.machine.starts(AgentWorld.id("shop-1"))).isEqualTo(1);
          } else {
            ready(world, "shop-1", 1);
          }
        });
  }

  @Test
  void whileWhatWasWrittenDownIsLost() {
    killedAtEveryStep(
        KilledAtEveryStepTest::serve,
        world -> {
          world.journal.damage(AgentWorld.id("shop-1"));
          world.restart();
          world.runFor(Duration.ofSeconds(5));
        },
        world -> ready(world, "shop-1", 1));
  }

  @Test
  void whileItTakesOverWhatRuns() {
    killedAtEveryStep(
        KilledAtEveryStepTest::serve,
        world -> {
          world.restart();
          world.runFor(Duration.ofSeconds(5));
        },
        world -> {
          ready(world, "shop-1", 1);
          assertThat(world.count(EventKind.INSTANCE_ADOPTED)).isPositive();
        });
  }
}
