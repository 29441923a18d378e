package io.mainstay.controller;

import io.mainstay.controller.Edit.Told;
import io.mainstay.controller.Published.ServiceState;
import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.decisions.fleet.Member;
import io.mainstay.decisions.rollout.Rollout;
import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Overrides;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What remedies against a whole service, or beside an instance, come to; nothing is done here. */
final class RemedyCommands {
  private final Published now;
  private final Overrides overrides;
  private final Actor actor;
  private final Instant wallClock;

  RemedyCommands(Published now, Overrides overrides, Actor actor, Instant wallClock) {
    this.now = now;
    this.overrides = overrides;
    this.actor = actor;
    this.wallClock = wallClock;
  }

  /**
   * The governor's floor does not hold here: whoever names this remedy in the file says that no
   * instance is better than those there are.
   */
  Edit shutdown(Command.Shutdown command) {
    ServiceName service = command.service();
    Optional<ServiceState> found = wanted(service);
    if (found.isEmpty()) {
      return notFound("service " + service);
    }
    if (!isRun(found.get())) {
      return upstreams(service);
    }
    if (overrides.stops().stream().anyMatch(stop -> stop.service().equals(service))) {
      return invalid(service + " is shut down already");
    }
    List<Overrides.Stop> stops = new ArrayList<>(overrides.stops());
    stops.add(new Overrides.Stop(service, wallClock, command.reason(), actor));
    String reason =
        "its instances are stopped until somebody restores it (mainstay restore "
            + service
            + ")"
            + words(command.reason());
    return new Edit.Write(
        Optional.empty(),
        overrides.withStops(stops),
        "shutdown " + service,
        Goal.stopped(service),
        List.of(
            new Told(
                EventKind.SERVICE_STOPPED,
                Optional.of(service),
                Optional.empty(),
                reason,
                Evidence.of("instances", found.get().view().members().size()))));
  }

  /**
   * The instances stay until fresh ones are ready. Each has as long as an update would give a fresh
   * one; several go one after the other.
   */
  Edit replace(Command.Replace command) {
    ServiceName service = command.service();
    Optional<ServiceState> found = wanted(service);
    if (found.isEmpty()) {
      return notFound("service " + service);
    }
    if (!isRun(found.get())) {
      return upstreams(service);
    }
    List<InstanceId> all =
        found.get().view().members().stream().filter(Member::isWanted).map(Member::id).toList();
    List<InstanceId> named =
        command.instances().isEmpty()
            ? all
            : command.instances().stream().filter(all::contains).toList();
    if (named.isEmpty()) {
      return notFound("instance of " + service + " to replace");
    }
    ServiceSpec spec = spec(found.get());
    if (Rollout.isInPlace(spec) && now.nodes().size() <= all.size()) {
      return invalid(
          "a fresh instance of "
              + service
              + " cannot stand beside the others, since its port can be had once a node");
    }
    List<Overrides.Replacement> next = new ArrayList<>(overrides.replacements());
    next.removeIf(old -> named.contains(old.instance()));
    List<Told> events = new ArrayList<>();
    Duration limit = Duration.ZERO;
    for (InstanceId id : named) {
      limit = limit.plus(spec.update().readyWithin()).plus(spec.stop().drain());
      Instant until = wallClock.plus(limit);
      next.add(new Overrides.Replacement(id, until, command.reason(), actor));
      events.add(
          new Told(
              EventKind.REMEDY_STARTED,
              Optional.of(service),
              Optional.of(id),
              "replace: it goes once a fresh instance is ready" + words(command.reason()),
              Evidence.of("until", until)));
    }
    return new Edit.Write(
        Optional.empty(),
        overrides.withReplacements(next),
        "replace " + named,
        Goal.replaced(named),
        events);
  }

  /** Whom an operator holds, or whose automation is off by now, is left as it is. */
  Edit restart(Command.RestartGroup command) {
    List<Overrides.Restart> restarts = new ArrayList<>(overrides.restarts());
    Map<InstanceId, Long> generations = new LinkedHashMap<>();
    for (InstanceId id : command.instances()) {
      Optional<Member> member = now.member(id).filter(Member::isRun);
      Optional<ServiceState> state = wanted(id.service()).filter(RemedyCommands::isRun);
      boolean held = overrides.holds().stream().anyMatch(hold -> hold.instance().equals(id));
      if (member.isEmpty() || state.isEmpty() || held || state.get().view().overrides().paused()) {
        continue;
      }
      long next =
          Math.max(member.get().generation(), member.get().assignment().minGeneration()) + 1;
      restarts.removeIf(old -> old.instance().equals(id));
      restarts.add(new Overrides.Restart(id, next, false, command.reason(), actor, true));
      generations.put(id, next);
    }
    if (generations.isEmpty()) {
      return notFound("instance to run anew");
    }
    return new Edit.Write(
        Optional.empty(),
        overrides.withRestarts(restarts),
        "restart " + generations.keySet(),
        Goal.restarted(generations),
        List.of());
  }

  private Optional<ServiceState> wanted(ServiceName service) {
    return now.service(service).filter(state -> state.view().wanted().isPresent());
  }

  private static ServiceSpec spec(ServiceState state) {
    return state.view().wanted().orElseThrow().spec();
  }

  private static boolean isRun(ServiceState state) {
    return spec(state).workload() instanceof Workload.Run;
  }

  private static Edit upstreams(ServiceName service) {
    return invalid(service + " consists of upstreams, which somebody else starts");
  }

  private static Edit notFound(String what) {
    return new Edit.Answer(new CommandResult.NotFound(what));
  }

  private static Edit invalid(String reason) {
    return new Edit.Answer(new CommandResult.Invalid(reason));
  }

  private static String words(String reason) {
    return reason.isEmpty() ? "" : ": " + reason;
  }
}
