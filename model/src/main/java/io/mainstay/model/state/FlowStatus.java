package io.mainstay.model.state;

import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a flow stands.
 *
 * @param key which
 * @param health what the traffic says
 * @param reason one sentence
 * @param suspect of a failing one: who is asked and does not answer as expected, or else whoever
 *     should ask; no proof
 * @param counts since it is watched
 * @param oneIn 1: every key is followed; 2, 4, …: one in so many, since there are too many
 * @param lost keys that were not followed in time, the newest last, at most 20
 */
public record FlowStatus(
    FlowKey key,
    FlowHealth health,
    String reason,
    Optional<ServiceName> suspect,
    Counts counts,
    long oneIn,
    List<Lost> lost) {
  /** Copies the list. */
  public FlowStatus {
    lost = List.copyOf(lost);
  }

  /**
   * Counts since a flow is watched. Those followed, late and missing are settled ones whose keys
   * were followed up.
   *
   * @param begun requests that begin it, each key once within a minute or the time that it has
   * @param followed in time
   * @param missing not followed in time; late ones are among them
   * @param late followed after the time, as far as they are still remembered
   * @param beganWithoutKey requests that would begin it, without a key that could be read
   * @param followedWithoutKey requests that would follow, without a key that could be read
   * @param refused requests that would follow, but were not answered as expected
   * @param dropped sightings that nobody took in time; what began about then does not count
   */
  public record Counts(
      long begun,
      long followed,
      long missing,
      long late,
      long beganWithoutKey,
      long followedWithoutKey,
      long refused,
      long dropped) {
    /** Nothing was seen. */
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0);
  }

  /**
   * A key that was not followed in time.
   *
   * @param text the key, cut after 64 characters; empty if too many were under way to keep it
   * @param began when it began
   * @param lateBy how long after the time it had it was followed; empty: it is missing
   */
  public record Lost(String text, MonotonicTime began, Optional<Duration> lateBy) {
    @Override
    public String toString() {
      String shown = text.isEmpty() ? "(key not kept)" : text;
      return lateBy
          .map(late -> shown + " (" + late.toMillis() + " ms late)")
          .orElse(shown + " (missing)");
    }
  }
}
