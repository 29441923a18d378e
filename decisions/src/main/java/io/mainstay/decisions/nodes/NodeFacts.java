package io.mainstay.decisions.nodes;

import io.mainstay.model.NodeName;
import java.time.Duration;
import java.util.Optional;

/**
 * What is known about one node now.
 *
 * @param name which
 * @param present whether its session with the coordinator lives: the first witness
 * @param answering whether a gateway of another node gets good answers from its instances, or
 *     connects to them: the second witness; false without instances, or where nobody tries
 * @param silent for how long all other nodes have asked its instances without an answer; zero, if
 *     one of them has not said so
 * @param joining whether something must happen before it may take instances
 * @param drained why it is to be emptied, if it is
 * @param paused why it takes nothing new, if an operator said so
 * @param instances assigned to it, those on their way out included
 */
public record NodeFacts(
    NodeName name,
    boolean present,
    boolean answering,
    Duration silent,
    boolean joining,
    Optional<String> drained,
    Optional<String> paused,
    int instances) {}
