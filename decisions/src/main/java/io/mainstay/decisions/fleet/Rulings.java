package io.mainstay.decisions.fleet;

import io.mainstay.decisions.remedy.Arbitration;
import io.mainstay.decisions.remedy.Arbitration.Limit;
import io.mainstay.decisions.remedy.Arbitration.Ruling;
import io.mainstay.decisions.remedy.BudgetFacts;
import io.mainstay.decisions.remedy.Governor;
import io.mainstay.decisions.remedy.Intent;
import io.mainstay.decisions.remedy.LiveRestarts;
import io.mainstay.decisions.rollout.RolloutMemory;
import io.mainstay.decisions.rollout.RolloutMemory.InPlace;
import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.ServiceRevision;
import java.util.List;
import java.util.Optional;

/** Asks the governor about all that was proposed for one service, and does what it grants. */
final class Rulings {
  private final Roster roster;
  private final ServiceView view;
  private final ServiceRevision wanted;
  private final Told told;
  private final MonotonicTime now;
  private RolloutMemory rollout;
  private LiveRestarts liveRestarts;

  Rulings(
      Roster roster,
      ServiceView view,
      ServiceRevision wanted,
      RolloutMemory rollout,
      LiveRestarts liveRestarts,
      Told told,
      MonotonicTime now) {
    this.roster = roster;
    this.view = view;
    this.wanted = wanted;
    this.rollout = rollout;
    this.liveRestarts = liveRestarts;
    this.told = told;
    this.now = now;
  }

  RolloutMemory rollout() {
    return rollout;
  }

  LiveRestarts liveRestarts() {
    return liveRestarts;
  }

  void apply(List<Proposal> proposals, int desired, boolean massFailure) {
    if (proposals.isEmpty()) {
      return;
    }
    ServiceSpec spec = wanted.spec();
    BudgetFacts budget = Budgets.of(roster.all(), desired, spec.budget(), massFailure);
    Arbitration arbitration =
        Governor.arbitrate(proposals.stream().map(Proposal::intent).toList(), budget);
    for (int i = 0; i < proposals.size(); i++) {
      Ruling ruling = arbitration.rulings().get(i);
      if (ruling.granted()) {
        grant(proposals.get(i), ruling);
      } else {
        refuse(ruling);
      }
    }
  }

  private void refuse(Ruling ruling) {
    Intent intent = ruling.intent();
    Limit limit = ruling.limit().orElseThrow();
    String phrase = "refuse " + intent.kind().label();
    roster.note(
        new Note(
            Optional.of(intent.instance()),
            "governor",
            phrase,
            ruling.reason(),
            ruling.evidence()));
    // Waiting for one's turn is the way of a rolling restart or update, and no refusal.
    boolean waits =
        limit == Limit.MAX_UNAVAILABLE
            && (intent.kind() == Intent.Kind.OPERATOR_RESTART
                || intent.kind() == Intent.Kind.GROUP_RESTART
                || intent.kind() == Intent.Kind.UPDATE
                || intent.kind() == Intent.Kind.UPDATE_IN_PLACE);
    if (!waits && told.isNews(phrase + ": " + limit.label())) {
      String reason = intent.kind().label() + " refused: " + ruling.reason();
      roster.tell(
          new Fact(
              EventKind.REMEDY_REFUSED,
              Optional.of(intent.instance()),
              intent.actor(),
              Optional.empty(),
              -1,
              reason,
              ruling.evidence()));
    }
  }

  private void grant(Proposal proposal, Ruling ruling) {
    Intent intent = ruling.intent();
    Optional<Member> found = roster.find(intent.instance());
    if (found.isEmpty()) {
      return;
    }
    Member member = found.get();
    roster.note(
        new Note(
            Optional.of(member.id()),
            "governor",
            "grant " + intent.kind().label(),
            intent.reason() + (ruling.overruled() ? " (overruled by force)" : ""),
            ruling.evidence()));
    switch (proposal.act()) {
      case Proposal.Act.Restart restart -> restart(member, restart.minGeneration(), ruling);
      case Proposal.Act.Change _ -> change(member, ruling);
      case Proposal.Act.Remove remove -> remove(member, intent.reason(), remove.fact());
      case Proposal.Act.Demote demote ->
          roster.role(member, Role.STANDBY, intent.reason(), demote.fact());
      case Proposal.Act.Exchange exchange -> exchange(member, exchange.fresh());
    }
  }

  private void restart(Member member, long minGeneration, Ruling ruling) {
    Intent intent = ruling.intent();
    int fact = started(member, ruling);
    roster.rerun(
        member,
        member.assignment().revision(),
        minGeneration,
        intent.reason(),
        intent.actor(),
        fact);
    if (intent.kind() == Intent.Kind.LIVE_RESTART) {
      liveRestarts = liveRestarts.with(member.id(), wanted.spec().restart(), now);
    }
  }

  private void change(Member member, Ruling ruling) {
    ServiceRevision previous =
        view.known().stream()
            .filter(known -> known.revision() == member.assignment().revision())
            .findFirst()
            .orElse(wanted);
    int fact = started(member, ruling);
    roster.rerun(
        member,
        wanted.revision(),
        member.generation() + 1,
        "update to revision " + wanted.revision(),
        Actor.SYSTEM,
        fact);
    rollout = rollout.withInPlace(Optional.of(new InPlace(member.id(), now, previous)));
  }

  private int started(Member member, Ruling ruling) {
    Intent intent = ruling.intent();
    return roster.tell(
        new Fact(
            EventKind.REMEDY_STARTED,
            Optional.of(member.id()),
            intent.actor(),
            view.applied().filter(_ -> intent.kind() == Intent.Kind.UPDATE_IN_PLACE),
            -1,
            intent.kind().label()
                + ": "
                + intent.reason()
                + (ruling.overruled() ? " (the governor was overruled)" : ""),
            ruling.evidence()));
  }

  private void remove(Member member, String reason, int cause) {
    int fact =
        roster.tell(
            Fact.ofInstance(EventKind.INSTANCE_REMOVED, member.id(), reason, new Evidence())
                .after(cause));
    roster.directive(member, Directive.REMOVE, reason, Actor.SYSTEM, fact);
    liveRestarts = liveRestarts.without(member.id());
  }

  private void exchange(Member old, InstanceId freshId) {
    Optional<Member> fresh = roster.find(freshId);
    if (fresh.isEmpty()) {
      return;
    }
    String reason = freshId + " replaces it with revision " + wanted.revision();
    int fact =
        roster.tell(
            Fact.ofInstance(EventKind.INSTANCE_REMOVED, old.id(), reason, new Evidence())
                .after(view.applied()));
    roster.role(
        fresh.get(),
        old.assignment().role(),
        "replaces " + old.id() + " with revision " + wanted.revision(),
        fact);
    roster.directive(old, Directive.REMOVE, reason, Actor.SYSTEM, fact);
    rollout = rollout.withoutFresh(freshId);
    liveRestarts = liveRestarts.without(old.id());
  }
}
