package io.mainstay.zookeeper;

import io.mainstay.model.NodeName;
import io.mainstay.model.spec.PoolSpec;
import io.mainstay.model.state.NodePresence;
import io.mainstay.ports.ClusterControl.Member;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who is to carry the coordination. Pure. The number of votes stays odd: two servers are worse than
 * one, since either's loss stops both, so two that wait get their votes in one step.
 */
final class SeatRule {
  private SeatRule() {}

  /**
   * What it decides on.
   *
   * @param membership who has a place
   * @param voters ids of who votes
   * @param ready ids of servers that are in step with the others
   * @param gone ids of servers that are away for so long that they are replaced
   * @param candidates nodes that are there and have no place, in their order
   * @param seats how many shall vote: 1, 3, 5
   */
  record Facts(
      Membership membership,
      Set<Integer> voters,
      Set<Integer> ready,
      Set<Integer> gone,
      List<NodeName> candidates,
      int seats) {}

  /** One step; the next is decided when it was made. */
  sealed interface Step {
    /**
     * Changes who votes, at once.
     *
     * @param joining get a vote
     * @param leaving lose theirs, and their places
     */
    record Reconfigure(List<Member> joining, List<Integer> leaving) implements Step {
      public Reconfigure {
        joining = List.copyOf(joining);
        leaving = List.copyOf(leaving);
      }
    }

    /** Gives a node a place: it starts a server, which has no vote yet. */
    record Invite(NodeName node) implements Step {}

    /** Takes the place of a server that never got a vote. */
    record Drop(int id) implements Step {}
  }

  /** Who could be given a seat. Nodes of a pool come and go, and with them would the majority. */
  static List<NodeName> candidates(List<NodePresence> nodes, Membership membership) {
    return nodes.stream()
        .filter(NodePresence::present)
        .filter(node -> !node.record().labels().containsKey(PoolSpec.LABEL))
        .map(node -> node.record().name())
        .filter(name -> membership.of(name).isEmpty())
        .toList();
  }

  /** Empty if nothing is to be done, or nothing can be. */
  static Optional<Step> decide(Facts facts) {
    List<Member> waiting =
        facts.membership().members().stream()
            .filter(member -> !facts.voters().contains(member.id()))
            .filter(member -> facts.ready().contains(member.id()))
            .toList();
    Optional<Integer> dead =
        facts.voters().stream().filter(facts.gone()::contains).sorted().findFirst();
    if (dead.isPresent() && !waiting.isEmpty()) {
      return Optional.of(new Step.Reconfigure(List.of(waiting.getFirst()), List.of(dead.get())));
    }
    int votes = facts.voters().size();
    int possible = Math.min(facts.seats(), votes + waiting.size());
    int odd = possible % 2 == 0 ? possible - 1 : possible;
    if (odd > votes) {
      return Optional.of(new Step.Reconfigure(waiting.subList(0, odd - votes), List.of()));
    }
    return places(facts);
  }

  private static Optional<Step> places(Facts facts) {
    long usable =
        facts.membership().members().stream()
            .filter(member -> !facts.gone().contains(member.id()))
            .count();
    Optional<Member> useless =
        facts.membership().members().stream()
            .filter(member -> facts.gone().contains(member.id()))
            .filter(member -> !facts.voters().contains(member.id()))
            .findFirst();
    boolean full = usable >= facts.seats();
    if (full && useless.isPresent()) {
      return Optional.of(new Step.Drop(useless.get().id()));
    }
    if (full || facts.candidates().isEmpty()) {
      return Optional.empty();
    }
    return useless.isPresent()
        ? Optional.of(new Step.Drop(useless.get().id()))
        : facts.membership().hasRoom()
            ? Optional.of(new Step.Invite(facts.candidates().getFirst()))
            : Optional.empty();
  }
}
