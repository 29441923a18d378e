package io.mainstay.decisions.pools;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.placement.Request;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A node of the pool takes two instances. */
class PoolRuleTest {
  @Test
  void makesAsManyAsWhatFitsNowhereNeedsAtOnce() {
    PoolWorld world = new PoolWorld(0, 10, 0);
    world.wanted = 5;
    world.run(1);
    assertThat(world.done)
        .containsExactly("Create workers-1", "Create workers-2", "Create workers-3");
    world.run(30);
    assertThat(world.made).hasSize(3);
    assertThat(world.unplaced).isZero();
    assertThat(world.told.getFirst())
        .isEqualTo("pool-scaled pool workers: from 0 to 3 nodes: 5 instances fit nowhere");
  }

  @Test
  void keepsMinAndWarmOnes() {
    PoolWorld world = new PoolWorld(2, 10, 1);
    world.run(20);
    assertThat(world.made).hasSize(2);
    world.wanted = 4;
    world.run(20);
    assertThat(world.made).as("two full ones, one waits").hasSize(3);
    world.run(300);
    assertThat(world.made).hasSize(3);
  }

  @Test
  void staysWithinMaxAndSaysSoOnce() {
    PoolWorld world = new PoolWorld(0, 2, 0);
    world.wanted = 9;
    world.run(30);
    assertThat(world.made).hasSize(2);
    assertThat(world.unplaced).isEqualTo(5);
    assertThat(world.told).filteredOn(text -> text.startsWith("scale-clamped")).hasSize(1);
  }

  @Test
  void removesWhatIsNotNeededAfterAWhileOneAtATime() {
    PoolWorld world = new PoolWorld(0, 10, 0);
    world.wanted = 6;
    world.run(20);
    assertThat(world.made).hasSize(3);
    world.wanted = 2;
    world.run(58);
    assertThat(world.made).as("not before idle").hasSize(3);
    world.run(5);
    assertThat(world.made).hasSize(2);
    world.run(100);
    assertThat(world.made).hasSize(1);
    world.wanted = 0;
    world.run(100);
    assertThat(world.made).isEmpty();
    assertThat(world.joined).isEmpty();
  }

  @Test
  void emptiesANodeWhoseInstancesFitOnTheOthers() {
    PoolWorld world = new PoolWorld(0, 10, 0);
    world.wanted = 4;
    world.run(20);
    world.wanted = 2;
    world.run(200);
    assertThat(world.made).hasSize(1);
    assertThat(world.unplaced).isZero();
  }

  @Test
  void takesANodeBackThatIsNeededAfterAll() {
    PoolWorld world = new PoolWorld(0, 10, 0);
    world.withHooks();
    world.wanted = 4;
    world.run(20);
    world.wanted = 2;
    while (world.done.stream().noneMatch(text -> text.startsWith("Drain"))) {
      world.run(1);
    }
    world.wanted = 4;
    world.run(40);
    assertThat(world.unplaced).isZero();
  }

  @Test
  void triesAgainEverLaterWhenLaunchesFail() {
    PoolWorld world = new PoolWorld(0, 10, 0);
    world.createFails = true;
    world.neverJoins = true;
    world.wanted = 1;
    world.run(300);
    assertThat(world.done).filteredOn(text -> text.startsWith("Create")).hasSizeBetween(4, 6);
    assertThat(world.told).anyMatch(text -> text.contains("4 in a row"));
    world.createFails = false;
    world.neverJoins = false;
    world.run(400);
    assertThat(world.unplaced).isZero();
    assertThat(world.made).hasSize(1);
  }

  @Test
  void removesWhatDoesNotJoinInTime() {
    PoolWorld world = new PoolWorld(0, 10, 0);
    world.neverJoins = true;
    world.wanted = 1;
    world.run(35);
    assertThat(world.done).contains("Destroy workers-1", "Forget workers-1");
    assertThat(world.told).anyMatch(text -> text.contains("did not join within 30 s"));
  }

  @Test
  void runsHooksAtTheTurningPoints() {
    PoolWorld world = new PoolWorld(0, 10, 0);
    world.withHooks();
    world.wanted = 1;
    world.run(20);
    world.wanted = 0;
    world.run(100);
    assertThat(world.done)
        .containsExactly(
            "Create workers-1",
            "RunReadyHook workers-1",
            "Drain workers-1",
            "RunDrainedHook workers-1",
            "Destroy workers-1",
            "Forget workers-1");
  }

  @Test
  void doesNotTakeBackWhatItRemovedWhileItsSessionStillLives() {
    PoolWorld world = new PoolWorld(0, 10, 0);
    world.withHooks();
    world.sessionOutlives = 6;
    world.wanted = 1;
    world.run(20);
    world.wanted = 0;
    world.run(100);
    assertThat(world.done)
        .filteredOn(text -> text.startsWith("RunReadyHook"))
        .containsExactly("RunReadyHook workers-1");
    assertThat(world.joined).isEmpty();
    assertThat(world.told).filteredOn(text -> text.startsWith("pool-node-removed")).hasSize(1);
  }

  @Test
  void makesNodesAheadOfASteadyRise() {
    PoolWorld world = new PoolWorld(0, 10, 0);
    world.joinsAfter = 15;
    world.wanted = 2;
    world.run(30);
    assertThat(world.memory.launch()).contains(Duration.ofSeconds(15));
    WantedTrend trend = WantedTrend.EMPTY;
    int waited = 0;
    for (int second = 0; second < 240; second++) {
      world.wanted = 2 + second / 20;
      trend = trend.seen(world.wanted, new MonotonicTime((2000 + second) * 1_000_000_000L));
      world.demands =
          List.of(
              new Forecast.Demand(
                  new Request(new InstanceId(new ServiceName("shop"), 1), 1, PoolWorld.SHOP),
                  world.wanted,
                  20,
                  trend));
      world.run(1);
      waited += second > 60 && world.unplaced > 0 ? 1 : 0;
    }
    assertThat(waited).as("seconds in which something waited for a node").isLessThan(20);
    assertThat(world.told).anyMatch(text -> text.contains("will fit nowhere"));
    assertThat(world.made.size()).isLessThanOrEqualTo(8);
  }

  @Test
  void keepsTryingToRemoveWhatIsStuck() {
    PoolWorld world = new PoolWorld(0, 10, 0);
    world.wanted = 1;
    world.run(10);
    world.wanted = 0;
    world.destroyFails = true;
    world.run(200);
    assertThat(world.told).anyMatch(text -> text.startsWith("pool-removal-failed"));
    world.destroyFails = false;
    world.run(60);
    assertThat(world.made).isEmpty();
  }

  @Test
  void goesOnAsANewLeader() {
    PoolWorld world = new PoolWorld(1, 10, 0);
    world.wanted = 4;
    world.run(20);
    world.memory = PoolMemory.EMPTY;
    world.run(30);
    assertThat(world.made.keySet())
        .containsExactly(new NodeName("workers-1"), new NodeName("workers-2"));
    world.wanted = 0;
    world.run(70);
    world.memory = PoolMemory.EMPTY;
    world.run(200);
    assertThat(world.made).hasSize(1);
  }

  @Test
  void keepsItsBoundsWhateverFails() {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      int min = random.nextInt(3);
      int max = min + random.nextInt(5);
      PoolWorld world = new PoolWorld(min, max, random.nextInt(2));
      if (random.nextBoolean()) {
        world.withHooks();
      }
      for (int i = 0; i < 300; i++) {
        if (random.nextInt(15) == 0) {
          world.wanted = random.nextInt(10);
          world.createFails = random.nextInt(3) == 0;
          world.destroyFails = random.nextInt(3) == 0;
          world.hookFails = random.nextInt(3) == 0;
          world.neverJoins = random.nextInt(4) == 0;
        }
        if (random.nextInt(60) == 0) {
          world.memory = PoolMemory.EMPTY;
        }
        world.run(1);
        assertThat(world.made.size()).as("seed %d, step %d", seed, i).isLessThanOrEqualTo(max);
      }
      world.createFails = false;
      world.destroyFails = false;
      world.hookFails = false;
      world.neverJoins = false;
      world.wanted = 2 * max;
      world.run(1500);
      assertThat(world.unplaced).as("seed %d", seed).isZero();
      world.wanted = 0;
      world.run(1500);
      assertThat(world.made.size()).as("seed %d", seed).isBetween(min, Math.max(min, 1));
    }
  }
}
