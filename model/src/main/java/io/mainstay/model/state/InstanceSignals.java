package io.mainstay.model.state;

import io.mainstay.model.InstanceId;
import java.time.Duration;
import java.util.Optional;

/**
 * What the traffic says about one instance, over the last second. Signals: memory only.
 *
 * @param id which
 * @param generation of the process
 * @param inFlight requests (or connections, for tcp) now
 * @param requestsPerSecond finished or begun in the last second
 * @param failuresPerSecond of those, the failed ones
 * @param latency smoothed time to the first byte of a response; zero if unknown
 * @param concurrencyLimit the limit in force, fixed or learned
 * @param ejected why it is out of traffic by passive evidence, if it is
 * @param routed whether new requests go to it now
 */
public record InstanceSignals(
    InstanceId id,
    long generation,
    int inFlight,
    double requestsPerSecond,
    double failuresPerSecond,
    Duration latency,
    int concurrencyLimit,
    Optional<String> ejected,
    boolean routed) {}
