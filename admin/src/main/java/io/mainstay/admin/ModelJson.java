package io.mainstay.admin;

import io.mainstay.model.Event;
import io.mainstay.model.spec.SpecProblem;
import io.mainstay.model.state.DrillReport;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.Explanation;
import io.mainstay.model.state.NodeCapacity;
import io.mainstay.model.state.NodeStatus;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.Plan;
import io.mainstay.model.state.Status;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** The values of the model as the trees that the API answers with: its names and their order. */
final class ModelJson {
  private ModelJson() {}

  static SequencedMap<String, @Nullable Object> status(Status status) {
    return Json.object(
        "node",
        status.node().value(),
        "leader",
        status.leader().map(Object::toString).orElse(null),
        "version",
        status.version(),
        "services",
        status.services().stream().map(ModelJson::service).toList(),
        "nodes",
        status.nodes().stream().map(ModelJson::node).toList(),
        "coordinationLost",
        status.coordinationLost().map(Object::toString).orElse(null));
  }

  /** A node of the cluster. */
  static SequencedMap<String, @Nullable Object> node(NodeStatus node) {
    return Json.object(
        "name",
        node.name().value(),
        "state",
        node.state().label(),
        "zone",
        node.zone(),
        "leader",
        node.leader(),
        "instances",
        node.instances(),
        "capacity",
        capacity(node.capacity()),
        "reserved",
        capacity(node.reserved()),
        "host",
        node.host(),
        "version",
        node.version(),
        "labels",
        node.labels(),
        "closed",
        node.closed().orElse(null),
        "reason",
        node.reason());
  }

  private static SequencedMap<String, @Nullable Object> capacity(NodeCapacity capacity) {
    return Json.object(
        "cpu",
        capacity.cpuCores(),
        "memory",
        capacity.memoryBytes(),
        "instances",
        capacity.instances());
  }

  static SequencedMap<String, @Nullable Object> service(Status.ServiceStatus service) {
    return Json.object(
        "name",
        service.name().value(),
        "desired",
        service.desired(),
        "min",
        service.min(),
        "max",
        service.max(),
        "serving",
        service.serving(),
        "starting",
        service.starting(),
        "standby",
        service.standby(),
        "failing",
        service.failing(),
        "revision",
        service.revision(),
        "verdict",
        service.verdict().label(),
        "override",
        service.override().orElse(null),
        "diverted",
        service.diverted().map(ModelJson::diverted).orElse(null),
        "paused",
        service.paused(),
        "reason",
        service.reason(),
        "requestsPerSecond",
        rounded(service.requestsPerSecond()),
        "inFlight",
        service.inFlight(),
        "queued",
        service.queued(),
        "transactions",
        service.transactions().stream().map(TransactionJson::brief).toList(),
        "flows",
        service.flows().stream().map(FlowJson::flow).toList(),
        "instances",
        service.instances().stream().map(ModelJson::instance).toList());
  }

  private static SequencedMap<String, @Nullable Object> diverted(Status.Diverted diverted) {
    return Json.object(
        "to",
        diverted.to(),
        "share",
        diverted.share(),
        "answers",
        diverted.answers(),
        "until",
        diverted.until().map(Object::toString).orElse(null),
        "actor",
        diverted.actor().value(),
        "reason",
        diverted.reason());
  }

  static SequencedMap<String, @Nullable Object> instance(Status.InstanceStatus instance) {
    return Json.object(
        "id",
        instance.id().toString(),
        "node",
        instance.node().value(),
        "role",
        instance.role().label(),
        "state",
        instance.state().label(),
        "generation",
        instance.generation(),
        "revision",
        instance.revision(),
        "pid",
        boxed(instance.pid()),
        "address",
        instance.address().map(Object::toString).orElse(null),
        "since",
        instance.since().toString(),
        "restarts",
        instance.restarts(),
        "lastExit",
        instance.lastExit().map(ModelJson::exit).orElse(null),
        "inFlight",
        instance.inFlight(),
        "share",
        instance.share(),
        "reason",
        instance.reason());
  }

  private static SequencedMap<String, @Nullable Object> exit(Exit exit) {
    return Json.object(
        "code",
        boxed(exit.code()),
        "signal",
        exit.signal().orElse(null),
        "oom",
        exit.outOfMemory(),
        "time",
        exit.time().toString());
  }

  static SequencedMap<String, @Nullable Object> event(Event event) {
    return Json.object(
        "cursor",
        event.cursor(),
        "time",
        event.time().toString(),
        "node",
        event.node().value(),
        "kind",
        event.kind().label(),
        "service",
        event.service().map(Object::toString).orElse(null),
        "instance",
        event.instance().map(Object::toString).orElse(null),
        "actor",
        event.actor().value(),
        "cause",
        event.cause().orElse(null),
        "reason",
        event.reason(),
        "evidence",
        event.evidence());
  }

  static SequencedMap<String, @Nullable Object> explanation(Explanation explanation) {
    return Json.object(
        "subject",
        explanation.subject(),
        "state",
        explanation.state(),
        "reason",
        explanation.reason(),
        "judgement",
        explanation.judgement().map(ModelJson::judgement).orElse(null),
        "evidence",
        explanation.evidence().stream().map(ModelJson::witness).toList(),
        "heldBack",
        explanation.heldBack().stream().map(ModelJson::finding).toList(),
        "findings",
        explanation.findings().stream().map(ModelJson::finding).toList());
  }

  private static SequencedMap<String, @Nullable Object> judgement(Explanation.Judgement judgement) {
    return Json.object(
        "state",
        judgement.state(),
        "rule",
        judgement.rule(),
        "reason",
        judgement.reason(),
        "overruled",
        judgement.overruled(),
        "witnesses",
        judgement.witnesses(),
        "flapping",
        judgement.flapping());
  }

  private static SequencedMap<String, @Nullable Object> witness(Explanation.Witness witness) {
    return Json.object(
        "first",
        witness.first().toString(),
        "last",
        witness.last().toString(),
        "source",
        witness.source(),
        "subject",
        witness.subject(),
        "sense",
        witness.sense(),
        "weight",
        witness.weight(),
        "count",
        witness.count(),
        "reason",
        witness.reason());
  }

  private static SequencedMap<String, @Nullable Object> finding(Explanation.Finding finding) {
    return Json.object(
        "time",
        finding.time().toString(),
        "decider",
        finding.decider(),
        "decision",
        finding.decision(),
        "reason",
        finding.reason(),
        "evidence",
        finding.evidence());
  }

  static SequencedMap<String, @Nullable Object> operation(
      Operation operation, Optional<DrillReport> report) {
    SequencedMap<String, @Nullable Object> tree =
        Json.object(
            "id",
            operation.id(),
            "what",
            operation.what(),
            "state",
            operation.state().label(),
            "message",
            operation.message());
    report.ifPresent(drill -> tree.put("report", DrillJson.report(drill)));
    return tree;
  }

  static SequencedMap<String, @Nullable Object> plan(Plan plan) {
    return Json.object("steps", plan.steps().stream().map(ModelJson::step).toList());
  }

  private static SequencedMap<String, @Nullable Object> step(Plan.Step step) {
    return Json.object(
        "action",
        step.action().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        "service",
        step.service().map(Object::toString).orElse(null),
        "instance",
        step.instance().map(Object::toString).orElse(null),
        "listener",
        step.listener().orElse(null),
        "reason",
        step.reason());
  }

  static SequencedMap<String, @Nullable Object> specProblem(SpecProblem problem) {
    return Json.object(
        "file",
        problem.file(),
        "line",
        problem.line(),
        "column",
        problem.column(),
        "key",
        problem.key(),
        "value",
        problem.value(),
        "expected",
        problem.expected(),
        "nearest",
        problem.nearest().orElse(null));
  }

  static double millis(Duration duration) {
    return rounded(duration.toNanos() / 1e6);
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  private static @Nullable Object boxed(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  private static @Nullable Object boxed(OptionalInt value) {
    return value.isPresent() ? value.getAsInt() : null;
  }
}
