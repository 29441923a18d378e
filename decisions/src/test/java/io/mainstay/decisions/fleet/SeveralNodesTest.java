package io.mainstay.decisions.fleet;

import static io.mainstay.decisions.fleet.MemberFixture.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.nodes.NodeStanding;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.model.Address;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Disconnect;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.NodeCapacity;
import io.mainstay.model.state.NodeState;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.ServiceRevision;
import io.mainstay.testkit.ServiceFixture;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SeveralNodesTest {
  private ServiceFixture spec = ServiceFixture.service("shop").replicas(3, 3);
  private final TreeMap<String, NodeView> nodes = new TreeMap<>();
  private ServiceMemory memory = ServiceMemory.EMPTY;
  private int revision = 1;
  private ServiceOutcome last;

  SeveralNodesTest() {
    for (String name : List.of("n1", "n2", "n3")) {
      node(name, NodeStanding.READY);
    }
  }

  @Test
  void spreadsWhatIsNew() {
    assertThat(decide())
        .containsExactly("shop-1 n1 serving", "shop-2 n2 serving", "shop-3 n3 serving");
  }

  @Test
  void movesNothingForBeauty() {
    spec.replicas(3, 3);
    assertThat(decide(member(1).on("n1"), member(2).on("n1"), member(3).on("n1")))
        .containsExactly("shop-1 n1 serving", "shop-2 n1 serving", "shop-3 n1 serving");
    assertThat(last.facts()).isEmpty();
  }

  @Test
  void touchesNothingOnASuspectNodeAndPutsNothingThere() {
    spec.replicas(4, 4);
    node("n2", suspect());
    assertThat(decide(member(1).on("n1"), member(2).on("n2"), member(3).on("n3")))
        .containsExactly(
            "shop-1 n1 serving", "shop-2 n2 serving", "shop-3 n3 serving", "shop-4 n1 serving");
  }

  @Test
  void replacesWhatWasOnALostNodeElsewhere() {
    node("n2", lost(11, true));
    assertThat(decide(member(1).on("n1"), member(2).on("n2"), member(3).on("n3")))
        .containsExactly(
            "shop-1 n1 serving", "shop-2 n2 standby", "shop-3 n3 serving", "shop-4 n1 serving");
    assertThat(kinds()).containsExactly("instance-lost", "instance-assigned");
  }

  @Test
  void promotesAStandbyInPlaceOfWhatIsLostAndRefillsIt() {
    spec.replicas(2, 2).standby(1, StandbyMode.HOT);
    node("n2", lost(11, true));
    assertThat(decide(member(1).on("n1"), member(2).on("n2"), member(3).on("n3").standby()))
        .containsExactly(
            "shop-1 n1 serving", "shop-2 n2 standby", "shop-3 n3 serving", "shop-4 n1 standby");
  }

  @Test
  void waitsLongerWhereTheServiceSaysSo() {
    spec.disconnect(new Disconnect(Duration.ofSeconds(60), true));
    node("n2", lost(11, true));
    MemberFixture[] members = {member(1).on("n1"), member(2).on("n2"), member(3).on("n3")};
    assertThat(decide(members)).hasSize(3);
    node("n2", lost(61, true));
    assertThat(decide(members)).hasSize(4);
  }

  @Test
  void onlyAwaitsWhereTheServiceSaysSo() {
    spec.disconnect(new Disconnect(Duration.ofSeconds(10), false));
    node("n2", lost(100, true));
    assertThat(decide(member(1).on("n1"), member(2).on("n2"), member(3).on("n3"))).hasSize(3);
  }

  @Test
  void replacesNothingThatIsNotReleased() {
    node("n2", lost(100, false));
    assertThat(decide(member(1).on("n1"), member(2).on("n2"), member(3).on("n3"))).hasSize(3);
  }

  @Test
  void removesTheSurplusWhenTheNodeIsBack() {
    assertThat(
            decide(
                member(1).on("n1"),
                member(2).on("n2").standby(),
                member(3).on("n3"),
                member(4).on("n1")))
        .containsExactly(
            "shop-1 n1 serving",
            "shop-2 n2 standby remove",
            "shop-3 n3 serving",
            "shop-4 n1 serving");
  }

  @Test
  void keepsWhatServesWhenTheNodeIsBackBeforeTheOtherStarted() {
    assertThat(
            decide(
                member(1).on("n1"),
                member(2).on("n2").standby(),
                member(3).on("n3"),
                member(4).on("n1").phase(Phase.STARTING)))
        .containsExactly(
            "shop-1 n1 serving",
            "shop-2 n2 serving",
            "shop-3 n3 serving",
            "shop-4 n1 standby remove");
  }

  @Test
  void emptiesADrainingNodeNewOnesFirst() {
    node("n2", draining());
    assertThat(decide(member(1).on("n1"), member(2).on("n2"), member(3).on("n3")))
        .containsExactly(
            "shop-1 n1 serving", "shop-2 n2 serving", "shop-3 n3 serving", "shop-4 n1 serving");
    MemberFixture fresh = member(4).on("n1").phase(Phase.STARTING);
    assertThat(decide(member(1).on("n1"), member(2).on("n2"), member(3).on("n3"), fresh))
        .as("not before the new one serves")
        .containsExactly(
            "shop-1 n1 serving", "shop-2 n2 serving", "shop-3 n3 serving", "shop-4 n1 serving");
    assertThat(
            decide(member(1).on("n1"), member(2).on("n2"), member(3).on("n3"), member(4).on("n1")))
        .containsExactly(
            "shop-1 n1 serving",
            "shop-2 n2 standby remove",
            "shop-3 n3 serving",
            "shop-4 n1 serving");
  }

  @Test
  void emptiesADrainingNodeOneAfterTheOther() {
    node("n1", draining());
    MemberFixture[] before = {member(1).on("n1"), member(2).on("n1"), member(3).on("n1")};
    assertThat(decide(before)).as("one new one at a time").hasSize(4);
    assertThat(decide(before[0], before[1], before[2], member(4).on("n2")))
        .filteredOn(line -> line.endsWith("remove"))
        .hasSize(1);
  }

  @Test
  void keepsWhatCannotGoAnywhereAndSaysWhyOnce() {
    node("n1", draining());
    node("n2", NodeStanding.READY, new NodeCapacity(1, 1, 0));
    node("n3", NodeStanding.READY, new NodeCapacity(1, 1, 0));
    MemberFixture[] members = {member(1).on("n1"), member(2).on("n1"), member(3).on("n1")};
    assertThat(decide(members)).hasSize(3);
    assertThat(kinds()).containsExactly("placement-failed");
    assertThat(last.unplaced()).hasSize(1);
    assertThat(last.unplaced().getFirst().count()).isEqualTo(3);
    assertThat(last.facts().getFirst().evidence())
        .containsEntry("not n2", "it is a witness, which runs none")
        .containsEntry("not n1", "draining, drained by hand");
    decide(members);
    assertThat(kinds()).as("told once").isEmpty();
    assertThat(last.notes()).as("explained each time").isNotEmpty();
  }

  @Test
  void letsGoWhereMostAre() {
    spec.replicas(2, 2);
    assertThat(decide(member(1).on("n1"), member(2).on("n2"), member(3).on("n2").inFlight(5)))
        .containsExactly("shop-1 n1 serving", "shop-2 n2 standby remove", "shop-3 n2 serving");
  }

  @Test
  void hasAnotherNodeWatchUpstreams() {
    spec =
        ServiceFixture.service("shop")
            .upstreams(new Address("10.0.0.1", 80), new Address("10.0.0.2", 80));
    node("n2", lost(11, true));
    assertThat(decide(member(1).on("n1"), member(2).on("n2")))
        .containsExactly("shop-1 n1 serving", "shop-2 n3 serving");
  }

  @Test
  void finishesARolloutWithoutWhatIsLost() {
    node("n2", lost(11, true));
    revision = 2;
    spec.run("other");
    MemberFixture[] members = {
      member(1).on("n1").revision(2),
      member(2).on("n2").standby().revision(1),
      member(3).on("n3").revision(2),
      member(4).on("n1").revision(2)
    };
    assertThat(decide(members)).contains("shop-2 n2 standby remove").hasSize(4);
  }

  @Test
  void doesNotChangeItsMind() {
    node("n2", lost(11, true));
    MemberFixture[] members = {
      member(1).on("n1"), member(2).on("n2").standby(), member(3).on("n3"), member(4).on("n1")
    };
    decide(members);
    decide(members);
    assertThat(last.entries()).allMatch(entry -> entry.fact() < 0).hasSize(4);
  }

  private static NodeStanding suspect() {
    return new NodeStanding(
        NodeState.SUSPECT,
        Optional.of("its session is gone"),
        Duration.ofSeconds(3),
        false,
        "its session is gone");
  }

  private static NodeStanding lost(int seconds, boolean replace) {
    return new NodeStanding(
        NodeState.LOST,
        Optional.of("no session and no answer"),
        Duration.ofSeconds(seconds),
        replace,
        "no session and no answer");
  }

  private static NodeStanding draining() {
    return new NodeStanding(
        NodeState.DRAINING,
        Optional.of("drained by hand"),
        Duration.ZERO,
        false,
        "drained by hand");
  }

  private void node(String name, NodeStanding standing) {
    NodeName node = new NodeName(name);
    nodes.put(name, NodeView.of(node, new LinkedHashMap<>(), Optional.empty(), standing));
  }

  private void node(String name, NodeStanding standing, NodeCapacity capacity) {
    NodeName node = new NodeName(name);
    nodes.put(name, NodeView.of(node, new LinkedHashMap<>(), Optional.of(capacity), standing));
  }

  private List<String> kinds() {
    return last.facts().stream().map(fact -> fact.kind().label()).toList();
  }

  private List<String> decide(MemberFixture... fixtures) {
    ServiceRevision wanted = new ServiceRevision(revision, spec.build());
    ServiceRevision old = new ServiceRevision(1, ServiceFixture.service("shop").run("old").build());
    last =
        ServicePass.decide(
            new ServiceView(
                MemberFixture.SHOP,
                Optional.of(wanted),
                1,
                Optional.empty(),
                Stream.of(fixtures).map(MemberFixture::build).toList(),
                revision == 1 ? List.of(wanted) : List.of(old, wanted),
                List.of(),
                Optional.empty(),
                ServiceOverrides.NONE,
                List.copyOf(nodes.values()),
                List.of(),
                List.of()),
            memory,
            MonotonicTime.ZERO);
    memory = last.memory();
    return last.entries().stream()
        .map(entry ->
            entry.assignment().id()
                + " "
                + entry.node()
                + " "
                + entry.assignment().role().label()
                + (entry.assignment().directive() == Directive.REMOVE
                    ? " " + entry.assignment().directive().name().toLowerCase(Locale.ROOT)
                    : ""))
        .toList();
  }
}
