package io.mainstay.decisions.status;

import io.mainstay.decisions.business.Diverted;
import io.mainstay.decisions.fleet.DesiredCount;
import io.mainstay.decisions.fleet.Member;
import io.mainstay.decisions.fleet.ServiceMemory;
import io.mainstay.decisions.fleet.ServiceView;
import io.mainstay.decisions.rollout.RolloutMemory;
import io.mainstay.model.Verdict;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.InstanceState;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.model.state.Status;
import io.mainstay.model.state.Status.InstanceStatus;
import io.mainstay.model.state.Status.ServiceStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What users see of a service, from one view. */
public final class StatusAssembly {
  private StatusAssembly() {}

  /** One service of the file; a removed one whose instances still end has no bounds any more. */
  public static ServiceStatus service(ServiceView view, ServiceMemory memory) {
    Optional<ServiceSpec> spec = view.wanted().map(wanted -> wanted.spec());
    Tally tally = Tally.of(view.members());
    Verdicts.Ruled ruled = verdict(view, memory, tally);
    Optional<ServiceSignals> signals = view.signals();
    int desired = desired(view, memory);
    return new ServiceStatus(
        view.name(),
        desired,
        spec.map(known -> lowest(known, desired)).orElse(0),
        spec.map(known -> highest(known, desired)).orElse(0),
        tally.serving,
        tally.starting,
        tally.standby,
        tally.failing,
        view.wanted().map(wanted -> wanted.revision()).orElse(0),
        ruled.verdict(),
        view.overrides().scale().map(StatusAssembly::describe),
        view.overrides().diverted().map(StatusAssembly::diverted),
        view.overrides().paused(),
        ruled.reason(),
        signals.map(ServiceSignals::requestsPerSecond).orElse(0.0),
        signals.map(ServiceSignals::inFlight).orElse(0),
        signals.map(ServiceSignals::queued).orElse(0),
        view.transactions(),
        view.flows(),
        tally.instances);
  }

  /** Only the verdict, for those who watch it change. */
  public static Verdicts.Ruled verdict(ServiceView view, ServiceMemory memory) {
    return verdict(view, memory, Tally.of(view.members()));
  }

  private static Verdicts.Ruled verdict(ServiceView view, ServiceMemory memory, Tally tally) {
    int desired = desired(view, memory);
    Optional<ServiceSpec> spec = view.wanted().map(wanted -> wanted.spec());
    Verdicts.Ruled ruled =
        Verdicts.rule(
            new Verdicts.Counts(
                desired,
                tally.serving,
                spec.map(known -> known.standby().count()).orElse(0),
                tally.standby,
                tally.failing,
                spec.map(known -> Math.min(known.budget().floor(), desired)).orElse(0),
                tally.firstStart,
                memory.rollout().active(),
                tally.observed));
    ruled =
        view.overrides()
            .stop()
            .map(stop -> new Verdicts.Ruled(Verdict.DOWN, stopped(stop)))
            .orElse(Verdicts.business(ruled, view.transactions(), view.flows()));
    ruled = Verdicts.diverted(ruled, view.overrides().diverted());
    String fallback =
        ruled.verdict() == Verdict.DOWN && view.overrides().diverted().isEmpty()
            ? spec.flatMap(known -> known.business().fallback())
                .map(to -> "; requests get its fallback: " + to.describe())
                .orElse("")
            : "";
    String halted =
        memory
            .rollout()
            .halt()
            .map(RolloutMemory.Halt::reason)
            .or(() -> view.overrides().halt().map(Overrides.Halt::reason))
            .map(reason -> "; rollout halted: " + reason)
            .orElse("");
    String paused = view.overrides().paused() ? "; automation is paused" : "";
    return new Verdicts.Ruled(ruled.verdict(), ruled.reason() + fallback + halted + paused);
  }

  private static int desired(ServiceView view, ServiceMemory memory) {
    if (view.wanted().isEmpty() || view.overrides().stop().isPresent()) {
      return 0;
    }
    ServiceSpec spec = view.wanted().get().spec();
    // Whoever does not decide goes by what is known to all.
    return memory
        .desired()
        .orElseGet(() ->
            DesiredCount.fixed(
                spec, view.overrides().scale(), DesiredCount.initial(view.members(), spec)));
  }

  /** One phrase for a person: since when nothing of it runs, and why. */
  public static String stopped(Overrides.Stop stop) {
    return "shut down by "
        + stop.actor()
        + " since "
        + stop.since()
        + (stop.reason().isEmpty() ? "" : ": " + stop.reason())
        + " (mainstay restore "
        + stop.service()
        + " starts it again)";
  }

  private static int lowest(ServiceSpec spec, int desired) {
    return spec.workload() instanceof Workload.Upstreams ? desired : spec.replicas().min();
  }

  private static int highest(ServiceSpec spec, int desired) {
    return spec.workload() instanceof Workload.Upstreams ? desired : spec.replicas().max();
  }

  private static String describe(Overrides.Scale scale) {
    return scale.replicas()
        + " by "
        + scale.actor()
        + scale.until().map(until -> " until " + until).orElse("")
        + (scale.reason().isEmpty() ? "" : ": " + scale.reason());
  }

  private static Status.Diverted diverted(Diverted diverted) {
    Overrides.Diversion diversion = diverted.ruling().diversion();
    return new Status.Diverted(
        diverted.ruling().to().describe(),
        diversion.share(),
        diverted.answers(),
        diversion.until(),
        diversion.actor(),
        diversion.reason());
  }

  /** One instance. */
  public static InstanceStatus instance(Member member) {
    InstanceStates.Shown shown = InstanceStates.derive(member);
    Optional<ObservedInstance> observed = member.observed();
    return new InstanceStatus(
        member.id(),
        member.node(),
        shown.role(),
        shown.state(),
        member.generation(),
        observed.map(ObservedInstance::revision).orElse(member.assignment().revision()),
        observed.map(ObservedInstance::pid).orElse(OptionalLong.empty()),
        observed.flatMap(ObservedInstance::address),
        observed.map(ObservedInstance::since).orElse(Instant.EPOCH),
        observed.map(ObservedInstance::restarts).orElse(0),
        member.lastExit(),
        member.inFlight(),
        observed.map(ObservedInstance::share).orElse(1.0),
        shown.reason());
  }

  /** The counts of one pass over the instances. */
  private static final class Tally {
    private int serving;
    private int starting;
    private int standby;
    private int failing;
    private boolean observed;
    private boolean firstStart = true;
    private final List<InstanceStatus> instances = new ArrayList<>();

    static Tally of(List<Member> members) {
      Tally tally = new Tally();
      members.forEach(tally::add);
      return tally;
    }

    private void add(Member member) {
      InstanceStatus shown = instance(member);
      instances.add(shown);
      observed |= member.observed().isPresent();
      boolean waits = !member.isServing() && member.isReadyStandby();
      boolean first = member.phase() == Phase.PENDING || member.phase() == Phase.STARTING || waits;
      firstStart &= first && member.restartsSoFar() == 0 && member.lastExit().isEmpty();
      switch (shown.state()) {
        case SERVING -> serving++;
        case PENDING, STARTING -> starting++;
        case STANDBY -> standby++;
        case BACKING_OFF, PARKED, ISOLATED -> failing++;
        case DRAINING, STOPPING, STOPPED -> {}
      }
      if (shown.state() == InstanceState.SERVING) {
        firstStart = false;
      }
    }
  }
}
