package io.mainstay.decisions.business;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A simulated month of healthy but noisy business, with a transaction every five seconds. */
@Tag("deep")
class NoisyMonthTest {
  private static final int MONTH_SECONDS = 30 * 86_400;

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.01, 0.02})
  void bringsNoDrasticRemedy(double noise) {
    BusinessWorld world = new BusinessWorld(1);
    BusinessWorld.Part shop = world.part("shop", "payments");
    shop.transaction = true;
    shop.fallback = true;
    world.part("payments").fallback = true;
    world.noise = noise;
    world.pass(MONTH_SECONDS);
    System.out.printf(
        "noise %.3f: %d runs, %d told, %d ordered%n",
        noise, world.runs, world.told.size(), world.ordered.size());
    assertThat(world.ordered).isEmpty();
  }
}
