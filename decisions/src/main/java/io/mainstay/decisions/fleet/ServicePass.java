package io.mainstay.decisions.fleet;

import io.mainstay.decisions.remedy.LiveRestarts;
import io.mainstay.decisions.remedy.MassFailure;
import io.mainstay.decisions.rollout.RolloutMemory;
import io.mainstay.decisions.scaling.ScalingMemory;
import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.ServiceRevision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * All that is decided for one service at one moment, in this order: forget what is gone, how many
 * should serve, operators' holds, roles that follow what happened, the rollout, the set of
 * instances, restarts; and last the governor rules on everything that costs capacity.
 *
 * <p>Pure: the same view, memory and time give the same outcome.
 */
public final class ServicePass {
  private ServicePass() {}

  /** Decides. */
  public static ServiceOutcome decide(ServiceView view, ServiceMemory memory, MonotonicTime now) {
    Roster roster = new Roster(view);
    forgetTheGone(roster, view);
    ServiceMemory next =
        view.wanted().isPresent()
            ? keep(roster, view, view.wanted().get(), memory, now)
            : removeAll(roster, memory);
    List<ServiceOutcome.Entry> entries = new ArrayList<>();
    for (Member member : roster.all()) {
      entries.add(
          new ServiceOutcome.Entry(
              member.node(), member.assignment(), roster.causeOf(member.id())));
    }
    return new ServiceOutcome(
        next,
        entries,
        revisions(entries, view, memory.rollout()),
        roster.facts(),
        roster.notes(),
        roster.ground().nodes(),
        roster.unplaced());
  }

  private static ServiceMemory keep(
      Roster roster,
      ServiceView view,
      ServiceRevision wanted,
      ServiceMemory memory,
      MonotonicTime now) {
    ServiceSpec spec = wanted.spec();
    if (view.overrides().stop().isPresent()) {
      return stop(roster, view, view.overrides().stop().get(), memory);
    }
    Told told = new Told(memory.told());
    DesiredCount.Count count = DesiredCount.decide(view, spec, memory, told, roster, now);
    Holds.apply(roster, view);
    Departures.mark(roster, told);
    Roles.follow(roster, view, spec, memory.rollout());
    Roles.missing(roster, spec, told);
    RolloutActs.retag(roster, view, wanted);
    Departures.dropOutdated(roster, wanted, count.count());
    Departures.moveUpstreams(roster, wanted);
    RolloutActs.Result rollout = RolloutActs.step(roster, view, wanted, memory.rollout(), now);
    InstanceSet set =
        new InstanceSet(roster, view, wanted, rollout.memory(), count.count(), count.fact(), told);
    List<Proposal> surplus = set.adjust();
    RolloutMemory started = rollout.memory();
    for (int i = 0; i < rollout.surge(); i++) {
      Optional<InstanceId> fresh =
          set.addFresh(
              RolloutActs.roleOfFresh(wanted),
              "revision " + wanted.revision() + " beside the old one");
      if (fresh.isPresent()) {
        started = started.withFresh(fresh.get(), now);
      }
    }
    boolean massFailure = massFailure(roster, memory, view.overrides().paused(), told);
    Rulings rulings = new Rulings(roster, view, wanted, started, memory.liveRestarts(), told, now);
    List<Proposal> proposals = new ArrayList<>(Restarts.byOperator(roster, view));
    if (!view.overrides().paused()) {
      proposals.addAll(Restarts.byLiveCheck(roster, spec, memory.liveRestarts(), now));
    }
    proposals.addAll(rollout.proposals());
    proposals.addAll(surplus);
    rulings.apply(proposals, count.count(), massFailure);
    return new ServiceMemory(
        OptionalInt.of(count.count()),
        count.scaling(),
        rulings.rollout(),
        massFailure,
        rulings.liveRestarts(),
        told.all());
  }

  /** An entry goes once its agent has seen it and has nothing left of the instance. */
  private static void forgetTheGone(Roster roster, ServiceView view) {
    for (Member member : roster.all()) {
      boolean gone =
          member.observed().isEmpty()
              ? view.caughtUp().contains(member.node())
              : member.phase() == Phase.STOPPED;
      if (!member.isWanted() && gone) {
        roster.delete(member.id());
      }
    }
  }

  private static ServiceMemory removeAll(Roster roster, ServiceMemory memory) {
    String reason = "the service is no longer in the file";
    for (Member member : roster.wanted()) {
      int fact =
          roster.tell(
              Fact.ofInstance(EventKind.INSTANCE_REMOVED, member.id(), reason, new Evidence()));
      roster.directive(member, Directive.REMOVE, reason, Actor.SYSTEM, fact);
    }
    return new ServiceMemory(
        OptionalInt.of(0),
        ScalingMemory.EMPTY,
        RolloutMemory.NONE,
        false,
        LiveRestarts.NONE,
        memory.told());
  }

  /** Nothing of it runs, standbys included; it comes back in the size that it had. */
  private static ServiceMemory stop(
      Roster roster, ServiceView view, Overrides.Stop stop, ServiceMemory memory) {
    String reason =
        "the service is shut down" + (stop.reason().isEmpty() ? "" : ": " + stop.reason());
    for (Member member : roster.wanted()) {
      int fact =
          roster.tell(
              Fact.ofInstance(EventKind.INSTANCE_REMOVED, member.id(), reason, new Evidence())
                  .by(stop.actor())
                  .after(view.applied()));
      roster.directive(member, Directive.REMOVE, reason, stop.actor(), fact);
    }
    return new ServiceMemory(
        memory.desired(),
        memory.scaling(),
        RolloutMemory.NONE,
        false,
        LiveRestarts.NONE,
        List.of());
  }

  private static boolean massFailure(
      Roster roster, ServiceMemory memory, boolean paused, Told told) {
    int failing = 0;
    int running = 0;
    for (Member member : roster.wanted()) {
      if (member.isRun()) {
        running++;
        failing += Restarts.failsLive(member) ? 1 : 0;
      }
    }
    boolean holds = MassFailure.holds(memory.massFailure(), failing, running);
    if (holds && !paused && told.isNews("mass-failure")) {
      roster.tell(
          Fact.ofService(
              EventKind.REMEDY_REFUSED,
              failing
                  + " of "
                  + running
                  + " fail their live check at once: the check or something that they share may be"
                  + " at fault, so only one is restarted at a time",
              Evidence.of("failing", failing).and("running", running)));
    }
    return holds;
  }

  /** Each revision once, the wanted one by its present spec: what takes effect live is in it. */
  private static List<ServiceRevision> revisions(
      List<ServiceOutcome.Entry> entries, ServiceView view, RolloutMemory rollout) {
    List<ServiceRevision> sources = new ArrayList<>(view.known());
    // A rollback goes to a revision that no entry refers to any more.
    rollout.inPlace().ifPresent(instance -> sources.add(instance.previous()));
    TreeMap<Integer, ServiceRevision> revisions = new TreeMap<>();
    for (ServiceOutcome.Entry entry : entries) {
      int number = entry.assignment().revision();
      if (revisions.containsKey(number)) {
        continue;
      }
      if (view.wanted().isPresent() && view.wanted().get().revision() == number) {
        revisions.put(number, view.wanted().get());
        continue;
      }
      for (ServiceRevision known : sources) {
        if (known.revision() == number) {
          revisions.put(number, known);
        }
      }
    }
    return List.copyOf(revisions.values());
  }
}
