package io.mainstay.decisions.business;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.spec.Remedy;
import io.mainstay.model.spec.RestorePolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BusinessRuleTest {
  private final BusinessWorld world = new BusinessWorld(7);

  private BusinessWorld.Part shop() {
    BusinessWorld.Part shop = world.part("shop", "payments");
    shop.transaction = true;
    shop.fallback = true;
    world.part("payments");
    return shop;
  }

  @Test
  void doesNothingWhileTransactionsPass() {
    shop();
    world.pass(600);
    assertThat(world.runs).isBetween(119, 121);
    assertThat(world.told).isEmpty();
    assertThat(world.ordered).isEmpty();
  }

  /** One run in a hundred fails for a passing reason; the month is in {@code NoisyMonthTest}. */
  @Test
  void doesNothingDrasticInADayOfNoise() {
    shop();
    world.noise = 0.01;
    world.pass(86_400);
    assertThat(world.runs).isGreaterThan(17_000);
    assertThat(world.ordered).isEmpty();
  }

  @Test
  void doesNothingOnOneFailure() {
    shop();
    world.pass(20);
    world.failNext = 1;
    world.pass(100);
    assertThat(world.failNext).isZero();
    assertThat(world.told).isEmpty();
    assertThat(world.ordered).isEmpty();
  }

  @Test
  void isolatesTheOneInstanceWithWhichItFails() {
    shop().wrong.add(BusinessWorld.instance("shop-2"));
    world.pass(60);
    assertThat(world.ordered).containsExactly("isolate [shop-2]");
    assertThat(world.told)
        .containsExactly("transaction-failed shop", "blamed shop-2", "transaction-passed shop");
  }

  @Test
  void releasesAnIsolatedInstanceOnceItWorksAgain() {
    BusinessWorld.Part shop = shop();
    shop.wrong.add(BusinessWorld.instance("shop-2"));
    world.pass(200);
    assertThat(shop.confined).hasSize(1);
    shop.wrong.clear();
    world.pass(120);
    assertThat(world.ordered).containsExactly("isolate [shop-2]", "release shop-2");
    assertThat(shop.confined).isEmpty();
  }

  @Test
  void keepsOutForLongerWhatFailedAgainAfterItsRelease() {
    BusinessWorld.Part shop = shop();
    long before = 0;
    for (int time = 0; time < 3; time++) {
      shop.wrong.add(BusinessWorld.instance("shop-2"));
      world.pass(300);
      assertThat(shop.confined).hasSize(1);
      shop.wrong.clear();
      long began = world.seconds;
      while (!shop.confined.isEmpty() && world.seconds < began + 2_000) {
        world.pass(1);
      }
      long out = world.seconds - began;
      assertThat(out).isGreaterThan(before * 3 / 2).isLessThan(500);
      before = out;
    }
    world.pass(4_000);
    shop.wrong.add(BusinessWorld.instance("shop-2"));
    world.pass(300);
    shop.wrong.clear();
    world.pass(120);
    assertThat(shop.confined).as("after an hour in good health").isEmpty();
  }

  @Test
  void saysThatATransactionFlapsInsteadOfEachFailure() {
    BusinessWorld.Part shop = shop();
    shop.whenFailing = List.of(Remedy.NOTIFY);
    world.noise = 0.5;
    world.pass(3_000);
    assertThat(world.told).contains("flapping-started shop");
    assertThat(world.told.stream().filter("transaction-failed shop"::equals).count())
        .as("of 600 runs, half of which fail")
        .isLessThan(20);
    world.noise = 0;
    world.pass(300);
    assertThat(world.told).contains("flapping-stopped shop");
    int told = world.told.size();
    shop.broken = true;
    world.pass(30);
    assertThat(world.told.subList(told, world.told.size())).contains("transaction-failed shop");
  }

  @Test
  void divertsTheServiceWithWhoseInstancesItAlwaysFails() {
    shop().broken = true;
    world.pass(60);
    assertThat(world.ordered).containsExactly("divert shop");
    assertThat(world.told).startsWith("transaction-failed shop", "blamed shop");
  }

  @Test
  void returnsShareByShareOnceItWorksAgain() {
    BusinessWorld.Part shop = shop();
    shop.broken = true;
    world.pass(60);
    shop.broken = false;
    world.pass(80);
    assertThat(world.ordered)
        .containsExactly("divert shop", "share shop 0.9", "share shop 0.5", "share shop 0.0");
    assertThat(shop.diverted).isZero();
    world.pass(200);
    assertThat(world.ordered).hasSize(4);
  }

  @Test
  void goesOnAsAUserWouldWhileWhatStandsBehindIsDiverted() {
    shop();
    BusinessWorld.Part payments = world.of("payments");
    payments.fallback = true;
    payments.broken = true;
    world.pass(200);
    assertThat(world.ordered).containsExactly("divert payments");
    assertThat(world.told).last().isEqualTo("transaction-passed shop");
    payments.broken = false;
    world.pass(200);
    assertThat(world.ordered).endsWith("share payments 0.0");
    int runs = world.runs;
    world.pass(100);
    assertThat(world.runs - runs).as("no trial is left over").isLessThan(25);
  }

  @Test
  void looksForTheNextCulpritAtOnceAfterAReturn() {
    BusinessWorld.Part shop = shop();
    BusinessWorld.Part payments = world.of("payments");
    payments.fallback = true;
    shop.broken = true;
    world.pass(60);
    shop.broken = false;
    for (int i = 0; i < 100 && !world.ordered.contains("share shop 0.0"); i++) {
      world.pass(1);
    }
    int runs = world.runs;
    world.pass(8);
    assertThat(world.runs - runs).as("no trial for how it failed before").isLessThan(4);
    payments.broken = true;
    world.pass(25);
    assertThat(world.ordered).endsWith("share shop 0.0", "divert payments");
  }

  @Test
  void goesBackAtOnceIfItFailsWhileItsTrafficReturnsAndAsksForMoreThen() {
    BusinessWorld.Part shop = shop();
    shop.broken = true;
    world.pass(60);
    shop.broken = false;
    while (!world.ordered.contains("share shop 0.5")) {
      world.pass(1);
    }
    shop.broken = true;
    world.pass(30);
    assertThat(world.ordered).endsWith("share shop 0.5", "share shop 1.0");
    shop.broken = false;
    long before = world.seconds;
    while (shop.diverted == 1) {
      world.pass(1);
    }
    assertThat(world.seconds - before).as("six good runs, not three").isBetween(25L, 40L);
  }

  @Test
  void waitsForAnOperatorIfTheFileSaysSo() {
    BusinessWorld.Part shop = shop();
    shop.restore =
        new RestorePolicy(RestorePolicy.Mode.MANUAL, 3, List.of(1.0), Duration.ofSeconds(10));
    shop.broken = true;
    world.pass(60);
    shop.broken = false;
    world.pass(300);
    assertThat(world.ordered).containsExactly("divert shop");
    assertThat(world.told.stream().filter(one -> one.equals("operator-needed shop"))).hasSize(1);
    shop.diverted = 0;
    world.pass(100);
    assertThat(world.ordered).hasSize(1);
  }

  @Test
  void leavesWhatAnOperatorDivertedToTheOperator() {
    BusinessWorld.Part shop = shop();
    shop.broken = true;
    world.pass(60);
    assertThat(world.ordered).containsExactly("divert shop");
    shop.byOperator = true;
    shop.diverted = 0.5;
    shop.broken = false;
    world.pass(300);
    assertThat(world.ordered).hasSize(1);
    assertThat(shop.diverted).isEqualTo(0.5);
  }

  @Test
  void blamesTheServiceBehindTheSuspect() {
    BusinessWorld.Part shop = shop();
    BusinessWorld.Part payments = world.of("payments");
    payments.fallback = true;
    payments.broken = true;
    world.pass(90);
    assertThat(world.ordered).containsExactly("divert payments");
    assertThat(shop.diverted).isZero();
    assertThat(world.told).contains("blamed payments").doesNotContain("blamed shop");
  }

  @Test
  void findsTheOneWrongInstanceBehindTheSuspect() {
    shop();
    world.of("payments").wrong.add(BusinessWorld.instance("payments-3"));
    world.pass(300);
    assertThat(world.ordered).containsExactly("isolate [payments-3]");
  }

  @Test
  void takesTheSuspectForTheCulpritIfNothingCanBeToldBehindIt() {
    BusinessWorld.Part shop = shop();
    shop.passesOn = false;
    world.of("payments").broken = true;
    world.pass(90);
    assertThat(world.ordered).containsExactly("divert shop");
  }

  @Test
  void looksAgainAtOnceOnceAnotherFileIsApplied() {
    BusinessWorld.Part shop = shop();
    shop.fallback = false;
    shop.whenFailing = List.of(Remedy.NOTIFY);
    shop.broken = true;
    while (count("operator-needed shop") < 4) {
      world.pass(1);
    }
    world.pass(60);
    assertThat(count("operator-needed shop")).as("it rests").isEqualTo(4);
    world.generation++;
    world.pass(30);
    assertThat(count("operator-needed shop")).isEqualTo(5);
  }

  private long count(String told) {
    return world.told.stream().filter(told::equals).count();
  }

  @Test
  void stopsAServiceOnlyOnceItsRequestsGoElsewhere() {
    BusinessWorld.Part shop = shop();
    shop.whenFailing = List.of(Remedy.SHUTDOWN, Remedy.DIVERT, Remedy.SHUTDOWN);
    shop.broken = true;
    world.pass(60);
    assertThat(world.ordered).containsExactly("divert shop", "shutdown shop");
    world.pass(300);
    assertThat(world.ordered).hasSize(2);
  }

  @Test
  void stopsAServiceWithoutFallbackAndLeavesItSo() {
    BusinessWorld.Part shop = shop();
    shop.fallback = false;
    shop.whenFailing = List.of(Remedy.ISOLATE, Remedy.SHUTDOWN, Remedy.NOTIFY);
    shop.broken = true;
    world.pass(600);
    assertThat(world.ordered).containsExactly("shutdown shop");
  }

  @Test
  void usesEachRemedyOnceItsPredecessorDidNotHelp() {
    BusinessWorld.Part shop = shop();
    shop.whenFailing = List.of(Remedy.RESTART, Remedy.REPLACE, Remedy.ISOLATE, Remedy.NOTIFY);
    shop.wrong.add(BusinessWorld.instance("shop-1"));
    world.pass(300);
    assertThat(world.ordered)
        .containsExactly("restart [shop-1]", "replace [shop-1]", "isolate [shop-1]");
  }

  @Test
  void goesOnToTheNextRemedyIfTheGovernorRefuses() {
    BusinessWorld.Part shop = shop();
    shop.refusesAll = true;
    shop.whenFailing = List.of(Remedy.RESTART, Remedy.ISOLATE, Remedy.NOTIFY);
    shop.wrong.add(BusinessWorld.instance("shop-1"));
    world.pass(60);
    assertThat(world.ordered).containsExactly("restart [shop-1]", "isolate [shop-1]");
    assertThat(world.told).contains("operator-needed shop");
  }

  @Test
  void leavesAPausedServiceAlone() {
    BusinessWorld.Part shop = shop();
    shop.paused = true;
    shop.broken = true;
    world.pass(200);
    assertThat(world.ordered).isEmpty();
    assertThat(world.told).containsExactly("transaction-failed shop");
  }

  @Test
  void aNewServerLooksAfterWhatTheOldOneTookOut() {
    BusinessWorld.Part shop = shop();
    shop.broken = true;
    world.pass(60);
    world.forget();
    shop.broken = false;
    world.pass(120);
    assertThat(shop.diverted).isZero();
    shop.wrong.add(BusinessWorld.instance("shop-3"));
    world.pass(60);
    assertThat(shop.confined).hasSize(1);
    world.forget();
    shop.wrong.clear();
    world.pass(200);
    assertThat(shop.confined).isEmpty();
  }

  @Test
  void doesNothingDrasticToMostServicesAtOnce() {
    for (String name : List.of("a", "b", "c", "d", "e")) {
      BusinessWorld.Part part = world.part(name);
      part.transaction = true;
      part.fallback = true;
      part.broken = true;
    }
    world.pass(120);
    assertThat(world.ordered.stream().filter(one -> one.startsWith("divert"))).hasSize(3);
    assertThat(world.told).contains("remedy-refused a");
  }

  @Test
  void namesTheRightOneWhateverIsWrong() {
    for (int seed = 0; seed < 200; seed++) {
      BusinessWorld each = new BusinessWorld(seed);
      BusinessWorld.Part shop = each.part("shop", "orders", "payments");
      shop.transaction = true;
      shop.fallback = true;
      each.part("orders", "stock").fallback = true;
      each.part("payments").fallback = true;
      each.part("stock").fallback = true;
      each.parts.values().forEach(part -> part.instances = 2 + each.random.nextInt(4));
      each.noise = 0.01;
      each.reports = seed % 3 > 0;
      each.visible = seed % 3 > 1;
      List<BusinessWorld.Part> all = List.copyOf(each.parts.values());
      BusinessWorld.Part victim = all.get(each.random.nextInt(all.size()));
      boolean one = each.random.nextBoolean();
      each.pass(100);
      String expected;
      if (one) {
        var wrong = victim.serving().get(each.random.nextInt(victim.instances));
        victim.wrong.add(wrong);
        expected = "isolate [" + wrong + "]";
      } else {
        victim.broken = true;
        expected = "divert " + victim.name;
      }
      each.pass(600);
      assertThat(each.ordered).as("seed " + seed + " " + each.told).containsExactly(expected);
    }
  }

  @Test
  void doesNothingDrasticInDaysOfNoise() {
    shop();
    world.noise = 0.02;
    world.pass(3 * 24 * 3600);
    assertThat(world.ordered).isEmpty();
    assertThat(world.runs).isGreaterThan(50_000);
  }
}
