package io.mainstay.decisions.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.failover.ServingSet.Promotion;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ServingSetTest {
  private static final ServiceName SHOP = new ServiceName("shop");

  @Test
  void readyServingInstancesTakeTheTraffic() {
    ServingSet set = of(serving(1), serving(2), standby(3));

    assertThat(numbers(set.traffic())).containsExactly(1, 2);
    assertThat(set.promotions()).isEmpty();
    assertThat(set.missing()).isZero();
  }

  @Test
  void standbyFillsInForAWithdrawnInstance() {
    ServingSet set =
        ServingSet.of(
            List.of(serving(1), serving(2), standby(3), standby(4)),
            endpoint -> endpoint.id().number() == 1,
            endpoint -> false);

    assertThat(numbers(set.traffic())).containsExactly(2, 3);
    assertThat(set.promotions()).containsExactly(new Promotion(id(3), id(1)));
  }

  @Test
  void standbyFillsInForAnEjectedInstance() {
    ServingSet set =
        ServingSet.of(
            List.of(serving(1), standby(2)),
            endpoint -> false,
            endpoint -> endpoint.id().number() == 1);

    assertThat(numbers(set.traffic())).containsExactly(2);
    assertThat(set.lastResort()).isFalse();
  }

  @Test
  void frozenStandbyIsWantedOnlyWhileSomeoneIsMissing() {
    Endpoint frozen = endpoint(3, 1, Role.STANDBY, Readiness.FROZEN);

    assertThat(of(serving(1), frozen).frozenWanted()).isFalse();
    assertThat(of(notReady(1), frozen).frozen()).containsExactly(frozen);
    assertThat(of(notReady(1), standby(2), frozen).frozenWanted()).isFalse();
  }

  @Test
  void ejectedInstanceServesOnlyIfNobodyElseDoesOrComes() {
    Endpoint starting = endpoint(2, 1, Role.SERVING, Readiness.STARTING);

    ServingSet alone = ServingSet.of(List.of(serving(1)), e -> false, e -> true);
    ServingSet withHope = ServingSet.of(List.of(serving(1), starting), e -> false, e -> true);

    assertThat(alone.lastResort()).isTrue();
    assertThat(numbers(alone.traffic())).containsExactly(1);
    assertThat(withHope.traffic()).isEmpty();
    assertThat(withHope.starting()).isTrue();
  }

  @Test
  void withdrawnInstanceNeverServes() {
    ServingSet set = ServingSet.of(List.of(serving(1)), e -> true, e -> true);

    assertThat(set.traffic()).isEmpty();
    assertThat(set.starting()).isFalse();
  }

  @Test
  void highestGenerationOfAnInstanceCounts() {
    ServingSet set = of(serving(1), endpoint(1, 2, Role.SERVING, Readiness.STARTING));

    assertThat(set.traffic()).isEmpty();
    assertThat(set.starting()).isTrue();
  }

  @Test
  void sameFactsInAnyOrderGiveTheSameSetAsASlowReference() {
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      List<Endpoint> endpoints = new ArrayList<>();
      TreeSet<Integer> withdrawn = new TreeSet<>();
      TreeSet<Integer> ejected = new TreeSet<>();
      int count = random.nextInt(7);
      for (int number = 1; number <= count; number++) {
        Role role = random.nextInt(3) == 0 ? Role.STANDBY : Role.SERVING;
        Readiness[] all = Readiness.values();
        Readiness readiness =
            random.nextBoolean() ? Readiness.READY : all[random.nextInt(all.length)];
        endpoints.add(endpoint(number, 1, role, readiness));
        if (random.nextInt(4) == 0) {
          withdrawn.add(number);
        }
        if (random.nextInt(4) == 0) {
          ejected.add(number);
        }
      }
      ServingSet set = choose(endpoints, withdrawn, ejected);
      Collections.shuffle(endpoints, random);

      assertThat(choose(endpoints, withdrawn, ejected)).as("seed %d", seed).isEqualTo(set);
      assertThat(numbers(set.traffic()))
          .as("seed %d", seed)
          .isEqualTo(reference(endpoints, withdrawn, ejected));
    }
  }

  /** The rule in the words of the contract, one number after the other. */
  private static List<Integer> reference(
      List<Endpoint> endpoints, TreeSet<Integer> withdrawn, TreeSet<Integer> ejected) {
    TreeSet<Integer> traffic = new TreeSet<>();
    TreeSet<Integer> lastResort = new TreeSet<>();
    int wanted = 0;
    boolean starting = false;
    for (Role role : Role.values()) {
      for (int number = 1; number <= 7; number++) {
        for (Endpoint endpoint : endpoints) {
          if (endpoint.id().number() != number || endpoint.role() != role) {
            continue;
          }
          wanted += role == Role.SERVING ? 1 : 0;
          boolean gone = withdrawn.contains(number);
          starting |= !gone && endpoint.readiness() == Readiness.STARTING;
          if (gone || endpoint.readiness() != Readiness.READY) {
            continue;
          }
          if (ejected.contains(number)) {
            lastResort.add(number);
          } else if (role == Role.SERVING || traffic.size() < wanted) {
            traffic.add(number);
          }
        }
      }
    }
    return List.copyOf(traffic.isEmpty() && !starting ? lastResort : traffic);
  }

  private static ServingSet choose(
      List<Endpoint> endpoints, TreeSet<Integer> withdrawn, TreeSet<Integer> ejected) {
    return ServingSet.of(
        endpoints,
        endpoint -> withdrawn.contains(endpoint.id().number()),
        endpoint -> ejected.contains(endpoint.id().number()));
  }

  private static ServingSet of(Endpoint... endpoints) {
    return ServingSet.of(List.of(endpoints), endpoint -> false, endpoint -> false);
  }

  private static List<Integer> numbers(List<Endpoint> endpoints) {
    return endpoints.stream().map(endpoint -> endpoint.id().number()).toList();
  }

  private static Endpoint serving(int number) {
    return endpoint(number, 1, Role.SERVING, Readiness.READY);
  }

  private static Endpoint notReady(int number) {
    return endpoint(number, 1, Role.SERVING, Readiness.NOT_READY);
  }

  private static Endpoint standby(int number) {
    return endpoint(number, 1, Role.STANDBY, Readiness.READY);
  }

  private static InstanceId id(int number) {
    return new InstanceId(SHOP, number);
  }

  private static Endpoint endpoint(int number, long generation, Role role, Readiness readiness) {
    return new Endpoint(
        id(number),
        new NodeName("n1"),
        generation,
        role,
        readiness,
        Optional.of(new Address("127.0.0.1", 20000 + number)));
  }
}
