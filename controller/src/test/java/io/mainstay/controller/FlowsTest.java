package io.mainstay.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.ServiceName;
import io.mainstay.model.Verdict;
import io.mainstay.model.spec.FlowSpec;
import io.mainstay.model.spec.Remedy;
import io.mainstay.model.state.FlowHealth;
import io.mainstay.model.state.FlowKey;
import io.mainstay.model.state.FlowSighting;
import io.mainstay.model.state.FlowSighting.Outcome;
import io.mainstay.model.state.FlowSighting.Side;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.FlowQueries;
import io.mainstay.ports.FlowSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the controller tells of flows. */
class FlowsTest extends ControllerWorld {
  private static final FlowKey SHIP = new FlowKey(SHOP, "ship");

  private final List<FlowSighting> seen = new ArrayList<>();
  private long dropped;
  private int taken;
  private long orders;

  @Override
  Optional<FlowSource> flows() {
    return Optional.of(() -> {
      FlowSource.Taken all = new FlowSource.Taken(seen, dropped, time.now());
      seen.clear();
      dropped = 0;
      taken++;
      return all;
    });
  }

  /** What the database knows by now; empty: it does not answer. */
  private Optional<List<String>> rows = Optional.of(new ArrayList<>());

  private final List<List<String>> later = new ArrayList<>();
  private int queries;

  @Override
  Optional<FlowQueries> queries() {
    return Optional.of((flow, sql, done) -> {
      queries++;
      FlowQueries.Answer answer =
          sql instanceof FlowSpec.Promql
              ? counted()
              : rows.<FlowQueries.Answer>map(keys -> new FlowQueries.Answer.Found(keys, false))
                  .orElseGet(() -> new FlowQueries.Answer.Failed("refused"));
      time.mailbox("controller").after(Duration.ofMillis(300), () -> done.accept(answer));
    });
  }

  /** Ten orders a second; the database knows some of them four seconds later. */
  private void tradeBySql(int seconds, int shippedOfTen) {
    for (int second = 0; second < seconds; second++) {
      List<String> now = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        String id = "o-" + ++orders;
        seen.add(new FlowSighting(SHIP, Side.WHEN, time.now(), Outcome.SEEN, FlowKey.hash(id), id));
        if (i < shippedOfTen) {
          now.add(id);
        }
      }
      later.add(now);
      if (later.size() > 4) {
        List<String> known = later.removeFirst();
        rows.ifPresent(keys -> {
          keys.addAll(known);
          keys.subList(0, Math.max(0, keys.size() - 300)).clear();
        });
      }
      run(1);
    }
  }

  @Test
  void asksADatabaseWhatFollowed() {
    apply(Specs.deployment(Specs.of("shop").flowBySql("ship")));
    run(20);
    tradeBySql(60, 10);
    assertThat(shop().flows().getFirst().health()).isEqualTo(FlowHealth.PASSING);
    assertThat(shop().flows().getFirst().counts().missing()).isZero();
    assertThat(queries).isBetween(20, 30);
    tradeBySql(30, 5);
    Event failed = events(EventKind.FLOW_FAILED).getFirst();
    assertThat(failed.evidence())
        .containsEntry("suspect", "shop")
        .hasEntrySatisfying("not-followed", keys -> assertThat(keys).contains("o-", "(missing)"));
    tradeBySql(90, 10);
    assertThat(events(EventKind.FLOW_PASSED)).hasSize(1);
  }

  @Test
  void accusesNobodyWhileTheDatabaseDoesNotAnswer() {
    apply(Specs.deployment(Specs.of("shop").flowBySql("ship")));
    run(20);
    tradeBySql(30, 10);
    List<String> kept = rows.orElseThrow();
    rows = Optional.empty();
    tradeBySql(40, 10);
    assertThat(shop().flows().getFirst().health()).isEqualTo(FlowHealth.UNKNOWN);
    assertThat(shop().flows().getFirst().reason()).isEqualTo("the database was not asked: refused");
    rows = Optional.of(kept);
    tradeBySql(90, 10);
    assertThat(shop().flows().getFirst().health()).isEqualTo(FlowHealth.PASSING);
    assertThat(shop().flows().getFirst().counts().missing()).isZero();
    assertThat(events(EventKind.FLOW_FAILED)).isEmpty();
  }

  /** How far the counter has come that is scraped every 15 s; negative: nobody knows. */
  private double scraped;

  private double shipped;

  private FlowQueries.Answer counted() {
    return scraped < 0
        ? new FlowQueries.Answer.Failed("refused")
        : new FlowQueries.Answer.Counted(scraped);
  }

  /** Ten orders a second, of which some are shipped two seconds later. */
  private void tradeByCounter(int seconds, int shippedOfTen) {
    for (int second = 0; second < seconds; second++) {
      for (int i = 0; i < 10; i++) {
        orders++;
        see(Side.WHEN, Outcome.SEEN);
      }
      run(1);
      shipped += shippedOfTen;
      if (orders / 10 % 15 == 0) {
        scraped = shipped - 2.0 * shippedOfTen;
      }
    }
  }

  @Test
  void countsWhatFollowedByAPrometheus() {
    apply(Specs.deployment(Specs.of("shop").flowByCounter("ship")));
    run(30);
    tradeByCounter(300, 10);
    assertThat(shop().flows().getFirst().health()).isEqualTo(FlowHealth.PASSING);
    assertThat(shop().flows().getFirst().counts().missing()).isZero();
    tradeByCounter(90, 5);
    Event failed = events(EventKind.FLOW_FAILED).getFirst();
    assertThat(failed.evidence())
        .containsEntry("suspect", "shop")
        .doesNotContainKey("not-followed");
    assertThat(shop().flows().getFirst().lost()).isEmpty();
  }

  @Test
  void accusesNobodyWhenACounterBeginsAnewOrIsNotKnown() {
    apply(Specs.deployment(Specs.of("shop").flowByCounter("ship")));
    run(30);
    tradeByCounter(120, 10);
    shipped = 20;
    tradeByCounter(120, 10);
    scraped = -1;
    run(5);
    assertThat(shop().flows().getFirst().reason()).isEqualTo("the counter is not known: refused");
    tradeByCounter(10, 10);
    tradeByCounter(200, 10);
    assertThat(shop().flows().getFirst().health()).isEqualTo(FlowHealth.PASSING);
    assertThat(events(EventKind.FLOW_FAILED)).isEmpty();
  }

  private void deploy(Specs shop) {
    apply(Specs.deployment(shop.flow("ship", "lite"), Specs.of("lite")));
    run(20);
  }

  private void see(Side side, Outcome outcome) {
    long key = orders * 0x9E3779B97F4A7C15L;
    seen.add(new FlowSighting(SHIP, side, time.now(), outcome, key, "o-" + orders));
  }

  /** Ten orders a second, of which some are shipped. */
  private void trade(int seconds, int shippedOfTen, boolean refused) {
    for (int second = 0; second < seconds; second++) {
      for (int i = 0; i < 10; i++) {
        orders++;
        see(Side.WHEN, Outcome.SEEN);
        if (i < shippedOfTen) {
          see(Side.THEN, Outcome.SEEN);
        } else if (refused) {
          see(Side.THEN, Outcome.REFUSED);
        }
      }
      run(1);
    }
  }

  @Test
  void tellsWhenAFlowFailsAndWhenItPassesAgain() {
    deploy(Specs.of("shop"));
    trade(30, 10, false);
    assertThat(shop().flows())
        .singleElement()
        .satisfies(flow -> {
          assertThat(flow.health()).isEqualTo(FlowHealth.PASSING);
          assertThat(flow.counts().missing()).isZero();
        });
    assertThat(events(EventKind.FLOW_FAILED)).isEmpty();
    trade(20, 5, false);
    Event failed = events(EventKind.FLOW_FAILED).getFirst();
    assertThat(failed.service()).contains(SHOP);
    assertThat(failed.reason()).startsWith("flow ship fails: ").contains("within 5s");
    assertThat(failed.evidence())
        .containsEntry("suspect", "shop")
        .containsEntry("at-least", "99%")
        .hasEntrySatisfying("not-followed", keys -> assertThat(keys).contains("o-", "(missing)"));
    assertThat(shop().verdict()).isEqualTo(Verdict.FAILING);
    assertThat(shop().reason()).startsWith("flow ship fails: ");
    assertThat(events(EventKind.OPERATOR_NEEDED))
        .singleElement()
        .satisfies(
            needed -> assertThat(needed.reason()).endsWith("no transactions of shop that would"));
    assertThat(coordinator.state().overrides()).isEqualTo(Overrides.NONE);
    trade(60, 10, false);
    assertThat(events(EventKind.FLOW_FAILED)).hasSize(1);
    assertThat(events(EventKind.FLOW_PASSED)).hasSize(1);
    assertThat(shop().verdict()).isEqualTo(Verdict.HEALTHY);
    assertThat(controller.explain("shop").orElseThrow().findings())
        .anyMatch(finding -> finding.decider().equals("flow"));
  }

  @Test
  void suspectsWhoeverIsAskedAndDoesNotAnswerWell() {
    deploy(Specs.of("shop").whenFailing());
    trade(20, 5, true);
    assertThat(shop().flows().getFirst().suspect()).contains(new ServiceName("lite"));
    assertThat(events(EventKind.FLOW_FAILED).getFirst().evidence())
        .containsEntry("suspect", "lite");
    assertThat(controller.explain("lite").orElseThrow().findings())
        .anyMatch(finding -> finding.decider().equals("flow"));
    assertThat(events(EventKind.OPERATOR_NEEDED)).isEmpty();
  }

  @Test
  void leavesItToTransactionsWhereThereAreSome() {
    deploy(Specs.of("shop").transaction("buy").whenFailing(Remedy.NOTIFY));
    trade(20, 5, false);
    assertThat(events(EventKind.FLOW_FAILED)).hasSize(1);
    assertThat(events(EventKind.OPERATOR_NEEDED)).isEmpty();
  }

  @Test
  void doesNotCallItMissingWhereSightingsWereLost() {
    deploy(Specs.of("shop"));
    for (int second = 0; second < 20; second++) {
      dropped = 100;
      trade(1, 5, false);
    }
    assertThat(shop().flows().getFirst().counts().dropped()).isGreaterThan(1800);
    assertThat(events(EventKind.FLOW_FAILED)).isEmpty();
  }

  @Test
  void asksNobodyWithoutFlows() {
    apply(Specs.deployment(Specs.of("shop")));
    run(20);
    assertThat(taken).isZero();
    deploy(Specs.of("shop"));
    int before = taken;
    run(20);
    assertThat(taken - before).isBetween(15, 25);
    apply(Specs.deployment(Specs.of("shop")));
    before = taken;
    run(20);
    assertThat(taken).isEqualTo(before);
    assertThat(shop().flows()).isEmpty();
  }
}
