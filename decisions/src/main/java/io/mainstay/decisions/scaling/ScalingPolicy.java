package io.mainstay.decisions.scaling;

import io.mainstay.model.spec.ServiceSpec;
import java.util.OptionalInt;

/**
 * What bounds the decision.
 *
 * @param targets what one instance should carry, windows and steps
 * @param replicas lower and upper bound
 * @param coresPerInstance the whole that a cpu target is a share of
 * @param override a count set by hand, already within the bounds
 */
public record ScalingPolicy(
    ServiceSpec.ScalePolicy targets,
    ServiceSpec.Replicas replicas,
    double coresPerInstance,
    OptionalInt override) {}
