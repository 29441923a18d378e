package io.mainstay.ports;

import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import java.util.Optional;

/**
 * Something about this machine that an adapter met and a user should know; the wiring makes an
 * event of it. Bounded: what lasts is reported once.
 *
 * @param kind the event's kind
 * @param instance whom it concerns, if one
 * @param reason one sentence
 */
public record HostProblem(EventKind kind, Optional<InstanceId> instance, String reason) {}
