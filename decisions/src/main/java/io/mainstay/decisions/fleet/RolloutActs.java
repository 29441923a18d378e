package io.mainstay.decisions.fleet;

import io.mainstay.decisions.remedy.Intent;
import io.mainstay.decisions.rollout.Rollout;
import io.mainstay.decisions.rollout.RolloutFacts;
import io.mainstay.decisions.rollout.RolloutMemory;
import io.mainstay.decisions.rollout.RolloutStep;
import io.mainstay.decisions.rollout.SpecDifference;
import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.ServiceRevision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Carries what {@link Rollout} decides into the roster. */
final class RolloutActs {
  private RolloutActs() {}

  /**
   * What came of it.
   *
   * @param memory for the rest of the pass
   * @param proposals for the governor
   * @param surge new ones to start beside the old
   */
  record Result(RolloutMemory memory, List<Proposal> proposals, int surge) {}

  /** Gives instances that are made of the same the new number: they need no replacement. */
  static void retag(Roster roster, ServiceView view, ServiceRevision wanted) {
    for (Member member : roster.wanted()) {
      int revision = member.assignment().revision();
      if (revision == wanted.revision()) {
        continue;
      }
      boolean same =
          view.known().stream()
              .filter(known -> known.revision() == revision)
              .anyMatch(
                  known -> !SpecDifference.replaces(member.id(), known.spec(), wanted.spec()));
      if (same) {
        Assignment old = member.assignment();
        roster.rerun(
            member,
            wanted.revision(),
            old.minGeneration(),
            "made of the same as revision " + wanted.revision(),
            old.actor(),
            -1);
      }
    }
  }

  static Result step(
      Roster roster,
      ServiceView view,
      ServiceRevision wanted,
      RolloutMemory memory,
      MonotonicTime now) {
    RolloutFacts facts =
        new RolloutFacts(
            wanted,
            view.generation(),
            roster.withinReach(),
            view.known(),
            view.overrides().paused(),
            view.overrides().halt());
    RolloutStep step = Rollout.step(facts, memory, now);
    int fact = step.news().map(news -> tell(news, roster, view)).orElse(-1);
    for (InstanceId id : step.abandoned()) {
      roster
          .find(id)
          .ifPresent(member ->
              roster.directive(member, Directive.REMOVE, "its rollout ended", Actor.SYSTEM, fact));
    }
    step.rollback().ifPresent(rollback -> back(roster, rollback, fact));
    return new Result(step.memory(), proposals(step, roster, wanted), step.surge());
  }

  /**
   * In which role a new one waits for its exchange: as a hot standby it takes no traffic before; a
   * warm or cold one would be frozen or not start at all, so it serves at once.
   */
  static Role roleOfFresh(ServiceRevision wanted) {
    return wanted.spec().standby().mode() == StandbyMode.HOT ? Role.STANDBY : Role.SERVING;
  }

  private static void back(Roster roster, RolloutStep.Rollback rollback, int fact) {
    Optional<Member> found = roster.find(rollback.id());
    if (found.isPresent()) {
      Member member = found.get();
      long next = Math.max(member.generation(), member.assignment().minGeneration()) + 1;
      roster.rerun(
          member,
          rollback.previous().revision(),
          next,
          "back to revision " + rollback.previous().revision(),
          Actor.SYSTEM,
          fact);
    }
  }

  private static List<Proposal> proposals(RolloutStep step, Roster roster, ServiceRevision wanted) {
    List<Proposal> proposals = new ArrayList<>();
    for (RolloutStep.Exchange exchange : step.exchanges()) {
      proposals.add(
          new Proposal(
              intent(Intent.Kind.UPDATE, exchange.old(), roster, exchange.fresh() + " is ready"),
              new Proposal.Act.Exchange(exchange.fresh())));
    }
    if (step.inPlace().isPresent()) {
      proposals.add(
          new Proposal(
              intent(
                  Intent.Kind.UPDATE_IN_PLACE,
                  step.inPlace().get(),
                  roster,
                  "revision " + wanted.revision() + " cannot run beside the old one"),
              new Proposal.Act.Change()));
    }
    return proposals;
  }

  private static Intent intent(
      Intent.Kind kind, InstanceId instance, Roster roster, String reason) {
    boolean takesTraffic = roster.find(instance).map(Member::serves).orElse(false);
    return new Intent(kind, instance, takesTraffic, false, Actor.SYSTEM, reason);
  }

  private static int tell(RolloutStep.News news, Roster roster, ServiceView view) {
    Fact fact =
        switch (news) {
          case RolloutStep.News.Started started ->
              Fact.ofService(EventKind.ROLLOUT_STARTED, started.reason(), new Evidence());
          case RolloutStep.News.Finished finished ->
              Fact.ofService(EventKind.ROLLOUT_FINISHED, finished.reason(), new Evidence());
          case RolloutStep.News.Halted halted ->
              Fact.ofInstance(
                  EventKind.ROLLOUT_HALTED, halted.instance(), halted.reason(), new Evidence());
        };
    roster.note(
        new Note(Optional.empty(), "rollout", fact.kind().label(), fact.reason(), fact.evidence()));
    return roster.tell(fact.after(view.applied()));
  }
}
