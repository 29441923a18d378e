package io.mainstay.decisions.rollout;

import io.mainstay.decisions.fleet.Member;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.ServiceRevision;
import java.util.List;
import java.util.Optional;

/**
 * What a rollout looks at.
 *
 * @param wanted the revision that all should have
 * @param generation of the desired state
 * @param members all instances, those on their way out included
 * @param known every revision that an assignment refers to
 * @param paused automation is off: nothing is begun
 * @param halt a rollout that failed before, as it is stored
 */
public record RolloutFacts(
    ServiceRevision wanted,
    long generation,
    List<Member> members,
    List<ServiceRevision> known,
    boolean paused,
    Optional<Overrides.Halt> halt) {

  /** Whether this instance is made of something else than wanted. */
  public boolean isOutdated(Member member) {
    int revision = member.assignment().revision();
    if (revision == wanted.revision()) {
      return false;
    }
    for (ServiceRevision candidate : known) {
      if (candidate.revision() == revision) {
        return SpecDifference.replaces(member.id(), candidate.spec(), wanted.spec());
      }
    }
    return true;
  }
}
