package io.mainstay.decisions.scaling;

import io.mainstay.decisions.fleet.Member;
import io.mainstay.model.state.ObservedInstance;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** Who goes first when there are too many. */
public final class VictimChoice {
  private static final Comparator<Member> YOUNGEST_FIRST =
      Comparator.comparing(
              (Member member) -> member.observed().map(ObservedInstance::since).orElse(Instant.MAX))
          .thenComparingInt(member -> member.id().number())
          .reversed();

  private VictimChoice() {}

  /**
   * The candidates, first victim first: what is not ready before what is, an outdated revision
   * before the wanted one, the least in flight, then the youngest. A total order, so that the same
   * facts name the same victim.
   */
  public static List<Member> order(List<Member> candidates, int wantedRevision) {
    return candidates.stream()
        .sorted(
            Comparator.comparing(Member::isReady)
                .thenComparing(member -> member.assignment().revision() == wantedRevision)
                .thenComparingInt(Member::inFlight)
                .thenComparing(YOUNGEST_FIRST))
        .toList();
  }
}
