package io.mainstay.decisions.fleet;

import io.mainstay.decisions.placement.Choice;
import io.mainstay.decisions.placement.Request;
import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.ServiceRevision;

/** What follows from nodes that are lost or to be emptied, before anything is added. */
final class Departures {
  private Departures() {}

  /**
   * What is lost with its node gives its place up, as what is removed does: gateways count serving
   * roles. It stays assigned: its node may come back, and with it a process.
   */
  static void mark(Roster roster, Told told) {
    for (Member member : roster.wanted()) {
      if (!roster.isGone(member)) {
        continue;
      }
      String reason = "its node " + member.node() + " is lost, others take its place";
      if (told.isNews("lost " + member.id()) && member.isServing()) {
        Evidence evidence =
            Evidence.of("node", member.node())
                .and("gone-for-seconds", roster.standing(member).goneFor().toSeconds())
                .and("node-is", roster.standing(member).reason());
        int fact =
            roster.tell(Fact.ofInstance(EventKind.INSTANCE_LOST, member.id(), reason, evidence));
        roster.role(member, Role.STANDBY, reason, fact);
      } else if (member.isServing()) {
        roster.role(member, Role.STANDBY, reason, -1);
      }
    }
  }

  /** An older revision on a lost node does not come back once the others carry the load. */
  static void dropOutdated(Roster roster, ServiceRevision wanted, int desired) {
    long serving = roster.wanted().stream().filter(Member::inTraffic).count();
    if (serving < desired) {
      return;
    }
    for (Member member : roster.wanted()) {
      if (roster.isGone(member) && member.assignment().revision() != wanted.revision()) {
        roster.directive(
            member,
            Directive.REMOVE,
            "its node is lost, and its revision is old",
            Actor.SYSTEM,
            -1);
      }
    }
  }

  /** Whether somebody else runs it. */
  static boolean areUpstreams(ServiceRevision wanted) {
    return wanted.spec().workload() instanceof Workload.Upstreams;
  }

  /**
   * Another node watches what somebody else runs: there is no process that could be twice. From a
   * node that is emptied one at a time, while the others take traffic.
   */
  static void moveUpstreams(Roster roster, ServiceRevision wanted) {
    if (!areUpstreams(wanted)) {
      return;
    }
    boolean allServe =
        roster.wanted().stream().allMatch(member -> member.isReady() || roster.isGone(member));
    for (Member member : roster.wanted()) {
      boolean leaves = roster.isLeaving(member) && (allServe || !member.isReady());
      if (!roster.isGone(member) && !leaves) {
        continue;
      }
      allServe = false;
      Request request = new Request(member.id(), member.assignment().revision(), wanted.spec());
      if (roster.ground().place(request) instanceof Choice.Placed placed) {
        Evidence evidence = Evidence.of("node", placed.node()).and("before", member.node());
        String reason = "watched by " + placed.node() + " instead of " + member.node();
        int fact =
            roster.tell(
                Fact.ofInstance(EventKind.INSTANCE_ASSIGNED, member.id(), reason, evidence));
        roster.move(member, placed.node(), fact);
      }
    }
  }
}
