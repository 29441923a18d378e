package io.mainstay.model.state;

/**
 * A known node, and whether it is there.
 *
 * @param record what it said of itself last
 * @param present whether its session with the coordinator lives; a session outlives its node by up
 *     to the session's time-out
 */
public record NodePresence(NodeRecord record, boolean present) {}
