package io.mainstay.decisions.lifecycle;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.ServiceSpec.RestartPolicy;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an instance keeps over its runs.
 *
 * @param generation of the run that was begun last; 0 before the first
 * @param used whether a process may have been started in this generation
 * @param starts attempts to start a process, failed ones included
 * @param failures exits and failed starts since it last ran long enough: the exponent of back-off
 * @param parked whether it is in a crash loop; ends when it runs long enough
 * @param exits when it exited or failed to start, within the window of the crash-loop rule
 * @param setupDone whether the setup hook of this generation has run
 * @param revision of the spec that was tried last; 0 before the first
 * @param parkingTold whether users have heard that it is parked
 */
public record Memory(
    long generation,
    boolean used,
    int starts,
    int failures,
    boolean parked,
    List<MonotonicTime> exits,
    boolean setupDone,
    int revision,
    boolean parkingTold) {
  /** Nothing has happened yet. */
  public static final Memory NEW = new Memory(0, false, 0, 0, false, List.of(), false, 0);

  /** Copies the list. */
  public Memory {
    exits = List.copyOf(exits);
  }

  /** What nobody has heard of yet as parked. */
  public Memory(
      long generation,
      boolean used,
      int starts,
      int failures,
      boolean parked,
      List<MonotonicTime> exits,
      boolean setupDone,
      int revision) {
    this(generation, used, starts, failures, parked, exits, setupDone, revision, false);
  }

  /** An instance whose number was used before: its runs go on with higher generations. */
  public static Memory after(long generation) {
    return new Memory(generation, generation > 0, 0, 0, false, List.of(), false, 0);
  }

  /** Starts after the first one. */
  public int restarts() {
    return Math.max(0, starts - 1);
  }

  /** A run is prepared: a new generation, unless this one never had a process. */
  Memory begun(LifecyclePolicy policy) {
    long next =
        Math.max(used || generation == 0 ? generation + 1 : generation, policy.minGeneration());
    return new Memory(
        next,
        false,
        starts,
        failures,
        parked,
        exits,
        setupDone && next == generation && revision == policy.revision(),
        policy.revision(),
        parkingTold);
  }

  Memory withSetupDone() {
    return new Memory(
        generation, used, starts, failures, parked, exits, true, revision, parkingTold);
  }

  /** What the setup hook made may be what it fails by. */
  Memory withoutSetup() {
    return new Memory(
        generation, used, starts, failures, parked, exits, false, revision, parkingTold);
  }

  /** A process is about to be started. */
  Memory launched() {
    return new Memory(
        generation, true, starts + 1, failures, parked, exits, setupDone, revision, parkingTold);
  }

  /** The start failed for certain: no process has seen this generation. */
  Memory notUsed() {
    return new Memory(
        generation, false, starts, failures, parked, exits, setupDone, revision, parkingTold);
  }

  /** The start was not tried after all. */
  Memory notLaunched() {
    return new Memory(
        generation,
        false,
        Math.max(0, starts - 1),
        failures,
        parked,
        exits,
        setupDone,
        revision,
        parkingTold);
  }

  /**
   * It ran long enough, or somebody wants to see it tried afresh: earlier failures do not count.
   */
  Memory forgiven() {
    return new Memory(generation, used, starts, 0, false, List.of(), setupDone, revision);
  }

  /** Users have been told that it is parked; later tries are no news. */
  Memory withParkingTold() {
    return new Memory(generation, used, starts, failures, parked, exits, setupDone, revision, true);
  }

  /** One more exit or failed start. */
  Memory failed(MonotonicTime now, RestartPolicy policy) {
    List<MonotonicTime> recent =
        Stream.concat(exits.stream(), Stream.of(now))
            .filter(exit -> now.since(exit).compareTo(policy.loopWithin()) <= 0)
            .toList();
    boolean loops = parked || (policy.loopCount() > 0 && recent.size() >= policy.loopCount());
    return new Memory(
        generation,
        used,
        starts,
        failures + 1,
        loops,
        last(recent, 64),
        setupDone,
        revision,
        parkingTold);
  }

  private static List<MonotonicTime> last(List<MonotonicTime> list, int limit) {
    return list.subList(Math.max(0, list.size() - limit), list.size());
  }
}
