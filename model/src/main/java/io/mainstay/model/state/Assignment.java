package io.mainstay.model.state;

import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import java.util.Optional;

/**
 * What the controller wants of one instance on one node. Desired state: stored, versioned.
 *
 * @param id which instance
 * @param revision of the service's spec; found in {@link Assignments#services()}
 * @param role in the traffic or behind it
 * @param directive what to do with it
 * @param minGeneration runs of a lower generation must end in order and be followed by a new one:
 *     how a restart is asked for; 0 asks for nothing
 * @param reason one sentence
 * @param actor who asked
 * @param cause cursor of the event that led to it
 */
public record Assignment(
    InstanceId id,
    int revision,
    Role role,
    Directive directive,
    long minGeneration,
    String reason,
    Actor actor,
    Optional<String> cause) {}
