package io.mainstay.controller;

import io.mainstay.controller.Edit.Told;
import io.mainstay.controller.Published.ServiceState;
import io.mainstay.decisions.business.DiversionRule;
import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.decisions.fleet.Member;
import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Overrides.Diversion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What commands about diversions come to; nothing is done here. */
final class DiversionCommands {
  private final Published now;
  private final Overrides overrides;
  private final Actor actor;
  private final Instant wallClock;

  DiversionCommands(Published now, Overrides overrides, Actor actor, Instant wallClock) {
    this.now = now;
    this.overrides = overrides;
    this.actor = actor;
    this.wallClock = wallClock;
  }

  /** A diversion that there is already is replaced. */
  Edit divert(Command.Divert command) {
    ServiceName service = command.service();
    if (now.service(service).filter(state -> state.view().wanted().isPresent()).isEmpty()) {
      return new Edit.Answer(new CommandResult.NotFound("service " + service));
    }
    Diversion diversion =
        new Diversion(
            service,
            command.to(),
            command.share(),
            command.duration().map(wallClock::plus),
            command.reason(),
            actor);
    List<Diversion> next = without(service);
    next.add(diversion);
    DiversionRule.Ruling ruling = DiversionRule.rule(now.specs(), next, wallClock);
    Optional<String> problem = ruling.problem(diversion);
    if (problem.isPresent()) {
      return new Edit.Answer(new CommandResult.Invalid(problem.get()));
    }
    DiversionRule.InForce inForce = ruling.of(service).orElseThrow();
    Evidence evidence = Evidence.of("to", inForce.to().describe()).and("share", diversion.share());
    diversion.until().ifPresent(until -> evidence.and("until", until));
    Optional<Evidence> nobody = nobody(inForce);
    if (nobody.isPresent() && !command.force()) {
      return new Edit.Answer(
          new CommandResult.Refused(
              "nobody is ready there: " + inForce.describe() + " would fail", nobody.get().map()));
    }
    String reason =
        inForce.describe()
            + byHand()
            + (command.reason().isEmpty() ? "" : ": " + command.reason())
            + (nobody.isPresent() ? " (forced: nobody is ready there)" : "");
    return write(
        next,
        "divert " + service,
        inForce.describe(),
        new Told(EventKind.DIVERTED, Optional.of(service), Optional.empty(), reason, evidence));
  }

  /**
   * Ends a diversion; of a service that was shut down first of all that, and then what we diverted
   * ourselves returns as its transactions show that it works.
   */
  Edit restore(Command.Restore command) {
    ServiceName service = command.service();
    boolean stopped = overrides.stops().stream().anyMatch(stop -> stop.service().equals(service));
    if (stopped && !actor.equals(Actor.SYSTEM)) {
      return start(command);
    }
    List<Diversion> next = without(service);
    if (next.size() == overrides.diversions().size()) {
      return now.service(service).isEmpty()
          ? new Edit.Answer(new CommandResult.NotFound("service " + service))
          : new Edit.Answer(new CommandResult.Invalid(service + " is not diverted"));
    }
    String what = "requests go to " + service + " again";
    return write(
        next,
        "restore " + service,
        what,
        new Told(
            EventKind.RESTORED,
            Optional.of(service),
            Optional.empty(),
            what + byHand() + (command.reason().isEmpty() ? "" : ": " + command.reason()),
            new Evidence()));
  }

  private Edit start(Command.Restore command) {
    ServiceName service = command.service();
    boolean proven =
        now.specs().stream()
            .filter(spec -> !spec.business().transactions().isEmpty())
            .anyMatch(spec -> spec.name().equals(service) || spec.dependsOn().contains(service));
    boolean own =
        overrides.diversions().stream()
            .anyMatch(one -> one.service().equals(service) && one.actor().equals(Actor.SYSTEM));
    boolean later = own && proven;
    String what =
        service
            + " starts again"
            + (later ? ", its requests return once transactions with it pass" : "");
    Overrides next =
        overrides
            .withStops(
                overrides.stops().stream().filter(one -> !one.service().equals(service)).toList())
            .withDiversions(later ? overrides.diversions() : without(service));
    List<Told> events = new ArrayList<>();
    events.add(told(EventKind.SERVICE_STARTED, command, what));
    if (!next.diversions().equals(overrides.diversions())) {
      events.add(told(EventKind.RESTORED, command, "requests go to " + service + " again"));
    }
    return new Edit.Write(Optional.empty(), next, "restore " + service, Goal.done(what), events);
  }

  private static Told told(EventKind kind, Command.Restore command, String what) {
    return new Told(
        kind,
        Optional.of(command.service()),
        Optional.empty(),
        what + ", by hand" + (command.reason().isEmpty() ? "" : ": " + command.reason()),
        new Evidence());
  }

  private String byHand() {
    return actor.equals(Actor.SYSTEM) ? "" : ", by hand";
  }

  /** Evidence that all requests would fail; a part of them stays where it is in that case. */
  private Optional<Evidence> nobody(DiversionRule.InForce inForce) {
    if (!inForce.isWhole() || !(inForce.to() instanceof Fallback.ToService to)) {
      return Optional.empty();
    }
    Optional<ServiceState> target = now.service(to.service());
    long ready =
        target
            .map(state -> state.view().members().stream().filter(Member::inTraffic).count())
            .orElse(0L);
    return ready > 0
        ? Optional.empty()
        : Optional.of(Evidence.of("to", to.service()).and("ready", ready));
  }

  private List<Diversion> without(ServiceName service) {
    List<Diversion> diversions = new ArrayList<>(overrides.diversions());
    diversions.removeIf(one -> one.service().equals(service));
    return diversions;
  }

  private Edit write(List<Diversion> next, String what, String done, Told event) {
    return new Edit.Write(
        Optional.empty(), overrides.withDiversions(next), what, Goal.done(done), List.of(event));
  }
}
