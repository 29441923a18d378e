package io.mainstay.simulator;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Role;
import io.mainstay.ports.Coordinator.State;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * As many instances are assigned as the file allows: never more than max and standbys, with the
 * surge of an update and a replacement for each one that is held.
 */
final class CountsInBounds implements Invariant {
  private @Nullable State seen;
  private long seenChanges = -1;

  @Override
  public String claim() {
    return "counts stay in bounds";
  }

  @Override
  public Optional<String> broken(World world) {
    if (seenChanges == world.ensemble().assignmentChanges()) {
      return Optional.empty();
    }
    seenChanges = world.ensemble().assignmentChanges();
    State state = world.ensemble().state();
    State before = seen;
    seen = state;
    for (ServiceSpec spec : specs(state)) {
      Optional<String> problem = check(spec, before, state);
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> check(ServiceSpec spec, @Nullable State before, State state) {
    List<Assignment> all = of(spec.name(), state);
    long running = all.stream().filter(one -> one.directive() == Directive.RUN).count();
    long serving =
        all.stream()
            .filter(one -> one.directive() == Directive.RUN && one.role() == Role.SERVING)
            .count();
    long held =
        all.stream()
            .filter(
                one -> one.directive() == Directive.DRAIN || one.directive() == Directive.ISOLATE)
            .count();
    int surge = spec.update().surge().of(spec.replicas().max(), 1);
    int most = Math.max(spec.replicas().max(), byHand(spec, state)) + surge;
    if (serving > most && serving > servingBefore(spec, before)) {
      return Optional.of(serving + " of " + spec.name() + " are to serve, at most " + most);
    }
    long all1 = most + spec.standby().count() + held;
    if (running > all1 && running > runningBefore(spec, before)) {
      return Optional.of(running + " of " + spec.name() + " are to run, at most " + all1);
    }
    if (!all.isEmpty() && serving + held < 1 && servingBefore(spec, before) > 0) {
      return Optional.of("none of " + spec.name() + " is to serve");
    }
    return Optional.empty();
  }

  /** A count set by hand goes beyond the file only where the file says one number. */
  private static int byHand(ServiceSpec spec, State state) {
    return spec.replicas().isRange()
        ? 0
        : state.overrides().scales().stream()
            .filter(scale -> scale.service().equals(spec.name()))
            .mapToInt(Overrides.Scale::replicas)
            .max()
            .orElse(0);
  }

  private static long servingBefore(ServiceSpec spec, @Nullable State before) {
    return before == null
        ? 0
        : of(spec.name(), before).stream()
            .filter(one -> one.directive() == Directive.RUN && one.role() == Role.SERVING)
            .count();
  }

  private static long runningBefore(ServiceSpec spec, @Nullable State before) {
    return before == null
        ? 0
        : of(spec.name(), before).stream().filter(one -> one.directive() == Directive.RUN).count();
  }

  static List<ServiceSpec> specs(State state) {
    return state.desired().map(Desired::deployment).stream()
        .flatMap(deployment -> deployment.services().stream())
        .toList();
  }

  static List<Assignment> of(ServiceName service, State state) {
    return state.assignments().stream()
        .map(Assignments::instances)
        .flatMap(List::stream)
        .filter(one -> one.id().service().equals(service))
        .toList();
  }
}
