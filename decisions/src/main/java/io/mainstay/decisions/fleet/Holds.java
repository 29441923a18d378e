package io.mainstay.decisions.fleet;

import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Overrides;
import java.util.Optional;

/** Carries operators' holds to the instances. The governor agreed when they were asked for. */
final class Holds {
  private Holds() {}

  static void apply(Roster roster, ServiceView view) {
    for (Member member : roster.wanted()) {
      Optional<Overrides.Hold> hold = view.overrides().hold(member.id());
      Directive wanted = hold.map(Overrides.Hold::directive).orElse(Directive.RUN);
      if (wanted == member.assignment().directive()) {
        continue;
      }
      if (hold.isEmpty()) {
        roster.directive(member, Directive.RUN, "the hold ended", Actor.SYSTEM, -1);
        continue;
      }
      EventKind kind =
          wanted == Directive.ISOLATE ? EventKind.INSTANCE_ISOLATED : EventKind.INSTANCE_DRAINING;
      String reason =
          (wanted == Directive.ISOLATE ? "isolated" : "drained")
              + (hold.get().actor().equals(Actor.SYSTEM) ? "" : " by hand")
              + (hold.get().reason().isEmpty() ? "" : ": " + hold.get().reason());
      Evidence evidence = new Evidence();
      hold.get().until().ifPresent(until -> evidence.and("until", until));
      int fact =
          roster.tell(Fact.ofInstance(kind, member.id(), reason, evidence).by(hold.get().actor()));
      roster.directive(member, wanted, reason, hold.get().actor(), fact);
    }
  }
}
