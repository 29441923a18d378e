package io.mainstay.decisions.business;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.business.DiversionRule.InForce;
import io.mainstay.decisions.business.DiversionRule.Ruling;
import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.Overrides.Diversion;
import io.mainstay.testkit.ServiceFixture;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiversionRuleTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final ServiceName SHOP = new ServiceName("shop");
  private static final ServiceName LITE = new ServiceName("lite");
  private static final Fallback.Answer SORRY = new Fallback.Answer(503, Optional.empty());

  private final List<ServiceSpec> services =
      List.of(
          ServiceFixture.service("shop").fallback(new Fallback.ToService(LITE)).build(),
          ServiceFixture.service("lite").upstreams(new Address("127.0.0.1", 1)).build(),
          ServiceFixture.service("cart").fallback(SORRY).build(),
          ServiceFixture.service("bare").build(),
          ServiceFixture.service("batch").port(new PortPolicy.None()).build());

  @Test
  void leadsToTheFallbackOfTheFileOrToWhatIsNamed() {
    assertThat(only(diversion("shop", "")).to()).isEqualTo(new Fallback.ToService(LITE));
    assertThat(only(diversion("cart", "")).to()).isEqualTo(SORRY);
    assertThat(only(diversion("cart", "lite")).to()).isEqualTo(new Fallback.ToService(LITE));
    assertThat(only(diversion("shop", "")).describe()).isEqualTo("all requests go to lite");
    assertThat(only(diversion("cart", "")).describe())
        .isEqualTo("all requests get an answer of 503");
  }

  @ParameterizedTest
  @CsvSource({
    "gone, lite, there is no service gone any more",
    "shop, nobody, there is no service nobody",
    "shop, shop, a service is not diverted to itself",
    "bare, '', 'bare has no fallback, so somewhere must be named'",
    "shop, batch, batch has no port and takes no requests",
    "batch, lite, batch has no port and takes no requests",
  })
  void isNotFollowedWhereItCannotBe(String service, String to, String reason) {
    Diversion diversion = diversion(service, to);
    Ruling ruling = rule(diversion);
    assertThat(ruling.inForce()).isEmpty();
    assertThat(ruling.problem(diversion)).contains(reason);
  }

  @Test
  void endsByItsTime() {
    Diversion diversion = until(diversion("shop", ""), NOW.plus(Duration.ofSeconds(1)));
    assertThat(rule(diversion).of(SHOP)).isPresent();
    assertThat(rule(until(diversion, NOW)).problem(until(diversion, NOW)))
        .contains("its time is over");
  }

  @Test
  void takesAShareThatIsOne() {
    assertThat(only(share(diversion("shop", ""), 0.125)).describe())
        .isEqualTo("12.5% of the requests go to lite");
    for (double share : new double[] {0, -1, 1.5, Double.NaN}) {
      assertThat(rule(share(diversion("shop", ""), share)).inForce()).isEmpty();
    }
  }

  @Test
  void neverGoesInACircle() {
    Diversion first = diversion("shop", "cart");
    Diversion second = diversion("cart", "bare");
    Diversion third = diversion("bare", "shop");
    Ruling ruling = rule(first, second, third);
    assertThat(ruling.inForce()).extracting(InForce::diversion).containsExactly(second, first);
    assertThat(ruling.problem(third))
        .contains("requests would go in a circle: bare → shop → cart → bare");
  }

  @Test
  void putsAnOperatorsWordBeforeItsOwn() {
    Diversion own =
        new Diversion(SHOP, Optional.empty(), 1, Optional.empty(), "it fails", Actor.SYSTEM);
    Diversion byHand = diversion("shop", "cart");
    Ruling ruling = rule(own, byHand);
    assertThat(ruling.of(SHOP).map(InForce::diversion)).contains(byHand);
    assertThat(ruling.problem(own)).contains("shop is diverted already");
  }

  private Ruling rule(Diversion... diversions) {
    return DiversionRule.rule(services, List.of(diversions), NOW);
  }

  private InForce only(Diversion diversion) {
    return rule(diversion).inForce().getFirst();
  }

  private static Diversion diversion(String service, String to) {
    return new Diversion(
        new ServiceName(service),
        Optional.of(to).filter(name -> !name.isEmpty()).map(ServiceName::new),
        1,
        Optional.empty(),
        "it fails",
        Actor.operator("ada"));
  }

  private static Diversion until(Diversion of, Instant end) {
    return new Diversion(
        of.service(), of.to(), of.share(), Optional.of(end), of.reason(), of.actor());
  }

  private static Diversion share(Diversion of, double share) {
    return new Diversion(of.service(), of.to(), share, of.until(), of.reason(), of.actor());
  }
}
