package io.mainstay.controller;

import io.mainstay.controller.Edit.Answer;
import io.mainstay.controller.Edit.Told;
import io.mainstay.controller.Edit.Write;
import io.mainstay.controller.Published.ServiceState;
import io.mainstay.decisions.fleet.Budgets;
import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.decisions.fleet.Member;
import io.mainstay.decisions.remedy.Arbitration;
import io.mainstay.decisions.remedy.Governor;
import io.mainstay.decisions.remedy.Intent;
import io.mainstay.decisions.scaling.VictimChoice;
import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a command comes to, given the state: an answer, or a change of what is stored. Nothing is
 * done here.
 */
final class CommandRules {
  private final Published now;
  private final Overrides overrides;
  private final Actor actor;
  private final Instant wallClock;

  CommandRules(Published now, Overrides overrides, Actor actor, Instant wallClock) {
    this.now = now;
    this.overrides = overrides;
    this.actor = actor;
    this.wallClock = wallClock;
  }

  Edit scale(Command.Scale command) {
    Optional<ServiceState> found = wanted(command.service());
    if (found.isEmpty()) {
      return notFound("service " + command.service());
    }
    ServiceSpec spec = spec(found.get());
    if (spec.workload() instanceof Workload.Upstreams) {
      return invalid(command.service() + " consists of upstreams, which somebody else starts");
    }
    if (command.replicas() < 1 && !spec.replicas().isRange()) {
      return invalid("replicas: " + command.replicas() + " (expected: at least 1)");
    }
    if (spec.port() instanceof PortPolicy.Fixed fixed
        && command.replicas() > Math.max(1, now.nodes().size())) {
      return invalid(
          "replicas: "
              + command.replicas()
              + " (expected: "
              + Math.max(1, now.nodes().size())
              + ", since port "
              + fixed.port()
              + " can be had once a node)");
    }
    ServiceSpec.Replicas bounds = spec.replicas();
    int count =
        bounds.isRange()
            ? Math.max(bounds.min(), Math.min(bounds.max(), command.replicas()))
            : command.replicas();
    if (count < spec.budget().floor() && !command.force()) {
      return new Answer(
          new CommandResult.Refused(
              "the floor of " + command.service() + " is " + spec.budget().floor(),
              Evidence.of("wanted", count).and("floor", spec.budget().floor()).map()));
    }
    Overrides.Scale scale =
        new Overrides.Scale(
            command.service(), count, until(command.duration()), command.reason(), actor);
    Evidence evidence = Evidence.of("asked-for", command.replicas()).and("count", count);
    if (count != command.replicas()) {
      evidence.and("clamped-to", bounds.min() + " to " + bounds.max());
    }
    scale.until().ifPresent(until -> evidence.and("until", until));
    String reason =
        count
            + " should serve, by hand"
            + (count == command.replicas() ? "" : " (asked for " + command.replicas() + ")")
            + words(command.reason());
    return write(
        overrides.withScales(
            replaced(overrides.scales(), old -> old.service().equals(command.service()), scale)),
        "scale " + command.service() + " to " + count,
        Goal.scaled(command.service(), count),
        new Told(
            EventKind.SCALE_OVERRIDDEN,
            Optional.of(command.service()),
            Optional.empty(),
            reason,
            evidence));
  }

  Edit restart(Command.RestartService command) {
    Optional<ServiceState> found = wanted(command.service());
    if (found.isEmpty()) {
      return notFound("service " + command.service());
    }
    List<Member> members = found.get().view().members().stream().filter(Member::isWanted).toList();
    return restart(
        found.get(), members, command.force(), command.reason(), "restart " + command.service());
  }

  Edit restart(Command.RestartInstance command) {
    Optional<Member> member = now.member(command.instance()).filter(Member::isWanted);
    if (member.isEmpty()) {
      return notFound("instance " + command.instance());
    }
    return restart(
        wanted(command.instance().service()).orElseThrow(),
        List.of(member.get()),
        command.force(),
        command.reason(),
        "restart " + command.instance());
  }

  /** Refused only if not even the first could go now; the others wait for their turn. */
  private Edit restart(
      ServiceState state, List<Member> members, boolean force, String reason, String what) {
    if (spec(state).workload() instanceof Workload.Upstreams) {
      return invalid(state.view().name() + " consists of upstreams, which somebody else starts");
    }
    if (members.isEmpty()) {
      String name = state.view().name().value();
      return invalid(
          state.view().overrides().stop().isPresent()
              ? name + " is shut down, restore " + name + " starts it again"
              : name + " has no instances");
    }
    Arbitration.Ruling last = null;
    boolean possible = false;
    for (Member member : members) {
      last = rule(state, member, Intent.Kind.OPERATOR_RESTART, force, reason);
      possible |= last.granted();
    }
    if (!possible && last != null) {
      return refused(last);
    }
    List<Overrides.Restart> restarts = new ArrayList<>(overrides.restarts());
    Map<InstanceId, Long> generations = new LinkedHashMap<>();
    for (Member member : members) {
      long next = Math.max(member.generation(), member.assignment().minGeneration()) + 1;
      restarts.removeIf(old -> old.instance().equals(member.id()));
      restarts.add(new Overrides.Restart(member.id(), next, force, reason, actor));
      generations.put(member.id(), next);
    }
    return write(overrides.withRestarts(restarts), what, Goal.restarted(generations));
  }

  Edit hold(
      InstanceId id, Directive directive, Optional<Duration> duration, boolean force, String why) {
    Optional<Member> member = now.member(id).filter(Member::isWanted);
    if (member.isEmpty()) {
      return notFound("instance " + id);
    }
    ServiceState state = wanted(id.service()).orElseThrow();
    Intent.Kind kind = directive == Directive.ISOLATE ? Intent.Kind.ISOLATE : Intent.Kind.DRAIN;
    Arbitration.Ruling ruling = rule(state, member.get(), kind, force, why);
    if (!ruling.granted()) {
      return refused(ruling);
    }
    Overrides.Hold hold = new Overrides.Hold(id, directive, until(duration), why, actor);
    return write(
        overrides.withHolds(replaced(overrides.holds(), old -> old.instance().equals(id), hold)),
        kind.label() + " " + id,
        Goal.held(id));
  }

  /** Ends a hold; has a parked instance tried at once. */
  Edit release(Command.Release command) {
    InstanceId id = command.instance();
    Optional<Member> member = now.member(id).filter(Member::isWanted);
    if (member.isEmpty()) {
      return notFound("instance " + id);
    }
    boolean held = overrides.holds().stream().anyMatch(hold -> hold.instance().equals(id));
    boolean parked =
        member.get().phase() == Phase.PARKED || member.get().phase() == Phase.BACKING_OFF;
    if (!held && !parked) {
      return invalid(id + " is neither held nor parked");
    }
    List<Overrides.Restart> restarts = new ArrayList<>(overrides.restarts());
    if (parked) {
      long next =
          Math.max(member.get().generation(), member.get().assignment().minGeneration()) + 1;
      restarts.removeIf(old -> old.instance().equals(id));
      restarts.add(new Overrides.Restart(id, next, true, command.reason(), actor));
    }
    return write(
        overrides
            .withHolds(
                overrides.holds().stream().filter(hold -> !hold.instance().equals(id)).toList())
            .withRestarts(restarts),
        "release " + id,
        Goal.released(id),
        new Told(
            EventKind.INSTANCE_RELEASED,
            Optional.of(id.service()),
            Optional.of(id),
            "released" + (actor.equals(Actor.SYSTEM) ? "" : " by hand") + words(command.reason()),
            new Evidence()));
  }

  /** A ready standby for the least fit serving one: nobody is missed. */
  Edit promote(Command.Promote command) {
    InstanceId id = command.instance();
    Optional<Member> member = now.member(id).filter(Member::isWanted);
    if (member.isEmpty()) {
      return notFound("instance " + id);
    }
    if (member.get().isServing()) {
      return invalid(id + " serves already");
    }
    if (!member.get().isReadyStandby() && !command.force()) {
      return new Answer(
          new CommandResult.Refused(
              id + " is not ready to serve", Evidence.of("phase", member.get().phase()).map()));
    }
    ServiceState state = wanted(id.service()).orElseThrow();
    List<Member> serving =
        state.view().members().stream()
            .filter(other -> other.isWanted() && other.isServing())
            .toList();
    Optional<InstanceId> out =
        VictimChoice.order(serving, member.get().assignment().revision()).stream()
            .findFirst()
            .map(Member::id);
    return new Edit.Swap(id, out, "promote " + id, "promoted by hand" + words(command.reason()));
  }

  Edit pause(Command.Pause command) {
    if (command.service().isPresent() && wanted(command.service().get()).isEmpty()) {
      return notFound("service " + command.service().get());
    }
    Overrides.Pause pause =
        new Overrides.Pause(command.service(), until(command.duration()), command.reason(), actor);
    Evidence evidence = new Evidence();
    pause.until().ifPresent(until -> evidence.and("until", until));
    return write(
        overrides.withPauses(
            replaced(overrides.pauses(), old -> old.service().equals(command.service()), pause)),
        "pause" + of(command.service()),
        Goal.done("automation is off"),
        new Told(
            EventKind.AUTOMATION_PAUSED,
            command.service(),
            Optional.empty(),
            "automation is off, by hand" + words(command.reason()),
            evidence));
  }

  Edit resume(Command.Resume command) {
    Optional<ServiceName> service = command.service();
    if (service.isPresent() && wanted(service.get()).isEmpty()) {
      return notFound("service " + service.get());
    }
    Overrides next =
        overrides
            .withScales(
                overrides.scales().stream()
                    .filter(scale -> service.isPresent() && !scale.service().equals(service.get()))
                    .toList())
            .withPauses(
                overrides.pauses().stream()
                    .filter(pause -> service.isPresent() && !pause.service().equals(service))
                    .toList())
            .withHalts(
                overrides.halts().stream()
                    .filter(halt -> service.isPresent() && !halt.service().equals(service.get()))
                    .toList());
    boolean pausedAsAWhole =
        service.isPresent()
            && overrides.pauses().stream().anyMatch(pause -> pause.service().isEmpty());
    if (pausedAsAWhole && next.equals(overrides)) {
      return invalid("automation is off for all services: resume without naming one");
    }
    return write(
        next,
        "resume" + of(service),
        Goal.done("automation is on, no count by hand, halted rollouts are tried again"),
        new Told(
            EventKind.AUTOMATION_RESUMED,
            service,
            Optional.empty(),
            "automation is on, counts by hand ended" + words(command.reason()),
            new Evidence()));
  }

  private Arbitration.Ruling rule(
      ServiceState state, Member member, Intent.Kind kind, boolean force, String reason) {
    Intent intent = new Intent(kind, member.id(), member.mayTakeTraffic(), force, actor, reason);
    return Governor.arbitrate(
            List.of(intent),
            Budgets.atOnce(
                state.view().members(),
                state.memory().desired().orElse(spec(state).replicas().min()),
                spec(state).budget(),
                state.memory().massFailure()))
        .rulings()
        .getFirst();
  }

  private Optional<ServiceState> wanted(ServiceName name) {
    return now.service(name).filter(state -> state.view().wanted().isPresent());
  }

  private static ServiceSpec spec(ServiceState state) {
    return state.view().wanted().orElseThrow().spec();
  }

  private Optional<Instant> until(Optional<Duration> duration) {
    return duration.map(wallClock::plus);
  }

  private static <T> List<T> replaced(List<T> before, Predicate<T> same, T entry) {
    List<T> next = new ArrayList<>(before);
    next.removeIf(same);
    next.add(entry);
    return next;
  }

  private static Edit write(Overrides overrides, String what, Goal goal, Told... events) {
    return new Write(Optional.empty(), overrides, what, goal, List.of(events));
  }

  private static Edit notFound(String what) {
    return new Answer(new CommandResult.NotFound(what));
  }

  private static Edit invalid(String reason) {
    return new Answer(new CommandResult.Invalid(reason));
  }

  private static Edit refused(Arbitration.Ruling ruling) {
    return new Answer(new CommandResult.Refused(ruling.reason(), ruling.evidence()));
  }

  private static String words(String reason) {
    return reason.isEmpty() ? "" : ": " + reason;
  }

  private static String of(Optional<ServiceName> service) {
    return service.map(name -> " " + name).orElse("");
  }
}
