package io.mainstay.decisions.evidence.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.evidence.Entry;
import io.mainstay.decisions.evidence.EvidenceRule;
import io.mainstay.decisions.evidence.Judgement;
import io.mainstay.decisions.evidence.Judgement.Rule;
import io.mainstay.decisions.evidence.Judgement.State;
import io.mainstay.decisions.evidence.Ledger;
import io.mainstay.decisions.evidence.Source.Kind;
import io.mainstay.decisions.evidence.Subject;
import io.mainstay.decisions.fleet.Member;
import io.mainstay.decisions.fleet.MemberFixture;
import io.mainstay.decisions.fleet.ServiceOverrides;
import io.mainstay.decisions.fleet.ServiceView;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EvidenceCollectorTest {
  private static final Subject SHOP = Subject.of(MemberFixture.SHOP);
  private static final Subject SHOP_1 = Subject.of(new InstanceId(MemberFixture.SHOP, 1));

  private final Ledger ledger = new Ledger();
  private final EvidenceCollector collector = new EvidenceCollector(ledger);
  private List<Overrides.Hold> holds = List.of();
  private boolean paused;
  private long second;

  /** A second later it is so. */
  private void see(MemberFixture... fixtures) {
    look(Stream.of(fixtures).map(MemberFixture::build).toList());
  }

  private void look(List<Member> members) {
    second++;
    collector.take(
        List.of(
            new ServiceView(
                MemberFixture.SHOP,
                Optional.empty(),
                1,
                Optional.empty(),
                members,
                List.of(),
                List.of(),
                Optional.empty(),
                new ServiceOverrides(Optional.empty(), paused, holds, List.of(), Optional.empty()),
                List.of(),
                List.of(),
                List.of())),
        List.of(NodeView.alone(MemberFixture.NODE)),
        now());
  }

  private MonotonicTime now() {
    return MonotonicTime.ZERO.plus(Duration.ofSeconds(second));
  }

  private Judgement judged(Subject subject) {
    return EvidenceRule.judge(subject, ledger.of(subject), now());
  }

  private static MemberFixture one() {
    return MemberFixture.member(1);
  }

  @Test
  void anExitSpeaksAgainstARunUntilTheNextOneIsReady() {
    see(one());
    assertThat(judged(SHOP_1).state()).isEqualTo(State.WORKS);
    see(one().phase(Phase.BACKING_OFF).exited());
    assertThat(judged(SHOP_1).rule()).isEqualTo(Rule.EXIT);
    assertThat(judged(SHOP_1).reason()).contains("killed by SIGKILL");
    see(one().generation(2).phase(Phase.STARTING).exited());
    assertThat(judged(SHOP_1).rule()).isEqualTo(Rule.EXIT);
    see(one().generation(2).exited());
    assertThat(judged(SHOP_1).state()).isEqualTo(State.WORKS);
  }

  @Test
  void anOrderedExitIsHeldAgainstNobody() {
    see(one());
    see(one().minGeneration(2).phase(Phase.STOPPING));
    see(one().minGeneration(2).generation(2).phase(Phase.STARTING).exited());
    assertThat(ledger.of(SHOP_1))
        .filteredOn(entry -> entry.source().kind() == Kind.EXIT)
        .singleElement()
        .satisfies(exit -> {
          assertThat(exit.sense()).isEqualTo(Entry.Sense.UNSURE);
          assertThat(exit.reason()).endsWith("as ordered");
        });
  }

  @Test
  void aLeaderThatIsNewDoesNotTellOfExitsThatWereGotOver() {
    see(one().generation(7).exited());
    assertThat(ledger.of(SHOP_1)).noneMatch(entry -> entry.source().kind() == Kind.EXIT);
    see(MemberFixture.member(2).phase(Phase.PARKED).exited());
    assertThat(ledger.of(Subject.of(new InstanceId(MemberFixture.SHOP, 2))))
        .anyMatch(entry -> entry.source().kind() == Kind.EXIT && entry.isBad());
  }

  @Test
  void goodTrafficGoesBeforeARedCheckAndBadTrafficBeforeAGreenOne() {
    see(one().phase(Phase.NOT_READY));
    assertThat(judged(SHOP_1).rule()).isEqualTo(Rule.RED_CHECK);
    see(one().phase(Phase.NOT_READY).answering(50, 0, 5));
    assertThat(judged(SHOP_1).rule()).isEqualTo(Rule.GOOD_TRAFFIC);
    assertThat(judged(SHOP_1).overruled()).extracting(Entry::reason).contains("as seen");
    see(one().answering(50, 40, 5));
    assertThat(judged(SHOP_1).state()).isEqualTo(State.SUSPECTED);
    see(one().answering(50, 40, 5));
    assertThat(judged(SHOP_1).state()).isEqualTo(State.FAILS);
    assertThat(judged(SHOP_1).rule()).isEqualTo(Rule.BAD_TRAFFIC);
  }

  @Test
  void whatIsOkForAnHourIsSaidOftenButKeptOnce() {
    for (int i = 0; i < 3_600; i++) {
      see(one().answering(50, 0, 5));
    }
    assertThat(ledger.of(SHOP_1)).hasSize(2);
    assertThat(judged(SHOP_1).rule()).isEqualTo(Rule.GREEN_CHECK);
  }

  @Test
  void suspectsOneThatIsMuchSlowerThanItsPeers() {
    for (int i = 0; i < 5; i++) {
      see(
          one().answering(50, 0, 900),
          MemberFixture.member(2).answering(50, 0, 12),
          MemberFixture.member(3).answering(50, 0, 15));
    }
    assertThat(judged(SHOP_1).rule()).isEqualTo(Rule.LATENCY);
    assertThat(judged(SHOP_1).reason()).contains("900 ms", "its peers 15 ms");
    see(
        one().answering(50, 0, 14),
        MemberFixture.member(2).answering(50, 0, 12),
        MemberFixture.member(3).answering(50, 0, 15));
    assertThat(judged(SHOP_1).state()).isEqualTo(State.WORKS);
  }

  @Test
  void anOperatorsWordHoldsUntilItIsTakenBack() {
    see(one());
    holds =
        List.of(
            new Overrides.Hold(
                new InstanceId(MemberFixture.SHOP, 1),
                Directive.ISOLATE,
                Optional.empty(),
                "looks odd",
                new Actor("operator:ann")));
    see(one().phase(Phase.HELD));
    assertThat(judged(SHOP_1).rule()).isEqualTo(Rule.OPERATOR);
    assertThat(judged(SHOP_1).reason()).contains("operator:ann", "looks odd");
    holds = List.of();
    see(one());
    assertThat(judged(SHOP_1).state()).isEqualTo(State.WORKS);
    paused = true;
    see(one());
    assertThat(judged(SHOP).state()).isEqualTo(State.HELD);
  }

  @Test
  void aServiceOfWhichNobodyIsReadyFails() {
    see(one().phase(Phase.STARTING));
    assertThat(ledger.of(SHOP)).isEmpty();
    see(one());
    assertThat(judged(SHOP).state()).isEqualTo(State.WORKS);
    see(one().phase(Phase.NOT_READY));
    assertThat(judged(SHOP).reason()).contains("none of its instances is ready");
  }

  @Test
  void forgetsThoseThatAreGoneWithinAMinute() {
    see(one(), MemberFixture.member(2));
    for (int i = 0; i < 60; i++) {
      see(one());
    }
    assertThat(ledger.known())
        .containsExactlyInAnyOrder(SHOP, SHOP_1, Subject.of(MemberFixture.NODE));
  }

  @Test
  void looksAtNothingTwiceThatIsAsItWas() {
    Member same = one().build();
    for (int i = 0; i < 1_000; i++) {
      look(List.of(same));
    }
    assertThat(ledger.of(SHOP_1)).singleElement().extracting(Entry::count).isEqualTo(1L);
  }
}
