package io.mainstay.controller;

import io.mainstay.controller.Published.ServiceState;
import io.mainstay.decisions.business.Diverted;
import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.decisions.fleet.Member;
import io.mainstay.decisions.nodes.NodeStanding;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.decisions.placement.Occupant;
import io.mainstay.decisions.status.InstanceStates;
import io.mainstay.decisions.status.StatusAssembly;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Explanation;
import io.mainstay.model.state.Explanation.Finding;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Status.ServiceStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Why something is in its state: what is wanted, what was seen, and what deciders said. */
final class Explanations {
  private Explanations() {}

  static Optional<Explanation> of(
      String subject, Published now, Findings findings, Instant wallClock) {
    if (ServiceName.isValid(subject)) {
      Optional<ServiceState> service = now.service(new ServiceName(subject));
      if (service.isPresent()) {
        return Optional.of(service(service.get(), findings.of(subject), wallClock));
      }
    }
    Optional<Explanation> instance =
        InstanceId.parse(subject)
            .flatMap(now::member)
            .map(member -> instance(member, findings.of(subject), wallClock));
    if (instance.isPresent() || subject.isBlank()) {
      return instance;
    }
    return now.node(new NodeName(subject)).map(node -> node(node, findings.of(subject), wallClock));
  }

  /** What was refused is told once more by itself. */
  private static Explanation made(String subject, String state, String reason, List<Finding> all) {
    List<Finding> heldBack =
        all.stream().filter(one -> one.decision().startsWith(Findings.REFUSE)).toList();
    return new Explanation(subject, state, reason, Optional.empty(), List.of(), heldBack, all);
  }

  private static Explanation node(NodeView node, List<Finding> findings, Instant wallClock) {
    NodeStanding standing = node.standing();
    Evidence evidence = Evidence.of("instances", node.occupants().size());
    node.labels().forEach((label, value) -> evidence.and("label " + label, value));
    standing.closed().ifPresent(why -> evidence.and("takes-nothing-new", why));
    node.capacity()
        .ifPresent(offered ->
            evidence
                .and("cores", node.reserved().cpuCores() + " of " + offered.cpuCores())
                .and("memory", node.reserved().memoryBytes() + " of " + offered.memoryBytes())
                .and("places", node.reserved().instances() + " of " + offered.instances()));
    for (Occupant occupant : node.occupants()) {
      evidence.and(occupant.id().toString(), occupant.leaving() ? "on its way out" : "there");
    }
    List<Finding> all = new ArrayList<>();
    String state = standing.state().label();
    all.add(new Finding(wallClock, "nodes", state, standing.reason(), evidence.map()));
    all.addAll(findings);
    return made(node.name().value(), state, standing.reason(), all);
  }

  private static Explanation service(
      ServiceState state, List<Finding> findings, Instant wallClock) {
    ServiceStatus status = StatusAssembly.service(state.view(), state.memory());
    List<Finding> all = new ArrayList<>();
    Evidence evidence =
        Evidence.of("desired", status.desired())
            .and("min", status.min())
            .and("max", status.max())
            .and("serving", status.serving())
            .and("starting", status.starting())
            .and("standby", status.standby())
            .and("failing", status.failing())
            .and("revision", status.revision());
    status.override().ifPresent(by -> evidence.and("override", by));
    if (status.paused()) {
      evidence.and("automation", "paused");
    }
    state.view().overrides().diverted().ifPresent(one -> all.add(diverted(one, wallClock)));
    state.view().overrides().stop().ifPresent(one -> all.add(stopped(one)));
    all.add(
        new Finding(
            wallClock, "status", status.verdict().label(), status.reason(), evidence.map()));
    all.addAll(findings);
    return made(status.name().value(), status.verdict().label(), status.reason(), all);
  }

  private static Finding stopped(Overrides.Stop stop) {
    Evidence evidence = Evidence.of("actor", stop.actor()).and("since", stop.since());
    return new Finding(
        stop.since(), "shutdown", "stop", StatusAssembly.stopped(stop), evidence.map());
  }

  private static Finding diverted(Diverted diverted, Instant wallClock) {
    Overrides.Diversion diversion = diverted.ruling().diversion();
    Evidence evidence =
        Evidence.of("to", diverted.ruling().to().describe())
            .and("named-by", diversion.to().isPresent() ? "the command" : "fallback of the file")
            .and("share", diversion.share())
            .and("answers", diverted.answers())
            .and("actor", diversion.actor());
    diversion.until().ifPresent(until -> evidence.and("until", until));
    return new Finding(
        wallClock,
        "diversion",
        diverted.isWhole() ? "divert" : "divert a part",
        diverted.describe(),
        evidence.map());
  }

  private static Explanation instance(Member member, List<Finding> findings, Instant wallClock) {
    InstanceStates.Shown shown = InstanceStates.derive(member);
    List<Finding> all = new ArrayList<>();
    member.observed().ifPresent(observed -> all.add(agent(member, observed)));
    member
        .signals()
        .ifPresent(signals ->
            all.add(
                new Finding(
                    wallClock,
                    "gateway",
                    signals.routed() ? "routed" : "not routed",
                    signals
                        .ejected()
                        .map(why -> "ejected: " + why)
                        .orElse("what the traffic says over the last second"),
                    Evidence.of("in-flight", signals.inFlight())
                        .and("requests-a-second", signals.requestsPerSecond())
                        .and("failures-a-second", signals.failuresPerSecond())
                        .and("latency-ms", signals.latency().toMillis())
                        .and("limit", signals.concurrencyLimit())
                        .map())));
    all.add(controller(member.assignment(), wallClock));
    all.addAll(findings);
    return made(member.id().toString(), shown.state().label(), shown.reason(), all);
  }

  private static Finding agent(Member member, ObservedInstance observed) {
    Evidence evidence =
        Evidence.of("generation", observed.generation())
            .and("revision", observed.revision())
            .and("restarts", observed.restarts());
    observed.pid().ifPresent(pid -> evidence.and("pid", pid));
    observed.address().ifPresent(address -> evidence.and("address", address));
    observed.lastExit().ifPresent(exit -> evidence.and("last-exit", exit.describe()));
    if (observed.liveFailing()) {
      evidence.and("live-check", "fails");
    }
    return new Finding(
        observed.since(),
        "agent",
        member.phase().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        observed.reason(),
        evidence.map());
  }

  private static Finding controller(Assignment assignment, Instant wallClock) {
    Evidence evidence =
        Evidence.of("role", assignment.role().label())
            .and("revision", assignment.revision())
            .and("min-generation", assignment.minGeneration())
            .and("actor", assignment.actor());
    assignment.cause().ifPresent(cursor -> evidence.and("cause", cursor));
    return new Finding(
        wallClock,
        "controller",
        assignment.directive().name().toLowerCase(Locale.ROOT),
        assignment.reason(),
        evidence.map());
  }
}
