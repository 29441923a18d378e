package io.mainstay.model.state;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What clients saw while an instance was broken on purpose.
 *
 * @param service whose
 * @param kind how it was broken
 * @param victim which instance
 * @param sent requests sent over the listener
 * @param failed of those, without a good answer
 * @param failures what went wrong, each with its count, most frequent first
 * @param medianLatency of good answers
 * @param worstLatency of good answers
 * @param trafficOff from the break to the last request that the victim got
 * @param standbyServing from the break until another took its place; empty: none did
 * @param fullStrength from the break until as many serve and stand by as before; empty: not in time
 */
public record DrillReport(
    ServiceName service,
    Kind kind,
    InstanceId victim,
    long sent,
    long failed,
    List<String> failures,
    Duration medianLatency,
    Duration worstLatency,
    Optional<Duration> trafficOff,
    Optional<Duration> standbyServing,
    Optional<Duration> fullStrength) {
  /** Copies the list. */
  public DrillReport {
    failures = List.copyOf(failures);
  }

  /** How an instance is broken. */
  public enum Kind {
    KILL,
    HANG;

    /** The lower-case name that users see. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
