package io.mainstay.decisions.fleet;

import io.mainstay.model.InstanceId;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What a decider wants {@code explain} to show; kept in memory only.
 *
 * @param instance whom it concerns; empty: the service
 * @param decider which decision said so
 * @param decision what it decided, one phrase
 * @param reason one sentence
 * @param evidence what mattered, in order
 */
public record Note(
    Optional<InstanceId> instance,
    String decider,
    String decision,
    String reason,
    SequencedMap<String, String> evidence) {}
