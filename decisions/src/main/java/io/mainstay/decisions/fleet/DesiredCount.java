package io.mainstay.decisions.fleet;

import io.mainstay.decisions.business.Diverted;
import io.mainstay.decisions.scaling.ScalingDecider;
import io.mainstay.decisions.scaling.ScalingDecision;
import io.mainstay.decisions.scaling.ScalingDecision.Clamp;
import io.mainstay.decisions.scaling.ScalingFacts;
import io.mainstay.decisions.scaling.ScalingMemory;
import io.mainstay.decisions.scaling.ScalingPolicy;
import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.ServiceSignals;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** How many instances of a service should serve: from the file, by hand, or by the load. */
public final class DesiredCount {
  private static final String CLAMPED = "scale-clamped";

  private DesiredCount() {}

  /**
   * The count and what is remembered.
   *
   * @param count instances that should serve
   * @param scaling memory for the next pass
   * @param fact index of the fact that tells of the change; -1: none
   */
  record Count(int count, ScalingMemory scaling, int fact) {}

  static Count decide(
      ServiceView view,
      ServiceSpec spec,
      ServiceMemory memory,
      Told told,
      Roster roster,
      MonotonicTime now) {
    int before = memory.desired().orElseGet(() -> initial(view.members(), spec));
    boolean scales = spec.scale().isPresent() && spec.replicas().isRange();
    if (scales && !view.overrides().paused()) {
      return byLoad(view, spec, memory, before, told, roster, now);
    }
    int count = fixed(spec, view.overrides().scale(), scales ? before : spec.replicas().min());
    int fact = -1;
    if (count != before && memory.desired().isPresent()) {
      fact = tell(view, before, count, fixedReason(view, count), roster);
    }
    return new Count(count, memory.scaling(), fact);
  }

  /** The count without a decider: by hand, by the file, or as it was. */
  public static int fixed(ServiceSpec spec, Optional<Overrides.Scale> override, int otherwise) {
    if (spec.workload() instanceof Workload.Upstreams upstreams) {
      return Math.max(0, upstreams.addresses().size() - spec.standby().count());
    }
    if (override.isPresent()) {
      int wanted = override.get().replicas();
      return spec.replicas().isRange() ? clamp(wanted, spec.replicas()) : wanted;
    }
    return clamp(otherwise, spec.replicas());
  }

  /** What a new leader goes on with: as many as serve by their roles, else the lower bound. */
  public static int initial(List<Member> members, ServiceSpec spec) {
    int serving = 0;
    for (Member member : members) {
      serving += member.isWanted() && member.isServing() ? 1 : 0;
    }
    return spec.workload() instanceof Workload.Upstreams
        ? fixed(spec, Optional.empty(), 0)
        : clamp(serving, spec.replicas());
  }

  private static int clamp(int count, ServiceSpec.Replicas replicas) {
    return Math.max(replicas.min(), Math.min(replicas.max(), count));
  }

  private static Count byLoad(
      ServiceView view,
      ServiceSpec spec,
      ServiceMemory memory,
      int before,
      Told told,
      Roster roster,
      MonotonicTime now) {
    OptionalInt override =
        view.overrides().scale().isPresent()
            ? OptionalInt.of(fixed(spec, view.overrides().scale(), before))
            : OptionalInt.empty();
    ScalingPolicy policy =
        new ScalingPolicy(spec.scale().orElseThrow(), spec.replicas(), cores(spec), override);
    ScalingDecider.Step step =
        ScalingDecider.step(memory.scaling(), facts(view, before), policy, now);
    ScalingDecision decision = step.decision();
    if (step.due() || decision.moves()) {
      String phrase =
          decision.moves()
              ? "from " + decision.from() + " to " + decision.to()
              : "stay at " + decision.to();
      roster.note(new Note(Optional.empty(), "scaling", phrase, decision.reason(), decision.saw()));
    }
    int fact = -1;
    if (decision.moves()) {
      fact = tell(view, decision, roster);
    }
    clamped(decision, step.due(), told, roster);
    return new Count(decision.to(), step.memory(), fact);
  }

  /** The upper bound is told once for as long as it holds the count back. */
  private static void clamped(ScalingDecision decision, boolean due, Told told, Roster roster) {
    if (!due) {
      told.keep(CLAMPED);
      return;
    }
    if (decision.clampedBy().contains(Clamp.MAX) && decision.wanted() > decision.to()) {
      if (told.isNews(CLAMPED)) {
        roster.tell(
            new Fact(
                EventKind.SCALE_CLAMPED,
                Optional.empty(),
                Actor.SYSTEM,
                Optional.empty(),
                -1,
                decision.reason(),
                decision.saw()));
      }
    }
  }

  private static ScalingFacts facts(ServiceView view, int current) {
    if (view.overrides().diverted().filter(Diverted::isWhole).isPresent()) {
      // All of it may be back in a moment: what is not seen meanwhile does not count as gone.
      return new ScalingFacts(
          current,
          OptionalDouble.empty(),
          limit(view.signals()),
          OptionalDouble.empty(),
          OptionalDouble.empty());
    }
    Optional<ServiceSignals> signals = view.signals();
    OptionalDouble load =
        signals.isPresent()
            ? OptionalDouble.of(signals.get().inFlight() + (double) signals.get().queued())
            : OptionalDouble.empty();
    OptionalDouble rate =
        signals.isPresent()
            ? OptionalDouble.of(signals.get().requestsPerSecond())
            : OptionalDouble.empty();
    return new ScalingFacts(current, load, limit(signals), rate, cores(view));
  }

  /** The mean limit of what takes traffic; what never took any has learned nothing. */
  private static OptionalDouble limit(Optional<ServiceSignals> signals) {
    double sum = 0;
    int count = 0;
    if (signals.isPresent()) {
      for (InstanceSignals instance : signals.get().instances()) {
        if (instance.routed() && instance.concurrencyLimit() > 0) {
          sum += instance.concurrencyLimit();
          count++;
        }
      }
    }
    return count == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / count);
  }

  /** Of all serving ones; one that is not measured yet counts as the mean of the others. */
  private static OptionalDouble cores(ServiceView view) {
    double sum = 0;
    int measured = 0;
    int serving = 0;
    for (Member member : view.members()) {
      if (member.inTraffic()) {
        serving++;
        if (member.cpuCores().isPresent()) {
          sum += member.cpuCores().getAsDouble();
          measured++;
        }
      }
    }
    return measured == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / measured * serving);
  }

  private static double cores(ServiceSpec spec) {
    return spec.workload() instanceof Workload.Run run ? run.limits().cpuCores().orElse(1.0) : 1.0;
  }

  private static int tell(ServiceView view, ScalingDecision decision, Roster roster) {
    boolean byHand = decision.clampedBy().contains(Clamp.OVERRIDE);
    Actor actor =
        byHand
            ? view.overrides().scale().map(Overrides.Scale::actor).orElse(Actor.SYSTEM)
            : Actor.SYSTEM;
    return roster.tell(
        new Fact(
            EventKind.SCALED,
            Optional.empty(),
            actor,
            view.applied().filter(_ -> byHand),
            -1,
            decision.reason(),
            decision.saw()));
  }

  private static int tell(ServiceView view, int from, int to, String reason, Roster roster) {
    Actor actor = view.overrides().scale().map(Overrides.Scale::actor).orElse(Actor.SYSTEM);
    Evidence evidence = Evidence.of("from", from).and("to", to);
    return roster.tell(
        Fact.ofService(EventKind.SCALED, "from " + from + " to " + to + ": " + reason, evidence)
            .by(actor)
            .after(view.applied()));
  }

  private static String fixedReason(ServiceView view, int count) {
    return view.overrides()
        .scale()
        .map(scale -> "set by hand" + (scale.reason().isEmpty() ? "" : ", " + scale.reason()))
        .orElse("the file asks for " + count);
  }
}
