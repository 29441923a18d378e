package io.mainstay.model.state;

import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
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
 */
public record Overrides(
    List<Scale> scales,
    List<Pause> pauses,
    List<Hold> holds,
    List<Restart> restarts,
    List<Halt> halts) {
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
  }

  /** The same with other counts. */
  public Overrides withScales(List<Scale> others) {
    return new Overrides(others, pauses, holds, restarts, halts);
  }

  /** The same with other pauses. */
  public Overrides withPauses(List<Pause> others) {
    return new Overrides(scales, others, holds, restarts, halts);
  }

  /** The same with other holds. */
  public Overrides withHolds(List<Hold> others) {
    return new Overrides(scales, pauses, others, restarts, halts);
  }

  /** The same with other restarts. */
  public Overrides withRestarts(List<Restart> others) {
    return new Overrides(scales, pauses, holds, others, halts);
  }

  /** The same with other halts. */
  public Overrides withHalts(List<Halt> others) {
    return new Overrides(scales, pauses, holds, restarts, others);
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
   */
  public record Restart(
      InstanceId instance, long minGeneration, boolean force, String reason, Actor actor) {}

  /**
   * A rollout that failed. Written by the leader, so that the next one does not try again; taken
   * away by a resume, and over with the next apply.
   *
   * @param service whose
   * @param generation of the desired state that it failed for
   * @param reason one sentence
   */
  public record Halt(ServiceName service, long generation, String reason) {}
}
