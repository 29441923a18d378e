package io.mainstay.server.drill;

import io.mainstay.model.Actor;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.DrillSpec;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Status;
import io.mainstay.model.state.Status.InstanceStatus;
import io.mainstay.model.state.Status.ServiceStatus;
import io.mainstay.ports.ControlPlane;
import io.mainstay.ports.Drills;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a drill is to break, or why it must not or cannot. */
final class DrillFaults {
  private final NodeName node;
  private final ControlPlane control;
  private final DrillTools tools;

  /**
   * Faults of this machine.
   *
   * @param node processes of other ones are out of reach
   */
  DrillFaults(NodeName node, ControlPlane control, DrillTools tools) {
    this.node = node;
    this.control = control;
    this.tools = tools;
  }

  /** What came of it. */
  sealed interface Made {
    /** This is to be broken. */
    record Ready(Fault fault) implements Made {}

    /** Nothing is. */
    record Wrong(CommandResult result) implements Made {}
  }

  /**
   * Chooses.
   *
   * @param draw uniform in [0, 1)
   */
  Made make(Drills.Request request, Deployment applied, Status status, Actor actor, double draw) {
    ServiceSpec spec = applied.service(request.service()).orElseThrow();
    ServiceStatus service = find(status, request.service()).orElseThrow();
    return switch (request.kind()) {
      case KILL -> one(request, spec, service, draw, it -> signal(it, Breaker.Signal.KILL));
      case HANG -> one(request, spec, service, draw, it -> signal(it, Breaker.Signal.STOP));
      case CHECK ->
          one(
              request,
              spec,
              service,
              draw,
              it -> new CheckFault(tools.checks(), it.id(), request.duration().multipliedBy(2)));
      case DEPENDENCY -> dependency(request, spec, applied, status);
      case BUSINESS -> business(request, spec, service);
      case PROMOTE ->
          DrillRule.standby(service)
              .<Made>map(one -> new Made.Ready(new PromotionFault(control, one.id(), actor)))
              .orElse(invalid(request.service() + ": no standby is ready to be promoted"));
    };
  }

  /** Breaks one that serves, if the budget has room for its loss. */
  private Made one(
      Drills.Request request,
      ServiceSpec spec,
      ServiceStatus service,
      double draw,
      Function<InstanceStatus, Fault> fault) {
    Optional<InstanceStatus> victim = DrillRule.victim(service, node, draw);
    if (victim.isEmpty()) {
      return invalid(
          request.service() + ": no serving instance with a process of this machine to break");
    }
    Optional<CommandResult.Refused> refusal =
        request.force() ? Optional.empty() : DrillRule.refusal(spec, service);
    return refusal
        .<Made>map(Made.Wrong::new)
        .orElseGet(() -> new Made.Ready(fault.apply(victim.get())));
  }

  private Fault signal(InstanceStatus victim, Breaker.Signal signal) {
    return new SignalFault(
        tools.breaker(), signal, victim.id().toString(), List.of(victim), this::isSameProcess);
  }

  private Made dependency(
      Drills.Request request, ServiceSpec spec, Deployment applied, Status status) {
    if (request.dependency().isEmpty() && spec.dependsOn().size() != 1) {
      return invalid(
          request.service()
              + ": depends on "
              + spec.dependsOn()
              + " (expected: the name of the one that is to hang)");
    }
    ServiceName name = request.dependency().orElseGet(() -> spec.dependsOn().getFirst());
    Optional<ServiceStatus> other = find(status, name);
    if (applied.service(name).isEmpty() || other.isEmpty()) {
      return new Made.Wrong(new CommandResult.NotFound("service " + name));
    }
    List<InstanceStatus> all =
        other.get().instances().stream()
            .filter(one -> !DrillRule.isFrozen(one, applied.service(name).orElseThrow()))
            .toList();
    List<InstanceStatus> victims =
        DrillRule.running(other.get(), node).stream().filter(all::contains).toList();
    if (victims.isEmpty() || victims.size() < all.size()) {
      return invalid(
          name + ": not all of its instances are processes of this machine, to let them hang");
    }
    if (!request.force()) {
      return new Made.Wrong(
          new CommandResult.Refused(
              "a drill would let all "
                  + victims.size()
                  + " instances of "
                  + name
                  + " hang, below its floor of "
                  + applied.service(name).orElseThrow().budget().floor(),
              new LinkedHashMap<>()));
    }
    return new Made.Ready(
        new SignalFault(
            tools.breaker(), Breaker.Signal.STOP, name.value(), victims, this::isSameProcess));
  }

  private Made business(Drills.Request request, ServiceSpec spec, ServiceStatus service) {
    Optional<DrillSpec> drill = request.name().flatMap(name -> of(spec, name));
    if (drill.isEmpty()) {
      return invalid(
          request.service()
              + ": how to break and mend its business stands in the file (expected: the name of one"
              + " of its drills)");
    }
    return new Made.Ready(
        new CommandFault(
            request.service().value(),
            drill.get().breaking(),
            drill.get().mending(),
            command -> tools.commands().run(command, tools.environment(spec, service))));
  }

  /** A drill of the file. */
  static Optional<DrillSpec> of(ServiceSpec spec, String name) {
    return spec.drills().stream().filter(one -> one.name().equals(name)).findFirst();
  }

  private boolean isSameProcess(InstanceStatus before) {
    return find(control.status(), before.id().service()).stream()
        .flatMap(service -> service.instances().stream())
        .anyMatch(instance ->
            instance.id().equals(before.id())
                && instance.generation() == before.generation()
                && instance.pid().equals(before.pid()));
  }

  private static Optional<ServiceStatus> find(Status status, ServiceName name) {
    return status.services().stream().filter(one -> one.name().equals(name)).findFirst();
  }

  private static Made invalid(String reason) {
    return new Made.Wrong(new CommandResult.Invalid(reason));
  }
}
