package io.mainstay.model.state;

/**
 * What a node offers to instances. What its system and Mainstay itself need is already taken off.
 *
 * @param cpuCores at least 0; parts of a core count
 * @param memoryBytes at least 0
 * @param instances how many instances it takes at most, at least 0
 */
public record NodeCapacity(double cpuCores, long memoryBytes, int instances) {}
