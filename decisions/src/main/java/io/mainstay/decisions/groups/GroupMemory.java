package io.mainstay.decisions.groups;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * What one pass leaves to the next. Memory only: a new leader sees every instance for the first
 * time.
 *
 * @param seen instances of groups, as they were when they were ready last
 * @param owed services whose group is to be run anew, each with the instance that failed
 * @param rounds what is under way; at most one a service
 * @param began when the last round of a service began
 */
public record GroupMemory(
    SequencedMap<InstanceId, Seen> seen,
    SequencedMap<ServiceName, InstanceId> owed,
    List<Round> rounds,
    SequencedMap<ServiceName, MonotonicTime> began) {
  /** Nothing known. */
  public static final GroupMemory NONE =
      new GroupMemory(new TreeMap<>(), new TreeMap<>(), List.of(), new TreeMap<>());

  /** Copies the collections. */
  public GroupMemory {
    seen = Collections.unmodifiableSequencedMap(new TreeMap<>(seen));
    owed = Collections.unmodifiableSequencedMap(new TreeMap<>(owed));
    rounds = List.copyOf(rounds);
    began = Collections.unmodifiableSequencedMap(new TreeMap<>(began));
  }

  /**
   * An instance when it was ready.
   *
   * @param generation of its process then
   * @param liveRestart when its live check had it restarted last before
   */
  public record Seen(long generation, Optional<MonotonicTime> liveRestart) {}

  /**
   * A group that is run anew, level by level.
   *
   * @param root whose instance failed
   * @param because which
   * @param left levels that have not begun; the services of one do not depend on each other
   * @param level what is under way
   * @param since when that began
   */
  public record Round(
      ServiceName root,
      InstanceId because,
      List<List<ServiceName>> left,
      List<Target> level,
      MonotonicTime since) {
    /** Copies the lists. */
    public Round {
      left = left.stream().map(List::copyOf).toList();
      level = List.copyOf(level);
    }
  }

  /**
   * An instance that is run anew.
   *
   * @param id which
   * @param generation that is to end
   */
  public record Target(InstanceId id, long generation) {}
}
