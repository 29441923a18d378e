package io.mainstay.simulator;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import io.mainstay.ports.Coordinator.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whatever is decided, as many as the floor says are left that can serve. What went out by itself
 * within the last seconds may not have been known to whoever decided; then nothing is said.
 */
final class FloorKept implements Invariant {
  private static final Duration NEWS_TRAVELS = Duration.ofSeconds(4);

  /** Longer than a decision takes to be stored and published while the coordination is slow. */
  private static final Duration JUST_NOW = Duration.ofSeconds(2);

  private final TreeMap<InstanceId, MonotonicTime> ableSince = new TreeMap<>();
  private final TreeMap<ServiceName, List<InstanceId>> able = new TreeMap<>();
  private final TreeMap<ServiceName, MonotonicTime> lastLoss = new TreeMap<>();
  private @Nullable State seen;
  private long seenChanges = -1;
  private long seenTraffic = -1;
  private Optional<SimulatedServer> decider = Optional.empty();

  @Override
  public String claim() {
    return "the governor's floor is kept";
  }

  @Override
  public Optional<String> broken(World world) {
    Optional<String> problem = Optional.empty();
    if (seenChanges != world.ensemble().assignmentChanges()) {
      seenChanges = world.ensemble().assignmentChanges();
      State before = seen;
      State state = world.ensemble().state();
      seen = state;
      problem = before == null ? problem : judge(world, before, state);
    }
    lookForLosses(world);
    return problem;
  }

  private Optional<String> judge(World world, State before, State after) {
    if (world.decider().isEmpty() || !isInformed(world)) {
      return Optional.empty();
    }
    SimulatedGateway gateway = world.decider().get().gateway();
    for (ServiceSpec spec : CountsInBounds.specs(after)) {
      List<Endpoint> usable = gateway.usable(spec.name());
      List<Assignment> earlier = CountsInBounds.of(spec.name(), before);
      List<Assignment> now = CountsInBounds.of(spec.name(), after);
      List<InstanceId> taken = new ArrayList<>();
      for (Endpoint endpoint : usable) {
        if (isTaken(endpoint, earlier, now)
            && isOldNews(endpoint.id(), world)
            && !failsLive(endpoint, after)
            && !isForced(endpoint, before)
            && !isForced(endpoint, after)) {
          taken.add(endpoint.id());
        }
      }
      long desired =
          earlier.stream()
              .filter(one -> one.role() == Role.SERVING && one.directive() == Directive.RUN)
              .count();
      long floor = Math.min(spec.budget().floor(), desired);
      long left = usable.size() - taken.size() + usableElsewhere(world, spec.name(), usable, now);
      if (!taken.isEmpty()
          && left < floor
          && isCalm(spec.name(), world)
          && (taken.stream().allMatch(id -> isHeld(id, now))
              || (isKnown(spec.name(), usable, before) && isKnown(spec.name(), usable, after)))) {
        return Optional.of(
            taken + " are taken out, " + left + " of " + spec.name() + " are left, floor " + floor);
      }
    }
    return Optional.empty();
  }

  /** What only other gateways send requests to serves too: it is one ejected by one of several. */
  private static long usableElsewhere(
      World world, ServiceName service, List<Endpoint> usable, List<Assignment> now) {
    return world.nodes().stream()
        .filter(node -> world.calm().isCalm(node.name()))
        .flatMap(node -> node.server().stream())
        .flatMap(server -> server.gateway().usable(service).stream())
        .map(Endpoint::id)
        .distinct()
        .filter(id -> usable.stream().noneMatch(one -> one.id().equals(id)))
        .filter(id -> find(id, now).filter(is -> is.directive() == Directive.RUN).isPresent())
        .count();
  }

  /** Who became able a moment ago was not counted by whoever decided then. */
  private boolean isOldNews(InstanceId id, World world) {
    MonotonicTime since = ableSince.getOrDefault(id, MonotonicTime.ZERO);
    return world.time().now().since(since).compareTo(JUST_NOW) > 0;
  }

  /** Somebody overruled the governor, as a release of a parked one does. */
  private static boolean isForced(Endpoint endpoint, State state) {
    return state.overrides().restarts().stream()
        .anyMatch(restart -> restart.force() && restart.instance().equals(endpoint.id()));
  }

  /** One that hangs serves nothing, and is restarted even as the last one. */
  private static boolean failsLive(Endpoint endpoint, State state) {
    return state.observed().stream()
        .flatMap(list -> list.instance(endpoint.id()).stream())
        .anyMatch(seen -> seen.liveFailing() && seen.generation() == endpoint.generation());
  }

  /** One that stood still, or was cut off, decides by what it knew. */
  private static boolean isInformed(World world) {
    return world.nodes().size() == 1
        || world.ensemble().leader().filter(world.calm()::isCalm).isPresent();
  }

  private boolean isCalm(ServiceName service, World world) {
    MonotonicTime loss = lastLoss.get(service);
    return loss == null || world.time().now().since(loss).compareTo(NEWS_TRAVELS) > 0;
  }

  /** Whether gateway and shared state agree on who can serve: what whoever decided had heard. */
  private static boolean isKnown(ServiceName service, List<Endpoint> usable, State state) {
    List<ObservedInstance> ready =
        state.observed().stream()
            .flatMap(list -> list.instances().stream())
            .filter(seen -> seen.id().service().equals(service) && seen.phase() == Phase.READY)
            .toList();
    return usable.stream()
            .allMatch(endpoint ->
                ready.stream()
                    .anyMatch(seen ->
                        seen.id().equals(endpoint.id())
                            && seen.generation() == endpoint.generation()))
        && ready.stream()
            .allMatch(seen -> usable.stream().anyMatch(one -> one.id().equals(seen.id())));
  }

  private static boolean isTaken(
      Endpoint endpoint, List<Assignment> earlier, List<Assignment> now) {
    Optional<Assignment> was = find(endpoint.id(), earlier);
    Optional<Assignment> is = find(endpoint.id(), now);
    if (was.isEmpty() || was.get().directive() != Directive.RUN) {
      return false;
    }
    return is.isEmpty()
        || is.get().directive() != Directive.RUN
        || (is.get().minGeneration() > endpoint.generation()
            && was.get().minGeneration() <= endpoint.generation());
  }

  /** By hand: that is ruled by what the gateway does, whatever shared state says. */
  private static boolean isHeld(InstanceId id, List<Assignment> now) {
    return find(id, now)
        .filter(is -> is.directive() != Directive.RUN && is.directive() != Directive.REMOVE)
        .isPresent();
  }

  private static Optional<Assignment> find(InstanceId id, List<Assignment> list) {
    return list.stream().filter(one -> one.id().equals(id)).findFirst();
  }

  /** Notes when a service lost somebody. */
  private void lookForLosses(World world) {
    MonotonicTime now = world.time().now();
    if (world.decider().isEmpty() || !world.decider().equals(decider)) {
      decider = world.decider();
      seenTraffic = -1;
      world.scenario().services().forEach(service -> lastLoss.put(service, now));
      able.clear();
      return;
    }
    SimulatedGateway gateway = world.decider().get().gateway();
    if (gateway.changes() == seenTraffic) {
      return;
    }
    seenTraffic = gateway.changes();
    for (ServiceName service : world.scenario().services()) {
      List<InstanceId> present = gateway.usable(service).stream().map(Endpoint::id).toList();
      if (!present.containsAll(able.getOrDefault(service, List.of()))) {
        lastLoss.put(service, now);
      }
      List<InstanceId> before = able.getOrDefault(service, List.of());
      present.stream().filter(id -> !before.contains(id)).forEach(id -> ableSince.put(id, now));
      able.put(service, present);
    }
  }
}
