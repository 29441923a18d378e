package io.mainstay.decisions.groups;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.groups.GroupDecision.Abandoned;
import io.mainstay.decisions.groups.GroupDecision.Order;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.GroupStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** database ← orders, payments ← shop ← front; front depends on orders as well. */
class GroupRuleTest {
  private final TreeMap<String, List<GroupFacts.Instance>> instances = new TreeMap<>();
  private final TreeMap<String, Boolean> paused = new TreeMap<>();
  private GroupStrategy strategy = GroupStrategy.REST_FOR_ONE;
  private GroupMemory memory = GroupMemory.NONE;
  private MonotonicTime now = new MonotonicTime(0);
  private final List<String> ordered = new ArrayList<>();
  private final List<Abandoned> abandoned = new ArrayList<>();

  GroupRuleTest() {
    for (String name : List.of("database", "orders", "payments", "shop", "front")) {
      instances.put(name, new ArrayList<>(List.of(ready(name, 1, 1), ready(name, 2, 1))));
    }
    pass();
  }

  private static GroupFacts.Instance ready(String service, int number, long generation) {
    return instance(service, number, generation, 0, Optional.empty(), true);
  }

  private static GroupFacts.Instance instance(
      String service,
      int number,
      long generation,
      long minGeneration,
      Optional<MonotonicTime> live,
      boolean ready) {
    return new GroupFacts.Instance(
        new InstanceId(new ServiceName(service), number),
        generation,
        minGeneration,
        live,
        ready,
        ready,
        false);
  }

  private void set(GroupFacts.Instance one) {
    instances.get(one.id().service().value()).set(one.id().number() - 1, one);
  }

  /** It exits, and is ready again a pass later. */
  private void crash(String service, int number) {
    long generation = instances.get(service).get(number - 1).generation() + 1;
    set(instance(service, number, generation, 0, Optional.empty(), false));
    pass();
    set(ready(service, number, generation));
    pass();
  }

  private GroupFacts.Service service(String name, GroupStrategy how, String... dependsOn) {
    return new GroupFacts.Service(
        new ServiceName(name),
        how,
        List.of(dependsOn).stream().map(ServiceName::new).toList(),
        true,
        paused.getOrDefault(name, false),
        Duration.ofSeconds(90),
        instances.get(name));
  }

  private void pass() {
    now = now.plus(Duration.ofSeconds(1));
    GroupFacts facts =
        new GroupFacts(
            List.of(
                service("database", strategy),
                service("front", GroupStrategy.ONE_FOR_ONE, "shop", "orders"),
                service("orders", GroupStrategy.ONE_FOR_ONE, "database"),
                service("payments", GroupStrategy.ONE_FOR_ONE, "database"),
                service("shop", GroupStrategy.ONE_FOR_ONE, "orders", "payments")));
    GroupDecision decision = GroupRule.decide(facts, memory, now);
    memory = decision.memory();
    for (Order order : decision.orders()) {
      ordered.add(order.instances().toString());
    }
    abandoned.addAll(decision.abandoned());
  }

  /** Whoever was told to is run anew and ready at once. */
  private void obey(String service) {
    for (int number = 1; number <= 2; number++) {
      long next = instances.get(service).get(number - 1).generation() + 1;
      set(instance(service, number, next, next, Optional.empty(), true));
    }
    pass();
  }

  @Test
  void runsWhoDependsOnItAnewLevelByLevel() {
    crash("database", 1);
    assertThat(ordered).containsExactly("[orders-1, orders-2, payments-1, payments-2]");
    pass();
    obey("orders");
    assertThat(ordered).as("payments is not ready yet").hasSize(1);
    obey("payments");
    assertThat(ordered).last().isEqualTo("[shop-1, shop-2]");
    obey("shop");
    assertThat(ordered).last().isEqualTo("[front-1, front-2]");
    obey("front");
    assertThat(ordered).hasSize(3);
    assertThat(memory.rounds()).isEmpty();
  }

  @Test
  void beginsWithTheOtherInstancesOfTheServiceIfItIsOneForAll() {
    strategy = GroupStrategy.ONE_FOR_ALL;
    crash("database", 1);
    assertThat(ordered).containsExactly("[database-2]");
    set(instance("database", 2, 2, 2, Optional.empty(), true));
    pass();
    assertThat(ordered).last().isEqualTo("[orders-1, orders-2, payments-1, payments-2]");
  }

  @Test
  void doesNothingIfItIsOneForOne() {
    strategy = GroupStrategy.ONE_FOR_ONE;
    crash("database", 1);
    assertThat(ordered).isEmpty();
    assertThat(memory).isEqualTo(GroupMemory.NONE);
  }

  @Test
  void waitsUntilTheOneThatFailedIsReadyAgain() {
    for (int generation = 2; generation < 50; generation++) {
      set(instance("database", 1, generation, 0, Optional.empty(), false));
      pass();
    }
    assertThat(ordered).isEmpty();
  }

  @Test
  void takesNoOrderForAFailure() {
    set(instance("database", 1, 5, 5, Optional.empty(), true));
    pass();
    assertThat(ordered).isEmpty();
    set(instance("database", 1, 6, 5, Optional.empty(), true));
    pass();
    assertThat(ordered).as("after an order it exited by itself").hasSize(1);
  }

  @Test
  void takesARestartByItsLiveCheckForAFailure() {
    MonotonicTime granted = now;
    set(instance("database", 1, 1, 0, Optional.of(granted), true));
    pass();
    set(instance("database", 1, 2, 2, Optional.of(granted), true));
    pass();
    assertThat(ordered).hasSize(1);
  }

  @Test
  void takesAFirstStartForNoFailure() {
    set(instance("database", 1, 7, 0, Optional.empty(), true));
    memory = GroupMemory.NONE;
    pass();
    assertThat(ordered).isEmpty();
  }

  @Test
  void followsACrashLoopOnlyNowAndThen() {
    for (int i = 0; i < 300; i++) {
      crash("database", 1);
      for (String name : List.of("orders", "payments", "shop", "front")) {
        obey(name);
      }
    }
    long rounds = ordered.stream().filter(one -> one.startsWith("[orders")).count();
    assertThat(rounds).isBetween(15L, 300 * 6 / 90 + 1L);
  }

  @Test
  void leavesAPausedServiceOutAndBeginsNothingForOne() {
    paused.put("orders", true);
    crash("database", 1);
    assertThat(ordered).containsExactly("[payments-1, payments-2]");
    paused.put("database", true);
    crash("database", 2);
    obey("payments");
    assertThat(ordered).last().isEqualTo("[shop-1, shop-2]");
    for (int i = 0; i < 200; i++) {
      pass();
    }
    assertThat(ordered).hasSize(2);
  }

  @Test
  void givesUpOnALevelThatDoesNotComeBack() {
    crash("database", 1);
    for (int i = 0; i <= GroupRule.LONGEST_LEVEL.toSeconds(); i++) {
      pass();
    }
    assertThat(ordered).hasSize(1);
    assertThat(abandoned)
        .singleElement()
        .satisfies(one -> assertThat(one.reason()).contains("orders-1", "payments-2"));
    assertThat(memory.rounds()).isEmpty();
  }
}
