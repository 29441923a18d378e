package io.mainstay.decisions.scaling;

import java.util.OptionalDouble;

/**
 * What was seen in the last second; what is empty was not to be had.
 *
 * @param current instances that should serve by the last decision
 * @param load requests in flight and waiting
 * @param limitPerInstance requests that one instance takes at once, fixed or learned
 * @param requestsPerSecond arriving, those turned away included
 * @param cpuCores in use by all serving instances together
 */
public record ScalingFacts(
    int current,
    OptionalDouble load,
    OptionalDouble limitPerInstance,
    OptionalDouble requestsPerSecond,
    OptionalDouble cpuCores) {}
