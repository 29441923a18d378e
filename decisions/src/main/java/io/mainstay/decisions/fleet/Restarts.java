package io.mainstay.decisions.fleet;

import io.mainstay.decisions.remedy.Intent;
import io.mainstay.decisions.remedy.LiveRestarts;
import io.mainstay.model.Actor;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Overrides;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who should run anew: by an operator's word, or since its live check fails. */
final class Restarts {
  private Restarts() {}

  /**
   * What operators asked for and has not begun. Forced ones overrule the governor, but of several
   * only one at a time, so that forcing a service does not end all of it at once.
   */
  static List<Proposal> byOperator(Roster roster, ServiceView view) {
    List<Proposal> proposals = new ArrayList<>();
    boolean underWay = roster.wanted().stream().anyMatch(Member::restarting);
    boolean several = view.overrides().restarts().size() > 1;
    for (Overrides.Restart restart : view.overrides().restarts()) {
      Optional<Member> found = roster.find(restart.instance()).filter(Member::isWanted);
      if (found.isEmpty()
          || found.get().assignment().minGeneration() >= restart.minGeneration()
          || found.get().generation() >= restart.minGeneration()) {
        continue;
      }
      if (restart.force() && several && underWay) {
        continue;
      }
      underWay = true;
      Member member = found.get();
      String reason =
          restart.group()
              ? restart.reason()
              : "asked for"
                  + (restart.actor().equals(Actor.SYSTEM) ? "" : " by hand")
                  + (restart.reason().isEmpty() ? "" : ": " + restart.reason());
      Intent intent =
          new Intent(
              restart.group() ? Intent.Kind.GROUP_RESTART : Intent.Kind.OPERATOR_RESTART,
              member.id(),
              member.serves(),
              restart.force(),
              restart.actor(),
              reason);
      proposals.add(new Proposal(intent, new Proposal.Act.Restart(restart.minGeneration())));
    }
    return proposals;
  }

  /** What its live check condemns, the longest failing first. */
  static List<Proposal> byLiveCheck(
      Roster roster, ServiceSpec spec, LiveRestarts before, MonotonicTime now) {
    if (spec.workload() instanceof Workload.Upstreams) {
      return List.of();
    }
    List<Proposal> proposals = new ArrayList<>();
    for (Member member : roster.wanted()) {
      if (!failsLive(member) || !member.isRun() || member.restartPending()) {
        continue;
      }
      Duration wait = before.wait(member.id(), spec.restart(), now);
      if (!wait.isZero()) {
        roster.note(
            new Note(
                Optional.of(member.id()),
                "live-check",
                "wait",
                "restarts did not help so far, the next one comes later",
                Evidence.of("seconds-left", wait.toSeconds()).map()));
        continue;
      }
      Intent intent =
          new Intent(
              Intent.Kind.LIVE_RESTART,
              member.id(),
              member.serves(),
              false,
              Actor.SYSTEM,
              "its live check fails");
      proposals.add(new Proposal(intent, new Proposal.Act.Restart(member.generation() + 1)));
    }
    return proposals;
  }

  /**
   * Whether its process runs and its live check has failed often enough. One that has not passed
   * its first check counts as well: it may hang, or have been taken over hanging. What starts
   * slowly has a startup check, before which no live check runs.
   */
  static boolean failsLive(Member member) {
    return !member.lost()
        && member.observed().map(ObservedInstance::liveFailing).orElse(false)
        && switch (member.phase()) {
          case STARTING, READY, NOT_READY -> true;
          case PENDING, FROZEN, PREPARED, DRAINING, HELD, STOPPING, BACKING_OFF, PARKED, STOPPED ->
              false;
        };
  }
}
