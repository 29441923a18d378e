package io.mainstay.decisions.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.nodes.NodeTransition.Input;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeRuleTest {
  private static final NodePolicy POLICY = NodePolicy.of(Duration.ofSeconds(10));
  private final TreeMap<String, NodeFacts> nodes = new TreeMap<>();
  private final List<String> told = new ArrayList<>();
  private NodesMemory memory = NodesMemory.EMPTY;
  private NodesDecision decision = new NodesDecision(new TreeMap<>(), memory, List.of());
  private double seconds = 100;

  @ParameterizedTest
  @CsvSource({
    // before, session there, not there yet silent, silent long enough
    "JOINING, READY, SUSPECT, LOST",
    "READY, READY, SUSPECT, LOST",
    "DRAINING, READY, SUSPECT, LOST",
    "SUSPECT, READY, SUSPECT, LOST",
    "LOST, READY, LOST, LOST",
    "REMOVED, READY, REMOVED, REMOVED"
  })
  void knowsEveryStateAndEvent(
      NodeState before, NodeState there, NodeState gone, NodeState silent) {
    assertThat(NodeTransition.next(before, new Input(true, false, false, false))).isEqualTo(there);
    assertThat(NodeTransition.next(before, new Input(true, false, true, false)))
        .isEqualTo(NodeState.DRAINING);
    for (boolean drain : new boolean[] {false, true}) {
      assertThat(NodeTransition.next(before, new Input(true, true, drain, false)))
          .isEqualTo(NodeState.JOINING);
      assertThat(NodeTransition.next(before, new Input(false, false, drain, false)))
          .isEqualTo(gone);
      assertThat(NodeTransition.next(before, new Input(false, true, drain, true)))
          .isEqualTo(silent);
    }
  }

  @Test
  void needsTwoWitnessesToLoseANode() {
    cluster(3);
    gone("n2", true);
    pass(30);
    assertThat(state("n2")).isEqualTo(NodeState.SUSPECT);
    assertThat(decision.of(name("n2")).closed()).contains("its session is gone");
    gone("n2", false);
    pass(9);
    assertThat(state("n2")).isEqualTo(NodeState.SUSPECT);
    pass(2);
    assertThat(state("n2")).isEqualTo(NodeState.LOST);
    assertThat(decision.of(name("n2")).replace()).isTrue();
    assertThat(told).containsExactly("node-suspect n2", "node-lost n2");
  }

  @Test
  void countsTheTimeInWhichAllOthersAskedInVainBeforeItsSessionEnded() {
    cluster(3);
    put("n2", true, false, Duration.ofSeconds(20), Optional.empty(), 1);
    pass(1);
    assertThat(state("n2")).as("its session lives").isEqualTo(NodeState.READY);
    put("n2", false, false, Duration.ofSeconds(7), Optional.empty(), 1);
    pass(1);
    assertThat(state("n2")).isEqualTo(NodeState.SUSPECT);
    gone("n2", false); // one of the others was not heard this time
    pass(3);
    assertThat(state("n2")).isEqualTo(NodeState.LOST);
  }

  @Test
  void takesOneAnswerForMoreThanAnySilence() {
    cluster(3);
    put("n2", false, true, Duration.ofSeconds(20), Optional.empty(), 1);
    pass(20);
    assertThat(state("n2")).isEqualTo(NodeState.SUSPECT);
  }

  @Test
  void doesNotTakeAJoiningNodeForOneThatReturns() {
    cluster(3);
    gone("n4", false);
    pass(1);
    assertThat(state("n4")).isEqualTo(NodeState.JOINING);
    there("n4");
    pass(1);
    assertThat(state("n4")).isEqualTo(NodeState.READY);
    assertThat(told).containsExactly("node-joined n4");
    gone("n4", false);
    pass(2);
    there("n4");
    pass(1);
    assertThat(decision.of(name("n4")).closed()).as("the first return").isEmpty();
  }

  @Test
  void losesWhatWasToJoinAndNeverCame() {
    cluster(3);
    gone("n4", false);
    pass(20);
    assertThat(state("n4")).isEqualTo(NodeState.LOST);
  }

  @Test
  void forgivesAShortAbsence() {
    cluster(3);
    gone("n2", false);
    pass(5);
    there("n2");
    pass(1);
    assertThat(decision.of(name("n2")).closed()).isEmpty();
    assertThat(told).containsExactly("node-suspect n2", "node-restored n2");
  }

  @Test
  void keepsWhatFlapsWaitingLongerEachTime() {
    cluster(3);
    List<Integer> waited = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      gone("n2", false);
      pass(2);
      there("n2");
      int wait = 0;
      for (pass(1); decision.of(name("n2")).closed().isPresent(); pass(1)) {
        wait++;
      }
      waited.add(wait);
    }
    assertThat(waited).containsExactly(0, 20, 40, 80);
    pass(700);
    gone("n2", false);
    pass(2);
    there("n2");
    pass(1);
    assertThat(decision.of(name("n2")).closed()).as("long ago is forgotten").isEmpty();
  }

  @Test
  void replacesNothingWhenTooManyGoAtOnceAndSaysSo() {
    cluster(5);
    for (String name : List.of("n2", "n3", "n4")) {
      gone(name, false);
    }
    pass(60);
    assertThat(state("n3")).isEqualTo(NodeState.LOST);
    assertThat(decision.standings().values()).noneMatch(NodeStanding::replace);
    assertThat(told).filteredOn(text -> text.startsWith("replacement-frozen")).hasSize(1);
    there("n4");
    pass(30);
    assertThat(told).filteredOn(text -> text.startsWith("replacement-resumed")).hasSize(1);
    assertThat(decision.of(name("n2")).replace()).isTrue();
  }

  @Test
  void endsTheFreezeWhenTheLostAreRemovedByHand() {
    cluster(3);
    gone("n2", false);
    gone("n3", false);
    pass(60);
    assertThat(decision.of(name("n2")).replace()).isFalse();
    nodes.remove("n3");
    pass(30);
    assertThat(decision.of(name("n2")).replace()).as("one of two is half").isFalse();
    nodes.remove("n2");
    pass(1);
    assertThat(told).contains("node-removed n2", "node-removed n3", "replacement-resumed ");
  }

  @Test
  void releasesLostNodesOneAfterTheOther() {
    cluster(6);
    gone("n2", false);
    gone("n3", false);
    gone("n4", false);
    pass(11);
    assertThat(released()).containsExactly("n2");
    pass(9);
    assertThat(released()).containsExactly("n2");
    pass(2);
    assertThat(released()).containsExactly("n2", "n3");
  }

  @Test
  void countsAnewAfterAPauseOfItsOwn() {
    cluster(3);
    gone("n2", false);
    pass(8);
    seconds += 60;
    pass(1);
    assertThat(state("n2")).isEqualTo(NodeState.SUSPECT);
    pass(11);
    assertThat(state("n2")).isEqualTo(NodeState.LOST);
  }

  @Test
  void countsAnewAsANewLeader() {
    cluster(3);
    gone("n2", false);
    pass(30);
    memory = NodesMemory.EMPTY;
    pass(9);
    assertThat(state("n2")).isEqualTo(NodeState.SUSPECT);
    assertThat(decision.of(name("n2")).replace()).isFalse();
  }

  @Test
  void emptiesANodeByHandAndTellsOnceThatItIsEmpty() {
    cluster(2);
    put("n2", true, false, Optional.of("drained by hand"), 2);
    pass(3);
    assertThat(decision.of(name("n2")).isLeaving()).isTrue();
    put("n2", true, false, Optional.of("drained by hand"), 0);
    pass(3);
    there("n2");
    pass(1);
    assertThat(told).containsExactly("node-draining n2", "node-drained n2", "node-released n2");
  }

  @Test
  void tellsWhoJoinsButNotWhoWasThereBefore() {
    cluster(2);
    there("n3");
    pass(2);
    assertThat(told).containsExactly("node-joined n3");
  }

  @Test
  void keepsItsPromisesWhateverHappens() {
    int lost = 0;
    int frozen = 0;
    for (int seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      NodeRuleTest world = new NodeRuleTest();
      int count = 2 + random.nextInt(8);
      world.cluster(count);
      TreeMap<String, Integer> silentFor = new TreeMap<>();
      for (int i = 0; i < 150; i++) {
        String name = "n" + (1 + random.nextInt(count));
        switch (random.nextInt(8)) {
          case 0, 1 -> world.gone(name, random.nextBoolean());
          case 2 -> world.there(name);
          case 3 -> world.put(name, true, false, Optional.of("by hand"), random.nextInt(2));
          default -> {
            // Time passes.
          }
        }
        world.pass(1);
        TreeSet<String> goneNow = new TreeSet<>();
        for (NodeFacts fact : world.nodes.values()) {
          String node = fact.name().value();
          boolean silent = !fact.present() && !fact.answering();
          silentFor.merge(node, 1, (before, one) -> silent ? before + one : 0);
          NodeStanding standing = world.decision.of(fact.name());
          String where = "seed " + seed + ", step " + i + ", " + node;
          if (!fact.present()) {
            goneNow.add(node);
            assertThat(standing.closed()).as(where).isPresent();
          } else {
            assertThat(standing.state())
                .as(where)
                .isIn(NodeState.READY, NodeState.DRAINING, NodeState.JOINING);
            assertThat(standing.replace()).as(where).isFalse();
          }
          if (standing.state() == NodeState.LOST) {
            lost++;
          }
          if (standing.replace()) {
            assertThat(standing.state()).as(where).isEqualTo(NodeState.LOST);
          }
        }
        if (world.memory.frozen()) {
          frozen++;
          assertThat(goneNow).as("seed %d", seed).isNotEmpty();
        }
      }
      world.nodes.keySet().forEach(world::there);
      world.pass(700);
      assertThat(world.decision.standings().values())
          .as("seed %d: all is well once all are back", seed)
          .allMatch(standing -> standing.closed().isEmpty());
    }
    assertThat(lost).isGreaterThan(100);
    assertThat(frozen).isGreaterThan(100);
  }

  @Test
  void refusesAnEvacuationThatTheOthersCannotCarry() {
    EvacuationRule.Share fine = share("shop", 2, 4, 20, 80, 1);
    assertThat(EvacuationRule.check("b", List.of(fine))).isEmpty();
    assertThat(EvacuationRule.check("b", List.of(fine, share("orders", 2, 0, 0, 0, 1))))
        .get()
        .extracting(EvacuationRule.Refusal::evidence)
        .hasToString("{orders=all 2 that serve are in the zone}");
    assertThat(EvacuationRule.check("b", List.of(share("shop", 2, 2, 70, 80, 1))))
        .get()
        .extracting(EvacuationRule.Refusal::evidence)
        .hasToString("{shop=70 requests in flight, 2 instances elsewhere take 64 at once}");
    assertThat(EvacuationRule.check("b", List.of(share("shop", 2, 1, 0, 0, 2)))).isPresent();
    assertThat(EvacuationRule.check("b", List.of(share("shop", 0, 0, 0, 0, 2)))).isEmpty();
  }

  private static EvacuationRule.Share share(
      String service, int inside, int outside, int load, int room, int floor) {
    return new EvacuationRule.Share(new ServiceName(service), inside, outside, load, room, floor);
  }

  private void cluster(int count) {
    for (int i = 1; i <= count; i++) {
      there("n" + i);
    }
    pass(1);
  }

  private void there(String name) {
    put(name, true, false, Optional.empty(), 1);
  }

  private void gone(String name, boolean answering) {
    put(name, false, answering, Optional.empty(), 1);
  }

  private void put(
      String name, boolean present, boolean answering, Optional<String> drained, int instances) {
    put(name, present, answering, Duration.ZERO, drained, instances);
  }

  private void put(
      String name,
      boolean present,
      boolean answering,
      Duration silent,
      Optional<String> drained,
      int instances) {
    nodes.put(
        name,
        new NodeFacts(
            name(name), present, answering, silent, false, drained, Optional.empty(), instances));
  }

  /** Decides every second. */
  private void pass(int count) {
    for (int i = 0; i < count; i++) {
      decision =
          NodeRule.decide(
              List.copyOf(nodes.values()),
              memory,
              POLICY,
              new MonotonicTime((long) (seconds * 1e9)));
      memory = decision.memory();
      for (NodeNews news : decision.news()) {
        told.add(news.kind().label() + " " + news.node().map(NodeName::value).orElse(""));
      }
      seconds++;
    }
  }

  private List<String> released() {
    return decision.standings().entrySet().stream()
        .filter(entry -> entry.getValue().replace())
        .map(entry -> entry.getKey().value())
        .toList();
  }

  private NodeState state(String name) {
    return decision.of(name(name)).state();
  }

  private static NodeName name(String name) {
    return new NodeName(name);
  }
}
