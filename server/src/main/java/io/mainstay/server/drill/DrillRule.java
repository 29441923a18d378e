package io.mainstay.server.drill;

import io.mainstay.model.NodeName;
import io.mainstay.model.spec.DrillSpec;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.DrillReport;
import io.mainstay.model.state.InstanceState;
import io.mainstay.model.state.Status.InstanceStatus;
import io.mainstay.model.state.Status.ServiceStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/** Which instance may be broken, and whether the service can bear it. Pure. */
final class DrillRule {
  private DrillRule() {}

  /**
   * The victim: a serving instance with a process of this machine.
   *
   * @param draw uniform in [0, 1)
   */
  static Optional<InstanceStatus> victim(ServiceStatus service, NodeName here, double draw) {
    List<InstanceStatus> serving =
        running(service, here).stream()
            .filter(instance -> instance.state() == InstanceState.SERVING)
            .toList();
    return serving.isEmpty()
        ? Optional.empty()
        : Optional.of(serving.get((int) (draw * serving.size())));
  }

  /** All with a process of this machine. */
  static List<InstanceStatus> running(ServiceStatus service, NodeName here) {
    return service.instances().stream()
        .filter(instance -> instance.node().equals(here) && instance.pid().isPresent())
        .toList();
  }

  /** Whether it is a standby that runs without processor, or not at all: nobody stops it twice. */
  static boolean isFrozen(InstanceStatus instance, ServiceSpec spec) {
    return instance.state() == InstanceState.STANDBY
        && spec.standby().mode() != ServiceSpec.StandbyMode.HOT;
  }

  /** A standby that is ready to take over. */
  static Optional<InstanceStatus> standby(ServiceStatus service) {
    return service.instances().stream()
        .filter(instance -> instance.state() == InstanceState.STANDBY)
        .findFirst();
  }

  /** Refuses if the loss of one serving instance is more than the service's budget allows. */
  static Optional<CommandResult.Refused> refusal(ServiceSpec spec, ServiceStatus status) {
    int left = Math.min(status.desired(), status.serving() - 1 + status.standby());
    int unavailable = status.desired() - left;
    int allowed = spec.budget().maxUnavailable().of(status.desired(), 0);
    SequencedMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("serving", Integer.toString(status.serving()));
    evidence.put("standby", Integer.toString(status.standby()));
    evidence.put("left-serving", Integer.toString(left));
    evidence.put("floor", Integer.toString(spec.budget().floor()));
    evidence.put("max-unavailable", Integer.toString(allowed));
    if (left < spec.budget().floor()) {
      return Optional.of(
          new CommandResult.Refused(
              "a drill would leave "
                  + left
                  + " serving, below the floor of "
                  + spec.budget().floor(),
              evidence));
    }
    if (unavailable > allowed) {
      return Optional.of(
          new CommandResult.Refused(
              "a drill would make "
                  + unavailable
                  + " of "
                  + status.desired()
                  + " unavailable, more than "
                  + allowed,
              evidence));
    }
    return Optional.empty();
  }

  /** Why a drill did not pass, by the limits of the file; without these it only has to end well. */
  static Optional<String> objection(DrillReport report, Optional<DrillSpec> described) {
    if (report.recovery().isEmpty()) {
      return Optional.of("not all was as before in time");
    }
    double share = report.sent() == 0 ? 0 : (double) report.failed() / report.sent();
    double allowed =
        report.kind() == DrillReport.Kind.PROMOTE
            ? 0
            : described.map(DrillSpec::failed).orElse(1.0);
    if (share > allowed) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%d of %d requests failed, more than %.2f %%",
              report.failed(),
              report.sent(),
              allowed * 100));
    }
    return Optional.empty();
  }
}
