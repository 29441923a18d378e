package io.mainstay.model.state;

import io.mainstay.model.ServiceName;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What clients saw while something was broken on purpose, and what Mainstay did about it.
 *
 * @param service whose
 * @param kind how it was broken
 * @param victim what was broken: an instance, or a service as a whole
 * @param sent requests sent over the listener
 * @param failed of those, without a good answer
 * @param failures what went wrong, each with its count, most frequent first
 * @param medianLatency of good answers
 * @param worstLatency of good answers
 * @param trafficOff from the break to the last request that the victim got; empty: it got requests
 *     to the end, or no single instance was broken
 * @param standbyServing from the break until another took its place; empty: none did
 * @param fullStrength from the break until as many serve and stand by as before; empty: not in time
 * @param recovery from the mending (from the break, of what Mainstay mends itself) until all is as
 *     before; empty: not in time
 * @param moments what happened first, and when, in order
 */
public record DrillReport(
    ServiceName service,
    Kind kind,
    String victim,
    long sent,
    long failed,
    List<String> failures,
    Duration medianLatency,
    Duration worstLatency,
    Optional<Duration> trafficOff,
    Optional<Duration> standbyServing,
    Optional<Duration> fullStrength,
    Optional<Duration> recovery,
    List<Moment> moments) {
  /** Copies the lists. */
  public DrillReport {
    failures = List.copyOf(failures);
    moments = List.copyOf(moments);
  }

  /**
   * Something that happened.
   *
   * @param what one phrase, such as {@code blamed payments-2}
   * @param after the break
   */
  public record Moment(String what, Duration after) {}

  /** What is broken. */
  public enum Kind {
    /** An instance is killed. */
    KILL,
    /** An instance hangs. */
    HANG,
    /** The checks of an instance lie: they fail, whatever it answers. */
    CHECK,
    /** All instances of a service that this one depends on hang. */
    DEPENDENCY,
    /** A command of the file breaks the business, and another one mends it. */
    BUSINESS,
    /** Nothing is broken: a standby takes the place of an instance that serves. */
    PROMOTE;

    /** The lower-case name that users see. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Whether Mainstay itself makes good what it does, without anything being mended. */
    public boolean mendsItself() {
      return this == KILL || this == PROMOTE;
    }
  }
}
