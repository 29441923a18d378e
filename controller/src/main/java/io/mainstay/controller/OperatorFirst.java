package io.mainstay.controller;

import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Overrides;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What operators said goes before what Mainstay would do by itself: their pauses, holds and
 * diversions are left as they are for as long as they hold. Looked at when the command is carried
 * out, since an operator may have spoken after it was decided on.
 */
final class OperatorFirst {
  private final Overrides overrides;
  private final Instant wallClock;

  private OperatorFirst(Overrides overrides, Instant wallClock) {
    this.overrides = overrides;
    this.wallClock = wallClock;
  }

  /** Why Mainstay must not do this now; empty: it may, or an operator wants it. */
  static Optional<Edit> objection(
      Command command, Actor actor, Overrides overrides, Instant wallClock) {
    if (!actor.equals(Actor.SYSTEM)) {
      return Optional.empty();
    }
    return new OperatorFirst(overrides, wallClock)
        .objection(command)
        .map(reason ->
            new Edit.Answer(
                new CommandResult.Refused(reason, Evidence.of("operator", "goes first").map())));
  }

  private Optional<String> objection(Command command) {
    return switch (command) {
      case Command.Divert divert -> diverted(divert.service());
      case Command.Restore restore -> diverted(restore.service());
      case Command.Shutdown shutdown ->
          diverted(shutdown.service()).or(() -> holds(shutdown.service()));
      case Command.RestartService restart ->
          paused(restart.service()).or(() -> holds(restart.service()));
      case Command.Replace replace ->
          paused(replace.service())
              .or(() ->
                  replace.instances().isEmpty()
                      ? holds(replace.service())
                      : holds(replace.instances()));
      case Command.RestartInstance restart -> held(restart.instance());
      case Command.Drain drain -> held(drain.instance());
      case Command.Isolate isolate -> held(isolate.instance());
      case Command.Release release -> held(release.instance());
      // Whom operators hold or pause is left out by the command itself.
      case Command.RestartGroup _,
          Command.Apply _,
          Command.Begin _,
          Command.Scale _,
          Command.Promote _,
          Command.Pause _,
          Command.Resume _,
          Command.DrainNode _,
          Command.ReleaseNode _,
          Command.RemoveNode _,
          Command.Evacuate _,
          Command.EndEvacuation _ ->
          Optional.empty();
    };
  }

  private Optional<String> paused(ServiceName service) {
    return overrides.pauses().stream()
        .filter(pause ->
            ViewAssembly.isInForce(pause.until(), wallClock)
                && (pause.service().isEmpty() || pause.service().get().equals(service)))
        .findFirst()
        .map(pause -> "automation is paused by " + pause.actor() + words(pause.reason()));
  }

  private Optional<String> diverted(ServiceName service) {
    return paused(service)
        .or(() ->
            overrides.diversions().stream()
                .filter(one ->
                    one.service().equals(service)
                        && !one.actor().equals(Actor.SYSTEM)
                        && ViewAssembly.isInForce(one.until(), wallClock))
                .findFirst()
                .map(one -> service + " is diverted by " + one.actor() + words(one.reason())));
  }

  private Optional<String> held(InstanceId instance) {
    return paused(instance.service()).or(() -> holds(List.of(instance)));
  }

  private Optional<String> holds(Collection<InstanceId> instances) {
    return hold(instances::contains);
  }

  private Optional<String> holds(ServiceName service) {
    return hold(instance -> instance.service().equals(service));
  }

  private Optional<String> hold(Predicate<InstanceId> which) {
    return overrides.holds().stream()
        .filter(hold ->
            which.test(hold.instance())
                && !hold.actor().equals(Actor.SYSTEM)
                && ViewAssembly.isInForce(hold.until(), wallClock))
        .findFirst()
        .map(hold -> hold.instance() + " is held by " + hold.actor() + words(hold.reason()));
  }

  private static String words(String reason) {
    return reason.isEmpty() ? "" : ": " + reason;
  }
}
