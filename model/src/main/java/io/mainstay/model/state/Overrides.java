package io.mainstay.model.state;

import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What operators asked for beside the file. Desired state: stored, versioned. Entries with an
 * expiry end by the wall clock, since they outlive processes.
 *
 * @param scales at most one a service
 * @param pauses services whose automation is off; no service: all
 * @param holds instances that are drained or isolated by hand
 * @param restarts asked for and not yet confirmed
 * @param halts rollouts that failed and are not to be tried again
 * @param nodes that are emptied or take nothing new by hand; at most one a node
 * @param evacuations zones from which traffic is kept away; at most one a zone
 * @param diversions services whose requests go elsewhere; at most one a service
 * @param stops services of which nothing is to run; at most one a service
 * @param replacements instances that go once a fresh one is ready in their place
 */
public record Overrides(
    List<Scale> scales,
    List<Pause> pauses,
    List<Hold> holds,
    List<Restart> restarts,
    List<Halt> halts,
    List<NodeHold> nodes,
    List<Evacuation> evacuations,
    List<Diversion> diversions,
    List<Stop> stops,
    List<Replacement> replacements) {
  /** Nothing overridden. */
  public static final Overrides NONE =
      new Overrides(List.of(), List.of(), List.of(), List.of(), List.of());

  /** Copies the lists. */
  public Overrides {
    scales = List.copyOf(scales);
    pauses = List.copyOf(pauses);
    holds = List.copyOf(holds);
    restarts = List.copyOf(restarts);
    halts = List.copyOf(halts);
    nodes = List.copyOf(nodes);
    evacuations = List.copyOf(evacuations);
    diversions = List.copyOf(diversions);
    stops = List.copyOf(stops);
    replacements = List.copyOf(replacements);
  }

  /** Nothing said of nodes, nothing diverted, stopped or replaced. */
  public Overrides(
      List<Scale> scales,
      List<Pause> pauses,
      List<Hold> holds,
      List<Restart> restarts,
      List<Halt> halts) {
    this(
        scales, pauses, holds, restarts, halts, List.of(), List.of(), List.of(), List.of(),
        List.of());
  }

  /** The same with other nodes held. */
  public Overrides withNodes(List<NodeHold> others) {
    return new Overrides(
        scales,
        pauses,
        holds,
        restarts,
        halts,
        others,
        evacuations,
        diversions,
        stops,
        replacements);
  }

  /** The same with other evacuations. */
  public Overrides withEvacuations(List<Evacuation> others) {
    return new Overrides(
        scales, pauses, holds, restarts, halts, nodes, others, diversions, stops, replacements);
  }

  /** The same with other counts. */
  public Overrides withScales(List<Scale> others) {
    return new Overrides(
        others,
        pauses,
        holds,
        restarts,
        halts,
        nodes,
        evacuations,
        diversions,
        stops,
        replacements);
  }

  /** The same with other pauses. */
  public Overrides withPauses(List<Pause> others) {
    return new Overrides(
        scales,
        others,
        holds,
        restarts,
        halts,
        nodes,
        evacuations,
        diversions,
        stops,
        replacements);
  }

  /** The same with other holds. */
  public Overrides withHolds(List<Hold> others) {
    return new Overrides(
        scales,
        pauses,
        others,
        restarts,
        halts,
        nodes,
        evacuations,
        diversions,
        stops,
        replacements);
  }

  /** The same with other restarts. */
  public Overrides withRestarts(List<Restart> others) {
    return new Overrides(
        scales, pauses, holds, others, halts, nodes, evacuations, diversions, stops, replacements);
  }

  /** The same with other halts. */
  public Overrides withHalts(List<Halt> others) {
    return new Overrides(
        scales,
        pauses,
        holds,
        restarts,
        others,
        nodes,
        evacuations,
        diversions,
        stops,
        replacements);
  }

  /** The same with other diversions. */
  public Overrides withDiversions(List<Diversion> others) {
    return new Overrides(
        scales, pauses, holds, restarts, halts, nodes, evacuations, others, stops, replacements);
  }

  /** The same with other stops. */
  public Overrides withStops(List<Stop> others) {
    return new Overrides(
        scales,
        pauses,
        holds,
        restarts,
        halts,
        nodes,
        evacuations,
        diversions,
        others,
        replacements);
  }

  /** The same with other replacements. */
  public Overrides withReplacements(List<Replacement> others) {
    return new Overrides(
        scales, pauses, holds, restarts, halts, nodes, evacuations, diversions, stops, others);
  }

  /**
   * A count set by hand.
   *
   * @param service whose
   * @param replicas wanted, already clamped to min…max where they differ
   * @param until when it ends by itself
   * @param reason given by the operator
   * @param actor who
   */
  public record Scale(
      ServiceName service, int replicas, Optional<Instant> until, String reason, Actor actor) {}

  /**
   * Automation off.
   *
   * @param service whose; empty: all
   * @param until when it ends by itself
   * @param reason given by the operator
   * @param actor who
   */
  public record Pause(
      Optional<ServiceName> service, Optional<Instant> until, String reason, Actor actor) {}

  /**
   * An instance held out of the traffic.
   *
   * @param instance which
   * @param directive {@link Directive#DRAIN} or {@link Directive#ISOLATE}
   * @param until when it ends by itself
   * @param reason given by the operator
   * @param actor who
   */
  public record Hold(
      InstanceId instance,
      Directive directive,
      Optional<Instant> until,
      String reason,
      Actor actor) {}

  /**
   * A restart asked for by hand.
   *
   * @param instance which
   * @param minGeneration the generation that it must reach
   * @param force whether the governor was overruled
   * @param reason given by the operator
   * @param actor who
   * @param group whether another one failed whose group it belongs to
   */
  public record Restart(
      InstanceId instance,
      long minGeneration,
      boolean force,
      String reason,
      Actor actor,
      boolean group) {
    /** One that was asked for by itself. */
    public Restart(
        InstanceId instance, long minGeneration, boolean force, String reason, Actor actor) {
      this(instance, minGeneration, force, reason, actor, false);
    }
  }

  /**
   * A rollout that failed. Written by the leader, so that the next one does not try again; taken
   * away by a resume, and over with the next apply.
   *
   * @param service whose
   * @param generation of the desired state that it failed for
   * @param reason one sentence
   */
  public record Halt(ServiceName service, long generation, String reason) {}

  /**
   * A node that is held.
   *
   * @param node which
   * @param kind how
   * @param until when it ends by itself
   * @param reason one phrase
   * @param actor who; {@link Actor#SYSTEM} for what a pool does not need
   */
  public record NodeHold(
      NodeName node, Kind kind, Optional<Instant> until, String reason, Actor actor) {
    /** How a node is held. */
    public enum Kind {
      /** What is on it goes elsewhere, new ones first. */
      DRAIN,
      /** It takes nothing new; what is on it stays. */
      PAUSE
    }
  }

  /**
   * A zone from which traffic is kept away as long as the others can carry it.
   *
   * @param zone value of the label {@code zone}
   * @param until when it ends by itself
   * @param reason one phrase
   * @param actor who
   */
  public record Evacuation(String zone, Optional<Instant> until, String reason, Actor actor) {}

  /**
   * Requests of a service that go elsewhere.
   *
   * @param service whose
   * @param to another service; empty: the fallback that its file names
   * @param share of its requests, more than 0, at most 1
   * @param until when it ends by itself
   * @param reason one phrase
   * @param actor who; {@link Actor#SYSTEM} for a remedy
   */
  public record Diversion(
      ServiceName service,
      Optional<ServiceName> to,
      double share,
      Optional<Instant> until,
      String reason,
      Actor actor) {}

  /**
   * A service of which nothing is to run, until it is restored by hand.
   *
   * @param service whose
   * @param since when it was stopped
   * @param reason one phrase
   * @param actor who; {@link Actor#SYSTEM} for a remedy
   */
  public record Stop(ServiceName service, Instant since, String reason, Actor actor) {}

  /**
   * An instance that goes once a fresh one is ready in its place.
   *
   * @param instance which
   * @param until when it is given up, and the fresh one goes
   * @param reason one phrase
   * @param actor who; {@link Actor#SYSTEM} for a remedy
   */
  public record Replacement(InstanceId instance, Instant until, String reason, Actor actor) {}
}
