package io.mainstay.controller;

import io.mainstay.decisions.business.DiversionRule;
import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.decisions.fleet.Member;
import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Overrides;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Ends overrides whose time is over, or whose purpose is fulfilled; has halts of rollouts stored.
 */
final class Upkeep {
  private Upkeep() {}

  /**
   * What is left, and what to tell.
   *
   * @param overrides still in force
   * @param events one for each that ended by its time
   */
  record Result(Overrides overrides, List<Edit.Told> events) {}

  static Result clean(Overrides before, Published now, Instant wallClock) {
    List<Edit.Told> events = new ArrayList<>();
    List<Overrides.Scale> scales = new ArrayList<>();
    for (Overrides.Scale scale : before.scales()) {
      if (ViewAssembly.isInForce(scale.until(), wallClock)) {
        scales.add(scale);
      } else {
        events.add(
            told(
                EventKind.SCALE_OVERRIDDEN,
                Optional.of(scale.service()),
                Optional.empty(),
                "the count by hand of " + scale.replicas() + " ended by its time"));
      }
    }
    List<Overrides.Pause> pauses = new ArrayList<>();
    for (Overrides.Pause pause : before.pauses()) {
      if (ViewAssembly.isInForce(pause.until(), wallClock)) {
        pauses.add(pause);
      } else {
        events.add(
            told(
                EventKind.AUTOMATION_RESUMED,
                pause.service(),
                Optional.empty(),
                "the pause ended by its time"));
      }
    }
    List<Overrides.Hold> holds = new ArrayList<>();
    for (Overrides.Hold hold : before.holds()) {
      if (now.member(hold.instance()).isEmpty()) {
        continue;
      }
      if (ViewAssembly.isInForce(hold.until(), wallClock)) {
        holds.add(hold);
      } else {
        events.add(
            told(
                EventKind.INSTANCE_RELEASED,
                Optional.of(hold.instance().service()),
                Optional.of(hold.instance()),
                "the hold ended by its time"));
      }
    }
    List<Overrides.Restart> restarts =
        before.restarts().stream()
            .filter(restart ->
                now.member(restart.instance())
                    .filter(member -> member.generation() < restart.minGeneration())
                    .isPresent())
            .toList();
    return new Result(
        new Overrides(scales, pauses, holds, restarts, halts(before.halts(), now))
            .withNodes(nodes(before.nodes(), now, wallClock))
            .withEvacuations(evacuations(before.evacuations(), wallClock, events))
            .withDiversions(diversions(before.diversions(), now, wallClock, events))
            .withStops(before.stops())
            .withReplacements(replacements(before.replacements(), now, wallClock, events)),
        events);
  }

  /** Holds of nodes that are known and whose time is not over; how a node stands tells the rest. */
  private static List<Overrides.NodeHold> nodes(
      List<Overrides.NodeHold> before, Published now, Instant wallClock) {
    return before.stream()
        .filter(hold ->
            ViewAssembly.isInForce(hold.until(), wallClock)
                && (now.nodes().isEmpty() || now.node(hold.node()).isPresent()))
        .toList();
  }

  private static List<Overrides.Evacuation> evacuations(
      List<Overrides.Evacuation> before, Instant wallClock, List<Edit.Told> events) {
    List<Overrides.Evacuation> left = new ArrayList<>();
    for (Overrides.Evacuation evacuation : before) {
      if (ViewAssembly.isInForce(evacuation.until(), wallClock)) {
        left.add(evacuation);
      } else {
        events.add(
            told(
                EventKind.EVACUATION_ENDED,
                Optional.empty(),
                Optional.empty(),
                "the evacuation of zone " + evacuation.zone() + " ended by its time"));
      }
    }
    return left;
  }

  /** Those that the present file and time allow. */
  private static List<Overrides.Diversion> diversions(
      List<Overrides.Diversion> before, Published now, Instant wallClock, List<Edit.Told> events) {
    if (before.isEmpty()) {
      return before;
    }
    DiversionRule.Ruling ruling = DiversionRule.rule(now.specs(), before, wallClock);
    for (DiversionRule.Dropped dropped : ruling.ended()) {
      events.add(
          told(
              EventKind.RESTORED,
              Optional.of(dropped.diversion().service()),
              Optional.empty(),
              "requests go to the service again: " + dropped.reason()));
    }
    return before.stream().filter(one -> ruling.problem(one).isEmpty()).toList();
  }

  /** Those whose instance is still there and whose time is not over. */
  private static List<Overrides.Replacement> replacements(
      List<Overrides.Replacement> before,
      Published now,
      Instant wallClock,
      List<Edit.Told> events) {
    List<Overrides.Replacement> left = new ArrayList<>();
    for (Overrides.Replacement one : before) {
      if (now.member(one.instance()).filter(Member::isWanted).isEmpty()) {
        continue;
      }
      if (ViewAssembly.isInForce(Optional.of(one.until()), wallClock)) {
        left.add(one);
      } else {
        events.add(
            told(
                EventKind.REMEDY_REFUSED,
                Optional.of(one.instance().service()),
                Optional.of(one.instance()),
                "replace given up: no fresh instance was ready in time, so it stays"));
      }
    }
    return left;
  }

  /** Those of the present generation, and those that are in the leader's memory only. */
  private static List<Overrides.Halt> halts(List<Overrides.Halt> before, Published now) {
    List<Overrides.Halt> halts = new ArrayList<>();
    for (Overrides.Halt halt : before) {
      if (halt.generation() == now.generation() && now.service(halt.service()).isPresent()) {
        halts.add(halt);
      }
    }
    now.services()
        .forEach((name, state) ->
            state
                .memory()
                .rollout()
                .halt()
                .filter(halt -> !halt.stored() && halt.generation() == now.generation())
                .filter(_ -> halts.stream().noneMatch(halt -> halt.service().equals(name)))
                .ifPresent(
                    halt -> halts.add(new Overrides.Halt(name, halt.generation(), halt.reason()))));
    return halts;
  }

  private static Edit.Told told(
      EventKind kind, Optional<ServiceName> service, Optional<InstanceId> instance, String reason) {
    return new Edit.Told(kind, service, instance, reason, Evidence.of("actor", Actor.SCHEDULE));
  }
}
