package io.mainstay.decisions.fleet;

import io.mainstay.decisions.rollout.RolloutMemory;
import io.mainstay.model.EventKind;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Lets roles follow what happened: a standby that serves in place of one that failed becomes a
 * serving one, and the failed one comes back as the new standby. A first start is no failure, so
 * that instances keep the roles that they were given while a service starts.
 *
 * <p>The new instance of a rollout stays out of it: it has a place waiting for it.
 *
 * <p>A hot standby is promoted by the gateway; a frozen or unstarted one needs the role first.
 */
final class Roles {
  private static final Comparator<Member> WORST_FIRST =
      Comparator.comparingInt((Member member) -> severity(member.phase()))
          .thenComparing(Member::id);

  private Roles() {}

  static void follow(Roster roster, ServiceView view, ServiceSpec spec, RolloutMemory rollout) {
    List<Member> failed = new ArrayList<>();
    List<Member> ready = new ArrayList<>();
    for (Member member : roster.wanted()) {
      if (rollout.isFresh(member.id())) {
        continue;
      }
      if (member.isServing() && member.hasFailed() && !member.inTraffic()) {
        failed.add(member);
      } else if (!member.isServing() && takesOver(member, view, spec)) {
        ready.add(member);
      }
    }
    failed.sort(WORST_FIRST);
    for (Member standby : ready) {
      Optional<Member> out = counterpart(standby, failed, view, spec);
      if (out.isPresent()) {
        failed.remove(out.get());
        swap(roster, standby, out.get(), view);
      }
    }
  }

  /** Tells once that a serving one has failed and no standby is ready to take over. */
  static void missing(Roster roster, ServiceSpec spec, Told told) {
    if (spec.standby().count() == 0) {
      return;
    }
    Optional<Member> failed = Optional.empty();
    for (Member member : roster.wanted()) {
      if (!member.isServing() && member.isReadyStandby()) {
        return;
      }
      if (member.isServing() && member.hasFailed() && !member.inTraffic()) {
        failed = Optional.of(member);
      }
    }
    if (failed.isPresent() && told.isNews("standby-missing")) {
      roster.tell(
          Fact.ofInstance(
              EventKind.STANDBY_MISSING,
              failed.get().id(),
              "no standby is ready to serve in place of " + failed.get().id(),
              Evidence.of("which-is", Budgets.why(failed.get()))));
    }
  }

  /** Whether this standby serves already, or would if it had the role. */
  private static boolean takesOver(Member member, ServiceView view, ServiceSpec spec) {
    if (!member.isReadyStandby()) {
      return false;
    }
    if (member.routed() || promotion(member, view).isPresent()) {
      return true;
    }
    return spec.standby().mode() == StandbyMode.HOT ? member.isReady() : true;
  }

  /**
   * Whom it stands in for. Without word from the gateway only for what has left for good: an exit
   * or an ejection, or an operator's hold.
   */
  private static Optional<Member> counterpart(
      Member standby, List<Member> failed, ServiceView view, ServiceSpec spec) {
    Optional<ServiceView.Promotion> promotion = promotion(standby, view);
    if (promotion.isPresent()) {
      for (Member member : failed) {
        if (member.id().equals(promotion.get().inPlaceOf())) {
          return Optional.of(member);
        }
      }
    }
    if (standby.routed() && standby.phase() == Phase.READY) {
      return failed.stream().findFirst();
    }
    return failed.stream()
        .filter(member ->
            member.phase() == Phase.BACKING_OFF
                || member.phase() == Phase.PARKED
                || member.lost()
                || !member.isRun()
                || (member.ejected().isPresent() && spec.standby().mode() != StandbyMode.HOT))
        .findFirst();
  }

  private static Optional<ServiceView.Promotion> promotion(Member standby, ServiceView view) {
    for (ServiceView.Promotion promotion : view.promotions()) {
      if (promotion.standby().equals(standby.id())) {
        return Optional.of(promotion);
      }
    }
    return Optional.empty();
  }

  private static void swap(Roster roster, Member standby, Member out, ServiceView view) {
    Optional<ServiceView.Promotion> promotion = promotion(standby, view);
    String reason = "serves in place of " + out.id();
    Evidence evidence =
        Evidence.of("in-place-of", out.id())
            .and("which-is", Budgets.why(out))
            .and("standby-phase", label(standby.phase()));
    int fact = -1;
    if (promotion.isEmpty()) {
      // The gateway tells of its own promotions; this one is the controller's.
      fact =
          roster.tell(Fact.ofInstance(EventKind.STANDBY_PROMOTED, standby.id(), reason, evidence));
    }
    roster.note(new Note(Optional.of(standby.id()), "roles", "serving", reason, evidence.map()));
    roster.note(
        new Note(
            Optional.of(out.id()),
            "roles",
            "standby",
            standby.id() + " serves in its place, it comes back as standby",
            evidence.map()));
    roster.role(standby, Role.SERVING, reason, fact);
    // What is held by hand goes on saying why.
    String place = standby.id() + " serves in its place";
    roster.role(out, Role.STANDBY, out.isRun() ? place : out.assignment().reason(), fact);
  }

  private static String label(Phase phase) {
    return phase.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static int severity(Phase phase) {
    return switch (phase) {
      case PARKED, STOPPED -> 0;
      case BACKING_OFF -> 1;
      case HELD, STOPPING, DRAINING -> 2;
      case PENDING, STARTING -> 3;
      case NOT_READY -> 4;
      case READY, FROZEN, PREPARED -> 5;
    };
  }
}
