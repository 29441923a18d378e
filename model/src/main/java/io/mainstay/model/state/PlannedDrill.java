package io.mainstay.model.state;

import io.mainstay.model.ServiceName;
import java.time.Instant;
import java.util.Optional;

/**
 * A drill that comes by itself.
 *
 * @param service whose
 * @param name in the file
 * @param due since when, or from when on, it should come
 * @param against why it does not come now, one sentence; empty: it comes
 */
public record PlannedDrill(
    ServiceName service, String name, Instant due, Optional<String> against) {}
