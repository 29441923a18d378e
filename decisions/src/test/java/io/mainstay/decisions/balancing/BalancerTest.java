package io.mainstay.decisions.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.TrafficPolicy.Balance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BalancerTest {
  private static final long MS = 1_000_000;

  @ParameterizedTest
  @EnumSource(Balance.class)
  void neverChoosesATriedOrFullCandidate(Balance balance) {
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      Candidate[] all = candidates(weights(random, 1 + random.nextInt(6)));
      Tried tried = new Tried();
      List<Candidate> free = new ArrayList<>();
      for (Candidate candidate : all) {
        switch (random.nextInt(4)) {
          case 0 -> tried.add(candidate);
          case 1 -> candidate.limit(0);
          default -> free.add(candidate);
        }
      }
      Balancer balancer = Balancer.of(balance);
      for (int i = 0; i < 20; i++) {
        Candidate chosen = balancer.choose(all, tried, i, random.nextLong());
        if (free.isEmpty()) {
          assertThat(chosen).isNull();
        } else {
          assertThat(free).as("seed %d", seed).contains(chosen);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Balance.class)
  void nobodyIsChosenFromNobody(Balance balance) {
    assertThat(Balancer.of(balance).choose(new Candidate[0], Tried.NONE, 0, 42)).isNull();
  }

  @Test
  void powerOfTwoChoicesSharesByWeightWhileNothingIsInFlight() {
    Candidate[] all = candidates(1, 2, 5);

    double[] shares = shares(new PowerOfTwoChoices(), all, 80_000);

    assertThat(shares[0]).isCloseTo(1 / 8.0, within(0.01));
    assertThat(shares[1]).isCloseTo(2 / 8.0, within(0.01));
    assertThat(shares[2]).isCloseTo(5 / 8.0, within(0.01));
  }

  @Test
  void powerOfTwoChoicesIsEvenForEqualWeights() {
    for (double share : shares(new PowerOfTwoChoices(), candidates(1, 1, 1, 1), 80_000)) {
      assertThat(share).isCloseTo(0.25, within(0.01));
    }
  }

  @Test
  void powerOfTwoChoicesAgreesWithASlowReference() {
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      Candidate[] all = candidates(weights(random, 2 + random.nextInt(4)));
      for (Candidate candidate : all) {
        int load = random.nextInt(4);
        for (int i = 0; i < load; i++) {
          candidate.begun(0);
        }
      }
      long bits = random.nextLong();
      Candidate chosen = new PowerOfTwoChoices().choose(all, Tried.NONE, 0, bits);

      assertThat(chosen).as("seed %d", seed).isSameAs(reference(all, bits));
    }
  }

  @Test
  void powerOfTwoChoicesAvoidsTheLoadedOne() {
    Candidate[] all = candidates(1, 1);
    all[0].begun(0);

    for (long bits = 0; bits < 100; bits++) {
      assertThat(new PowerOfTwoChoices().choose(all, Tried.NONE, 0, bits << 30)).isSameAs(all[1]);
    }
  }

  @Test
  void newInstanceGetsASmallShareThatGrows() {
    Candidate[] all = candidates(1, 1);
    all[1].slowStart(0, 10_000 * MS);
    PowerOfTwoChoices balancer = new PowerOfTwoChoices();

    assertThat(shares(balancer, all, 40_000)[1]).isCloseTo(0.1 / 1.1, within(0.01));
    assertThat(sharesAt(balancer, all, 40_000, 5_000 * MS)[1]).isCloseTo(0.55 / 1.55, within(0.01));
    assertThat(sharesAt(balancer, all, 40_000, 10_000 * MS)[1]).isCloseTo(0.5, within(0.01));
  }

  @Test
  void roundRobinIsExactAndSmoothOverEachTurn() {
    Candidate[] all = candidates(5, 1, 1);
    RoundRobin balancer = new RoundRobin();
    StringBuilder order = new StringBuilder();
    for (int i = 0; i < 14; i++) {
      order.append(balancer.choose(all, Tried.NONE, 0, 0).id().number());
    }

    // The sequence of the commit message that introduced it in nginx.
    assertThat(order).hasToString("1121311" + "1121311");
  }

  @Test
  void roundRobinKeepsSharesForAnyWeights() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      double[] weights = weights(random, 1 + random.nextInt(6));
      Candidate[] all = candidates(weights);
      int[] counts = new int[all.length];
      double total = Arrays.stream(weights).sum();
      RoundRobin balancer = new RoundRobin();
      for (int turn = 1; turn <= 1000; turn++) {
        counts[index(all, balancer.choose(all, Tried.NONE, 0, 0))]++;
        for (int i = 0; i < all.length; i++) {
          assertThat(counts[i])
              .as("seed %d turn %d", seed, turn)
              .isCloseTo((int) Math.round(turn * weights[i] / total), within(all.length));
        }
      }
    }
  }

  @Test
  void leastTimePrefersTheFasterOneUntilItIsLoaded() {
    Candidate[] all = candidates(1, 1);
    answer(all[0], 0, 10 * MS);
    answer(all[1], 0, 30 * MS);
    LeastTime balancer = new LeastTime();

    assertThat(balancer.choose(all, Tried.NONE, 0, 1)).isSameAs(all[0]);
    for (int i = 0; i < 3; i++) {
      all[0].begun(0);
    }
    assertThat(balancer.choose(all, Tried.NONE, 0, 1)).isSameAs(all[1]);
  }

  @Test
  void leastTimeTriesAnUnknownOneOnce() {
    Candidate[] all = candidates(1, 1);
    answer(all[0], 0, 10 * MS);
    LeastTime balancer = new LeastTime();

    assertThat(balancer.choose(all, Tried.NONE, 0, 0)).isSameAs(all[1]);
    all[1].begun(0);
    assertThat(balancer.choose(all, Tried.NONE, 0, 0)).isSameAs(all[0]);
  }

  @Test
  void firstSpillsOverAtItsLimit() {
    Candidate[] all = candidates(1, 1);
    all[0].limit(1);
    FirstFit balancer = new FirstFit();

    assertThat(balancer.choose(all, Tried.NONE, 0, 0)).isSameAs(all[0]);
    all[0].begun(0);
    assertThat(balancer.choose(all, Tried.NONE, 0, 0)).isSameAs(all[1]);
    all[0].abandoned();
    assertThat(balancer.choose(all, Tried.NONE, 0, 0)).isSameAs(all[0]);
  }

  @ParameterizedTest
  @EnumSource(names = {"P2C", "LEAST_TIME"})
  void fastFailuresDoNotAttractTraffic(Balance balance) {
    Candidate[] all = candidates(1, 1, 1);
    Balancer balancer = Balancer.of(balance);
    Random random = new Random(7);
    int[] counts = new int[3];
    long[] busyUntil = new long[8];
    Candidate[] busyWith = new Candidate[8];
    // Eight clients in a closed loop; the first instance fails within 0.1 ms, the others need 10.
    for (long now = 0; now < 5_000 * MS; now += MS / 10) {
      for (int client = 0; client < busyUntil.length; client++) {
        if (busyWith[client] != null && now >= busyUntil[client]) {
          if (busyWith[client] == all[0]) {
            all[0].failed(now, MS / 10, Candidate.slowest(all));
          } else {
            busyWith[client].succeeded(now, 10 * MS);
          }
          busyWith[client] = null;
        }
        if (busyWith[client] == null) {
          Candidate chosen = balancer.choose(all, Tried.NONE, now, random.nextLong());
          chosen.begun(now);
          counts[index(all, chosen)]++;
          busyWith[client] = chosen;
          busyUntil[client] = now + (chosen == all[0] ? MS / 10 : 10 * MS);
        }
      }
    }
    int total = Arrays.stream(counts).sum();
    assertThat(counts[0]).isLessThan(total / 2);
    assertThat(counts[1]).isGreaterThan(0);
  }

  private static Candidate reference(Candidate[] all, long bits) {
    double total = 0;
    for (Candidate candidate : all) {
      total += candidate.effectiveWeight(0);
    }
    double point = (bits & 0xffff_ffffL) / 4294967296.0 * total;
    int first = pick(all, -1, point);
    point = (bits >>> 32) / 4294967296.0 * (total - all[first].effectiveWeight(0));
    int second = pick(all, first, point);
    double a = all[first].inFlight() / all[first].effectiveWeight(0);
    double b = all[second].inFlight() / all[second].effectiveWeight(0);
    return b < a ? all[second] : all[first];
  }

  private static int pick(Candidate[] all, int except, double point) {
    double sum = 0;
    int last = -1;
    for (int i = 0; i < all.length; i++) {
      if (i != except) {
        sum += all[i].effectiveWeight(0);
        last = i;
        if (point < sum) {
          return i;
        }
      }
    }
    return last;
  }

  private static double[] shares(Balancer balancer, Candidate[] all, int draws) {
    return sharesAt(balancer, all, draws, 0);
  }

  private static double[] sharesAt(Balancer balancer, Candidate[] all, int draws, long now) {
    Random random = new Random(1);
    double[] shares = new double[all.length];
    for (int i = 0; i < draws; i++) {
      shares[index(all, balancer.choose(all, Tried.NONE, now, random.nextLong()))] += 1.0 / draws;
    }
    return shares;
  }

  private static int index(Candidate[] all, Candidate candidate) {
    return Arrays.asList(all).indexOf(candidate);
  }

  private static void answer(Candidate candidate, long now, long latency) {
    candidate.begun(now);
    candidate.succeeded(now, latency);
  }

  private static double[] weights(Random random, int count) {
    double[] weights = new double[count];
    for (int i = 0; i < count; i++) {
      weights[i] = 1 + random.nextInt(4);
    }
    weights[0] = 2;
    return weights;
  }

  private static Candidate[] candidates(double... weights) {
    Candidate[] all = new Candidate[weights.length];
    for (int i = 0; i < weights.length; i++) {
      all[i] = new Candidate(new InstanceId(new ServiceName("shop"), i + 1), 1, weights[i]);
    }
    return all;
  }
}
