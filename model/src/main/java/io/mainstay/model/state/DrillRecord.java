package io.mainstay.model.state;

import io.mainstay.model.Actor;
import io.mainstay.model.ServiceName;
import java.time.Instant;
import java.util.Optional;

/**
 * A drill that is over, as it is kept.
 *
 * @param id of its operation
 * @param began wall clock
 * @param actor who ran it; {@code schedule} for one that came by itself
 * @param service whose
 * @param kind what was broken
 * @param name in the file; empty: it is not described there
 * @param passed whether it ended, and what was lost and how long it took was within its limits
 * @param message one sentence
 * @param report what clients saw; empty: it did not come so far
 */
public record DrillRecord(
    String id,
    Instant began,
    Actor actor,
    ServiceName service,
    DrillReport.Kind kind,
    Optional<String> name,
    boolean passed,
    String message,
    Optional<DrillReport> report) {}
