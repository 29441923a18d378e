package io.mainstay.decisions.rollout;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.state.ServiceRevision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far a rollout is. Memory only, but for the halt: a new leader begins again with what still
 * differs.
 *
 * @param revision that is being rolled out; 0: none yet
 * @param active whether one is under way
 * @param fresh new instances that are not exchanged for old ones yet
 * @param inPlace the instance that was stopped to come back with the new revision
 * @param halt why it stands still; holds until the next apply or a resume
 */
public record RolloutMemory(
    int revision,
    boolean active,
    List<Fresh> fresh,
    Optional<InPlace> inPlace,
    Optional<Halt> halt) {
  /** No rollout so far. */
  public static final RolloutMemory NONE =
      new RolloutMemory(0, false, List.of(), Optional.empty(), Optional.empty());

  /** Copies the list. */
  public RolloutMemory {
    fresh = List.copyOf(fresh);
  }

  /** Whether this instance is beside the wanted number for the time of its exchange. */
  public boolean isFresh(InstanceId id) {
    for (Fresh instance : fresh) {
      if (instance.id().equals(id)) {
        return true;
      }
    }
    return false;
  }

  /** With one more new instance. */
  public RolloutMemory withFresh(InstanceId id, MonotonicTime now) {
    List<Fresh> more = new ArrayList<>(fresh);
    more.add(new Fresh(id, now));
    return new RolloutMemory(revision, active, more, inPlace, halt);
  }

  /** Without that new instance: it has taken its place, or is given up. */
  public RolloutMemory withoutFresh(InstanceId id) {
    return new RolloutMemory(
        revision,
        active,
        fresh.stream().filter(instance -> !instance.id().equals(id)).toList(),
        inPlace,
        halt);
  }

  /** With the instance that is being replaced in its place. */
  public RolloutMemory withInPlace(Optional<InPlace> instance) {
    return new RolloutMemory(revision, active, fresh, instance, halt);
  }

  /**
   * A new instance beside the old ones.
   *
   * @param id its name
   * @param since when it was asked for
   */
  public record Fresh(InstanceId id, MonotonicTime since) {}

  /**
   * An instance that was stopped to come back changed.
   *
   * @param id its name
   * @param since when it was asked for
   * @param previous what it goes back to if the new one does not become ready
   */
  public record InPlace(InstanceId id, MonotonicTime since, ServiceRevision previous) {}

  /**
   * A rollout that stands still.
   *
   * @param generation of the desired state that it failed for
   * @param reason one sentence
   * @param stored whether it was seen in the overrides: if it is gone from there, it is over
   */
  public record Halt(long generation, String reason, boolean stored) {}
}
