package io.mainstay.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.NodeCapacity;
import io.mainstay.model.state.NodePresence;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.ports.ClusterControl.Member;
import io.mainstay.zookeeper.SeatRule.Step;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeatRuleTest {
  @Test
  void leavesOneServerAloneUntilTwoMoreAreInStep() {
    assertThat(decide(members(1), Set.of(1), Set.of(1), Set.of(), 3)).isNull();
    assertThat(decide(members(2), Set.of(1), Set.of(1, 2), Set.of(), 3))
        .as("either's loss would stop both")
        .isNull();
    assertThat(decide(members(3), Set.of(1), Set.of(1, 2), Set.of(), 3)).isNull();
    assertThat(decide(members(3), Set.of(1), Set.of(1, 2, 3), Set.of(), 3))
        .isEqualTo(new Step.Reconfigure(List.of(member(2), member(3)), List.of()));
  }

  @Test
  void growsToFiveByTwo() {
    assertThat(decide(members(4), Set.of(1, 2, 3), Set.of(1, 2, 3, 4), Set.of(), 5)).isNull();
    assertThat(decide(members(5), Set.of(1, 2, 3), Set.of(1, 2, 3, 4, 5), Set.of(), 5))
        .isEqualTo(new Step.Reconfigure(List.of(member(4), member(5)), List.of()));
    assertThat(decide(members(5), Set.of(1), Set.of(1, 2, 3, 4, 5), Set.of(), 5))
        .isEqualTo(
            new Step.Reconfigure(List.of(member(2), member(3), member(4), member(5)), List.of()));
    assertThat(decide(members(5), Set.of(1, 2, 3), Set.of(1, 2, 3, 4, 5), Set.of(), 3)).isNull();
  }

  @Test
  void replacesOneThatIsGoneInOneStep() {
    Set<Integer> voters = Set.of(1, 2, 3);
    assertThat(decide(members(3), voters, Set.of(1, 3), Set.of(2), 3))
        .as("nobody is there to take the seat")
        .isNull();
    assertThat(decide(members(3), voters, Set.of(1, 3), Set.of(2), 3, "d", "e"))
        .isEqualTo(new Step.Invite(new NodeName("d")));
    assertThat(decide(members(4), voters, Set.of(1, 3), Set.of(2), 3, "e"))
        .as("the invited one is on its way")
        .isNull();
    assertThat(decide(members(4), voters, Set.of(1, 3, 4), Set.of(2), 3, "e"))
        .isEqualTo(new Step.Reconfigure(List.of(member(4)), List.of(2)));
    assertThat(decide(members(3), voters, Set.of(1, 3), Set.of(), 3, "d"))
        .as("away, but not for long")
        .isNull();
  }

  @Test
  void asksNoNodeOfAPool() {
    assertThat(
            SeatRule.candidates(
                List.of(node(member(1).node().value(), ""), node("d", ""), node("e", "workers")),
                members(1)))
        .containsExactly(new NodeName("d"));
  }

  private static NodePresence node(String name, String pool) {
    LinkedHashMap<String, String> labels = new LinkedHashMap<>();
    if (!pool.isEmpty()) {
      labels.put("pool", pool);
    }
    return new NodePresence(
        new NodeRecord(
            new NodeName(name),
            "127.0.0.1",
            new Address("127.0.0.1", 7070),
            labels,
            new NodeCapacity(1, 1, 1),
            "0",
            "b",
            Instant.EPOCH),
        true);
  }

  @Test
  void givesAPlaceUpThatNobodyEverTook() {
    assertThat(decide(members(3), Set.of(1), Set.of(1, 2), Set.of(3), 3, "d"))
        .isEqualTo(new Step.Drop(3));
    assertThat(decide(members(3), Set.of(1), Set.of(1, 2), Set.of(3), 3)).isNull();
    assertThat(decide(members(4), Set.of(1, 3, 4), Set.of(1, 3, 4), Set.of(2), 3))
        .as("left over from a replacement that was cut short")
        .isEqualTo(new Step.Drop(2));
    assertThat(decide(members(2), Set.of(1), Set.of(1, 2), Set.of(), 3, "d"))
        .isEqualTo(new Step.Invite(new NodeName("d")));
  }

  private static Step decide(
      Membership membership,
      Set<Integer> voters,
      Set<Integer> ready,
      Set<Integer> gone,
      int seats,
      String... candidates) {
    List<NodeName> names = List.of(candidates).stream().map(NodeName::new).toList();
    return SeatRule.decide(new SeatRule.Facts(membership, voters, ready, gone, names, seats))
        .orElse(null);
  }

  private static Membership members(int count) {
    Membership membership = Membership.of(member(1));
    for (int id = 2; id <= count; id++) {
      membership = membership.with(member(id).node(), member(id).host(), membership.usualPorts());
    }
    return membership;
  }

  private static Member member(int id) {
    return new Member(id, new NodeName("n" + id), "h" + id, 7071, 7072, 7073);
  }
}
