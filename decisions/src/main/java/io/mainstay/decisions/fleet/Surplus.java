package io.mainstay.decisions.fleet;

import io.mainstay.decisions.remedy.Intent;
import io.mainstay.decisions.scaling.VictimChoice;
import io.mainstay.model.Actor;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.Overrides;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who goes where there are too many. First what is to be replaced or is on a node to be emptied,
 * and of that only what another one stands in for already. Else the victims of {@link
 * VictimChoice}, those before the others whose node has the most of the service.
 */
final class Surplus {
  private final Roster roster;
  private final int revision;
  private final int desired;
  private final int standbysWanted;
  private final int fact;
  private final List<Member> serving;
  private final List<Member> standbys;
  private final List<Proposal> proposals = new ArrayList<>();

  Surplus(
      Roster roster,
      int revision,
      int desired,
      int standbysWanted,
      int fact,
      List<Member> serving,
      List<Member> standbys) {
    this.roster = roster;
    this.revision = revision;
    this.desired = desired;
    this.standbysWanted = standbysWanted;
    this.fact = fact;
    this.serving = serving;
    this.standbys = standbys;
  }

  /** Those of them that are not to be replaced, and whose node is not to be emptied. */
  static List<Member> staying(Roster roster, List<Member> members) {
    return members.stream().filter(member -> !roster.isLeaving(member)).toList();
  }

  /** What the governor is asked. */
  List<Proposal> proposals() {
    int missingStandbys = standbysWanted - standbys.size();
    int left = -missingStandbys - leavers(standbys, standbysWanted, -missingStandbys);
    List<Member> stayingStandbys = staying(roster, standbys);
    for (Member victim :
        first(stayingStandbys, Math.min(left, stayingStandbys.size() - standbysWanted))) {
      proposals.add(letGo(victim, "more standbys than " + standbysWanted));
    }
    int tooMany = serving.size() - desired;
    tooMany -= leavers(serving, desired, tooMany);
    List<Member> stayingServing = staying(roster, serving);
    int demotions = Math.max(0, missingStandbys);
    for (Member victim :
        first(stayingServing, Math.min(tooMany, stayingServing.size() - desired))) {
      if (demotions-- > 0) {
        proposals.add(
            new Proposal(
                intent(Intent.Kind.SCALE_IN, victim, "a standby is missing, one serves too many"),
                new Proposal.Act.Demote(fact)));
      } else {
        proposals.add(letGo(victim, "more serve than " + desired));
      }
    }
    return proposals;
  }

  /** Those that leave and are not needed any more; answers how many. */
  private int leavers(List<Member> members, int wanted, int tooMany) {
    int fit = 0;
    for (Member member : members) {
      fit += isFit(member) ? 1 : 0;
    }
    int count = 0;
    for (Member victim : VictimChoice.order(members, revision)) {
      if (count >= tooMany || !roster.isLeaving(victim)) {
        continue;
      }
      if (isFit(victim)) {
        if (fit <= wanted) {
          continue;
        }
        fit--;
      }
      count++;
      proposals.add(new Proposal(leaves(victim), new Proposal.Act.Remove(fact)));
    }
    return count;
  }

  private Intent leaves(Member victim) {
    Optional<Overrides.Replacement> replacement = roster.replacement(victim);
    if (replacement.isEmpty()) {
      String reason = "its node " + victim.node() + " is drained, others took its place";
      return intent(Intent.Kind.NODE_DRAIN, victim, reason);
    }
    return new Intent(
        Intent.Kind.REPLACE,
        victim.id(),
        victim.serves(),
        false,
        replacement.get().actor(),
        "a fresh one took its place: " + replacement.get().reason());
  }

  private static boolean isFit(Member member) {
    return member.isServing() ? member.inTraffic() : member.isReadyStandby();
  }

  private List<Member> first(List<Member> candidates, int count) {
    if (count <= 0) {
      return List.of();
    }
    TreeMap<NodeName, Integer> there = new TreeMap<>();
    for (Member member : roster.wanted()) {
      there.merge(member.node(), 1, Integer::sum);
    }
    return VictimChoice.order(candidates, revision).stream()
        .sorted(
            Comparator.comparing(Member::isReady)
                .thenComparing(member -> member.assignment().revision() == revision)
                .thenComparingInt(member -> -there.getOrDefault(member.node(), 0)))
        .limit(count)
        .toList();
  }

  private Proposal letGo(Member victim, String reason) {
    return new Proposal(
        intent(Intent.Kind.SCALE_IN, victim, reason), new Proposal.Act.Remove(fact));
  }

  private static Intent intent(Intent.Kind kind, Member victim, String reason) {
    return new Intent(kind, victim.id(), victim.serves(), false, Actor.SYSTEM, reason);
  }
}
