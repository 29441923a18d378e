package io.mainstay.simulator;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Role;
import io.mainstay.ports.Coordinator.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * As many instances are assigned as the file allows, all machines together: never more than max and
 * standbys, with the surge of an update and a replacement for each one that is held or leaves a
 * machine that is emptied. What is on a machine without a session does not count: it may be lost.
 */
final class CountsInBounds implements Invariant {
  private @Nullable State seen;

  /** When a hold of a machine ends, what replaced its instances goes once enough serve. */
  private static final Duration AFTER_A_HOLD = Duration.ofSeconds(60);

  private long seenChanges = -1;
  private Optional<MonotonicTime> heldAt = Optional.empty();
  private boolean held;
  private List<String> problems = List.of();
  private Optional<MonotonicTime> since = Optional.empty();

  @Override
  public String claim() {
    return "counts stay in bounds";
  }

  @Override
  public Optional<String> broken(World world) {
    if (!world.ensemble().state().overrides().nodes().isEmpty()) {
      heldAt = Optional.of(world.time().now());
    }
    if (world.nodes().size() > 1 && !isDecided(world)) {
      since = Optional.empty();
      seenChanges = -1;
      return Optional.empty();
    }
    if (seenChanges != world.ensemble().assignmentChanges()) {
      seenChanges = world.ensemble().assignmentChanges();
      State state = world.ensemble().state();
      State before = seen;
      held =
          heldAt.filter(at -> world.time().now().since(at).compareTo(AFTER_A_HOLD) < 0).isPresent();
      problems =
          specs(state).stream().flatMap(spec -> check(spec, before, state).stream()).toList();
      seen = problems.isEmpty() ? state : before;
    }
    return world.nodes().size() == 1 ? problems.stream().findFirst() : lasting(world);
  }

  /** What each machine is assigned is written by itself, so several writes make one decision. */
  private Optional<String> lasting(World world) {
    if (problems.isEmpty()) {
      since = Optional.empty();
      return Optional.empty();
    }
    since = since.or(() -> Optional.of(world.time().now()));
    return world.time().now().since(since.get()).compareTo(Calm.NEWS_TRAVELS) > 0
        ? problems.stream().findFirst()
        : Optional.empty();
  }

  /** Whether somebody decides, and can write. */
  private static boolean isDecided(World world) {
    return world.ensemble().leader().filter(world.calm()::isCalm).isPresent();
  }

  private Optional<String> check(ServiceSpec spec, @Nullable State before, State state) {
    List<Assignment> all = there(spec.name(), state, state);
    long running = all.stream().filter(one -> one.directive() == Directive.RUN).count();
    long serving =
        all.stream()
            .filter(one -> one.directive() == Directive.RUN && one.role() == Role.SERVING)
            .count();
    long heldBack =
        all.stream()
            .filter(
                one -> one.directive() == Directive.DRAIN || one.directive() == Directive.ISOLATE)
            .count();
    int surge = spec.update().surge().of(spec.replicas().max(), 1);
    int most = Math.max(spec.replicas().max(), byHand(spec, state)) + surge;
    long leaving = leaving(spec.name(), state);
    if (held) {
      most += most;
    }
    if (leaving > 0 || state.nodes().stream().anyMatch(node -> !node.present())) {
      most += (int) leaving;
      heldBack += leaving;
    }
    if (serving > most && serving > servingBefore(spec, before, state)) {
      return Optional.of(serving + " of " + spec.name() + " are to serve, at most " + most);
    }
    long all1 = most + spec.standby().count() + heldBack;
    if (running > all1 && running > runningBefore(spec, before, state)) {
      return Optional.of(running + " of " + spec.name() + " are to run, at most " + all1);
    }
    if (!all.isEmpty()
        && toServe(spec, state) + heldBack < 1
        && before != null
        && toServe(spec, before) > 0) {
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

  private static long servingBefore(ServiceSpec spec, @Nullable State before, State now) {
    return before == null
        ? 0
        : there(spec.name(), before, now).stream()
            .filter(one -> one.directive() == Directive.RUN && one.role() == Role.SERVING)
            .count();
  }

  private static long runningBefore(ServiceSpec spec, @Nullable State before, State now) {
    return before == null
        ? 0
        : there(spec.name(), before, now).stream()
            .filter(one -> one.directive() == Directive.RUN)
            .count();
  }

  /** On whatever machine: one whose session is gone may well serve. */
  private static long toServe(ServiceSpec spec, State state) {
    return of(spec.name(), state).stream()
        .filter(one -> one.directive() == Directive.RUN && one.role() == Role.SERVING)
        .count();
  }

  /** What is assigned to machines whose session lives now. */
  private static List<Assignment> there(ServiceName service, State assigned, State now) {
    return assigned.assignments().stream()
        .filter(list ->
            now.nodes().stream()
                .noneMatch(node -> node.record().name().equals(list.node()) && !node.present()))
        .map(Assignments::instances)
        .flatMap(List::stream)
        .filter(one -> one.id().service().equals(service))
        .toList();
  }

  /** What is still on machines that are emptied. */
  private static long leaving(ServiceName service, State state) {
    return state.assignments().stream()
        .filter(list ->
            state.overrides().nodes().stream().anyMatch(hold -> hold.node().equals(list.node())))
        .flatMap(list -> list.instances().stream())
        .filter(one -> one.id().service().equals(service) && one.directive() == Directive.RUN)
        .count();
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
