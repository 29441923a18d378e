package io.mainstay.decisions.business;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is behind a service, and what something but runs speaks against. */
class DoubtedServicesTest {
  private BusinessWorld world = new BusinessWorld(7);

  private BusinessWorld.Part shop() {
    BusinessWorld.Part shop = world.part("shop", "payments");
    shop.transaction = true;
    shop.fallback = true;
    world.part("payments");
    return shop;
  }

  private long count(String told) {
    return world.told.stream().filter(told::equals).count();
  }

  @Test
  void followsBadAnswersToOneBehindOfWhichRunsCannotTell() {
    BusinessWorld.Part shop = shop();
    shop.passesOn = false;
    BusinessWorld.Part payments = world.of("payments");
    payments.broken = true;
    payments.fallback = true;
    payments.busy = true;
    world.pass(90);
    assertThat(world.ordered).containsExactly("divert payments");
    assertThat(world.told).contains("blamed payments");
  }

  @Test
  void blamesNobodyForHavingAskedOneThatNoGatewaySaw() {
    BusinessWorld.Part shop = shop();
    world.reports = true;
    world.visible = true;
    shop.passesOn = false;
    BusinessWorld.Part payments = world.of("payments");
    payments.broken = true;
    payments.fallback = true;
    payments.busy = true;
    world.pass(15);
    assertThat(world.ordered).containsExactly("divert payments");
    assertThat(world.told.stream().filter(one -> one.startsWith("blamed")))
        .isNotEmpty()
        .containsOnly("blamed payments");
  }

  @Test
  void looksAgainSoonIfBadAnswersFromBehindAreCountedOnlyAfterTheTrial() {
    BusinessWorld.Part shop = shop();
    shop.fallback = false;
    shop.passesOn = false;
    BusinessWorld.Part payments = world.of("payments");
    payments.broken = true;
    payments.fallback = true;
    while (!world.told.contains("operator-needed shop")) {
      world.pass(1);
    }
    payments.busy = true;
    world.pass(12);
    assertThat(world.ordered).containsExactly("divert payments");
    assertThat(count("blamed shop")).isEqualTo(1);
  }

  @Test
  void neverBlamesOneBehindForAFaultThatIsOverWhenAnotherBegins() {
    for (int runs = 4; runs < 60; runs++) {
      world = new BusinessWorld(runs);
      BusinessWorld.Part shop = shop();
      BusinessWorld.Part payments = world.of("payments");
      payments.fallback = true;
      payments.instances = 1;
      payments.brokenRuns = runs;
      while (world.runs <= runs) {
        world.pass(1);
      }
      world.pass(10);
      boolean justly = world.ordered.contains("divert payments");
      if (!justly) {
        shop.broken = true;
        world.pass(120);
        assertThat(world.ordered)
            .as("fault over after %d runs", runs)
            .doesNotContain("divert payments")
            .contains("divert shop");
      }
    }
  }

  @Test
  void goesBackAtOnceIfUsersGetBadAnswersWhileItsTrafficReturns() {
    BusinessWorld.Part shop = shop();
    shop.passesOn = false;
    BusinessWorld.Part payments = world.of("payments");
    payments.broken = true;
    payments.fallback = true;
    payments.busy = true;
    while (!world.ordered.contains("share payments 0.9")) {
      world.pass(1);
    }
    // No run has failed since: what users get is enough.
    world.pass(2);
    assertThat(world.ordered)
        .containsExactly("divert payments", "share payments 0.9", "share payments 1.0");
  }

  @Test
  void asksAnInstanceThatSomethingSpeaksAgainstEverySecondTime() {
    BusinessWorld.Part shop = shop();
    world.pass(60);
    shop.slow.add(BusinessWorld.instance("shop-2"));
    world.pass(60);
    assertThat(world.ordered).as("it is slow, but does its work").isEmpty();
    shop.wrong.add(BusinessWorld.instance("shop-2"));
    world.pass(16);
    assertThat(world.ordered).containsExactly("isolate [shop-2]");
    shop.slow.add(BusinessWorld.instance("shop-3"));
    shop.wrong.add(BusinessWorld.instance("shop-3"));
    world.pass(30);
    assertThat(world.ordered)
        .as("while it is remembered what helped before")
        .containsExactly("isolate [shop-2]", "isolate [shop-3]");
  }

  @Test
  void asksOneBehindThatSomethingSpeaksAgainst() {
    shop();
    BusinessWorld.Part payments = world.of("payments");
    world.pass(60);
    payments.slow.add(BusinessWorld.instance("payments-1"));
    payments.wrong.add(BusinessWorld.instance("payments-1"));
    world.pass(30);
    assertThat(world.ordered).containsExactly("isolate [payments-1]");
  }

  @Test
  void asksInstancesOfOtherMachinesInTurn() {
    BusinessWorld.Part shop = shop();
    world.machines = true;
    world.pass(60);
    assertThat(world.ordered).isEmpty();
    shop.wrong.add(BusinessWorld.instance("shop-3"));
    world.pass(60);
    assertThat(world.ordered).containsExactly("isolate [shop-3]");
  }

  @Test
  void blamesOneBehindOnAnotherMachineAndNotWhoAsksIt() {
    shop();
    world.machines = true;
    world.reports = true;
    world.pass(60);
    world.of("payments").wrong.add(BusinessWorld.instance("payments-2"));
    world.pass(60);
    assertThat(world.ordered).containsExactly("isolate [payments-2]");
  }

  @Test
  void takesNoAnswerFromAnotherMachineForNoFault() {
    BusinessWorld.Part shop = shop();
    world.machines = true;
    shop.cutOff.add(BusinessWorld.instance("shop-2"));
    world.pass(300);
    assertThat(world.ordered).isEmpty();
    assertThat(world.told).isEmpty();
    shop.wrong.add(BusinessWorld.instance("shop-1"));
    world.pass(60);
    assertThat(world.ordered).containsExactly("isolate [shop-1]");
  }
}
