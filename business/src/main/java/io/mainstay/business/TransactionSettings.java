package io.mainstay.business;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * What the runs of transactions need to know.
 *
 * @param probeSecret by which gateways know our own requests; sent to our own listeners only; any
 *     thread
 * @param environment Mainstay's own
 * @param drivers folders with jars of JDBC drivers; those that do not exist have none
 * @param instances whom a call of gRPC can be sent to
 * @param mostRuns at once; what is asked for beyond that is answered as unknown
 */
public record TransactionSettings(
    Supplier<String> probeSecret,
    SequencedMap<String, String> environment,
    List<Path> drivers,
    InstanceDirectory instances,
    int mostRuns) {
  /** Runs at once, unless somebody wants another number. */
  public static final int MOST_RUNS = 32;

  /** Copies the collections. */
  public TransactionSettings {
    environment = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(environment));
    drivers = List.copyOf(drivers);
  }

  /** With the usual number of runs at once. */
  public TransactionSettings(
      Supplier<String> probeSecret,
      SequencedMap<String, String> environment,
      List<Path> drivers,
      InstanceDirectory instances) {
    this(probeSecret, environment, drivers, instances, MOST_RUNS);
  }

  @Override
  public String toString() {
    return "TransactionSettings[drivers=" + drivers + ", mostRuns=" + mostRuns + "]";
  }
}
