package io.mainstay.decisions.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.TrafficPolicy.Balance;
import io.mainstay.model.state.Topology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LocalityTest {
  private static final long SECOND = 1_000_000_000;

  /** Instances of one tier with what is in flight on each. */
  private static final class World {
    final Locality locality = new Locality();
    final Tried tried = new Tried();
    final Random random;
    final Balancer balancer;
    final List<Locality.Group> groups = new ArrayList<>();
    final TreeMap<InstanceId, Integer> limits = new TreeMap<>();
    final TreeMap<InstanceId, Tier> tiers = new TreeMap<>();
    long now = 100 * SECOND;

    World(Balance balance, long seed) {
      random = new Random(seed);
      balancer = Balancer.of(balance);
    }

    World tier(Tier tier, int instances, int limit) {
      Candidate[] candidates = new Candidate[instances];
      for (int i = 0; i < instances; i++) {
        InstanceId id = new InstanceId(new ServiceName("shop"), limits.size() + 1);
        candidates[i] = new Candidate(id, 1, 1);
        candidates[i].node(new NodeName("n" + tier));
        limits.put(id, limit);
        tiers.put(id, tier);
      }
      groups.add(new Locality.Group(tier, candidates));
      return this;
    }

    @Nullable Candidate choose() {
      return locality.choose(groups, balancer, this::show, tried, now, random.nextLong());
    }

    void show(int group) {
      for (Candidate one : of(group)) {
        one.limit(limits.get(one.id()), one.inFlight());
      }
    }

    /** Keeps that many in flight: each time the one that waits longest is answered. */
    TreeMap<Tier, Integer> inFlight(int wanted, int turns) {
      List<Candidate> running = new ArrayList<>();
      TreeMap<Tier, Integer> counts = new TreeMap<>();
      for (int i = 0; i < turns; i++) {
        now += SECOND / 1000;
        Candidate chosen = choose();
        if (chosen != null) {
          chosen.begun(now);
          running.add(chosen);
        }
        while (running.size() >= wanted) {
          running.removeFirst().succeeded(now, wanted * SECOND / 1000);
        }
      }
      running.forEach(one -> counts.merge(tiers.get(one.id()), 1, Integer::sum));
      running.forEach(Candidate::abandoned);
      return counts;
    }

    Tier chosenTier() {
      Candidate chosen = choose();
      assertThat(chosen).isNotNull();
      return tiers.get(chosen.id());
    }

    Candidate[] of(int group) {
      return groups.get(group).candidates();
    }
  }

  @ParameterizedTest
  @EnumSource(Balance.class)
  void staysOnItsNodeWhileThatHasRoom(Balance balance) {
    World world = new World(balance, 1).tier(Tier.NODE, 2, 10).tier(Tier.OTHERS, 4, 10);

    assertThat(world.inFlight(14, 5000)).containsOnlyKeys(Tier.NODE);
  }

  @ParameterizedTest
  @EnumSource(Balance.class)
  void whatIsTooMuchGoesToTheNextTierOnly(Balance balance) {
    World world =
        new World(balance, 2)
            .tier(Tier.NODE, 2, 10)
            .tier(Tier.ZONE, 4, 10)
            .tier(Tier.OTHERS, 4, 10);

    TreeMap<Tier, Integer> counts = world.inFlight(26, 5000);

    assertThat(counts).containsOnlyKeys(Tier.NODE, Tier.ZONE);
    assertThat(counts.get(Tier.NODE)).isBetween(12, 19);
  }

  @Test
  void spillingEndsLaterThanItBegins() {
    World world = new World(Balance.P2C, 3).tier(Tier.NODE, 1, 100).tier(Tier.OTHERS, 1, 100);
    Candidate near = world.of(0)[0];
    for (int i = 0; i < 66; i++) {
      near.begun(world.now);
    }
    assertThat(share(world, Tier.NODE)).as("below the threshold").isEqualTo(1);
    for (int i = 0; i < 14; i++) {
      near.begun(world.now);
    }
    assertThat(share(world, Tier.NODE)).as("at 80 %").isCloseTo(0.5, within(0.05));
    for (int i = 0; i < 14; i++) {
      near.abandoned();
    }
    assertThat(share(world, Tier.NODE)).as("back at 66 %").isCloseTo(0.85, within(0.05));
    for (int i = 0; i < 7; i++) {
      near.abandoned();
    }
    assertThat(share(world, Tier.NODE)).as("at 59 %").isEqualTo(1);
  }

  private static double share(World world, Tier tier) {
    int hits = 0;
    for (int i = 0; i < 2000; i++) {
      hits += world.chosenTier() == tier ? 1 : 0;
    }
    return hits / 2000.0;
  }

  @Test
  void anInstanceInSlowStartCountsForItsShareOfTheRoom() {
    World world = new World(Balance.P2C, 4).tier(Tier.NODE, 1, 100).tier(Tier.OTHERS, 1, 100);
    Candidate near = world.of(0)[0];
    for (int i = 0; i < 30; i++) {
      near.begun(world.now);
    }
    assertThat(share(world, Tier.NODE)).isEqualTo(1);

    near.slowStart(world.now, 10 * SECOND);

    assertThat(share(world, Tier.NODE)).as("30 in flight, room for 10").isZero();
  }

  @ParameterizedTest
  @EnumSource(Balance.class)
  void noTierStarvesWhileAnotherIsOverloaded(Balance balance) {
    for (long seed = 0; seed < 100; seed++) {
      World world = new World(balance, seed);
      int room = 0;
      for (Tier tier : Tier.values()) {
        if (world.random.nextInt(4) > 0) {
          int instances = 1 + world.random.nextInt(3);
          int limit = 1 + world.random.nextInt(20);
          room += instances * limit;
          world.tier(tier, instances, limit);
        }
      }
      if (world.groups.isEmpty()) {
        continue;
      }
      for (int i = 0; i < room; i++) {
        Candidate chosen = world.choose();
        assertThat(chosen).as("seed %d: %d of %d in flight", seed, i, room).isNotNull();
        chosen.begun(world.now);
      }
      assertThat(world.choose()).as("seed %d: all full", seed).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(Balance.class)
  void aTierThatTakesNothingLeavesEverythingToTheNextAtOnce(Balance balance) {
    World world = new World(balance, 5).tier(Tier.NODE, 2, 10).tier(Tier.OTHERS, 2, 10);
    for (Candidate near : world.of(0)) {
      world.limits.put(near.id(), 0);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(world.chosenTier()).isEqualTo(Tier.OTHERS);
    }
  }

  @ParameterizedTest
  @EnumSource(Balance.class)
  void anotherTryCrossesTiersOnceTheNearOnesWereTried(Balance balance) {
    World world = new World(balance, 6).tier(Tier.NODE, 2, 10).tier(Tier.OTHERS, 1, 10);

    world.tried.add(world.of(0)[0]);
    assertThat(world.choose()).isSameAs(world.of(0)[1]);

    world.tried.add(world.of(0)[1]);
    assertThat(world.choose()).isSameAs(world.of(1)[0]);

    world.tried.add(world.of(1)[0]);
    assertThat(world.choose()).isNull();
  }

  @ParameterizedTest
  @EnumSource(Balance.class)
  void afterASilentTryAnotherNodeIsTriedFirst(Balance balance) {
    World world = new World(balance, 7).tier(Tier.NODE, 3, 10).tier(Tier.OTHERS, 1, 10);

    world.tried.add(world.of(0)[0]);
    world.tried.avoidNodes(true);
    assertThat(world.choose()).isSameAs(world.of(1)[0]);

    world.tried.add(world.of(1)[0]);
    assertThat(world.of(0)).as("no other node is left").contains(world.choose());
  }

  @ParameterizedTest
  @EnumSource(Balance.class)
  void anEvacuatedZoneIsUsedOnlyWhenNobodyElseMayTakeIt(Balance balance) {
    World world = new World(balance, 8).tier(Tier.OTHERS, 2, 10).tier(Tier.EVACUATED, 4, 10);

    for (int i = 0; i < 20; i++) {
      Candidate chosen = world.choose();
      assertThat(chosen).isNotNull();
      assertThat(world.tiers.get(chosen.id())).isEqualTo(Tier.OTHERS);
      chosen.begun(world.now);
    }
    assertThat(world.chosenTier()).isEqualTo(Tier.EVACUATED);
  }

  @ParameterizedTest
  @EnumSource(Balance.class)
  void withOneTierItIsTheBalancerAlone(Balance balance) {
    World world = new World(balance, 9).tier(Tier.OTHERS, 4, Integer.MAX_VALUE);
    World same = new World(balance, 9).tier(Tier.OTHERS, 4, Integer.MAX_VALUE);
    for (int i = 0; i < 200; i++) {
      Candidate chosen = world.choose();
      Candidate expected =
          same.balancer.choose(same.of(0), Tried.NONE, same.now, same.random.nextLong());
      assertThat(chosen).isNotNull();
      assertThat(chosen.id()).isEqualTo(expected.id());
      chosen.begun(world.now);
      expected.begun(world.now);
    }
  }

  @Test
  void nearnessFollowsNodesAndZones() {
    SequencedMap<NodeName, String> zones = new LinkedHashMap<>();
    zones.put(new NodeName("n1"), "a");
    zones.put(new NodeName("n2"), "a");
    zones.put(new NodeName("n3"), "b");
    zones.put(new NodeName("n4"), "");
    Topology calm = new Topology(new NodeName("n1"), zones, List.of());

    assertThat(tiers(calm)).isEqualTo("NODE ZONE OTHERS OTHERS OTHERS");
    assertThat(tiers(new Topology(new NodeName("n4"), zones, List.of())))
        .as("no zone is no zone in common")
        .isEqualTo("OTHERS OTHERS OTHERS NODE OTHERS");
    assertThat(tiers(new Topology(new NodeName("n1"), zones, List.of("a"))))
        .isEqualTo("EVACUATED EVACUATED OTHERS OTHERS OTHERS");
  }

  private static String tiers(Topology topology) {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      names.add(Tier.of(topology, new NodeName("n" + i)).name());
    }
    return String.join(" ", names);
  }
}
