package io.mainstay.decisions.lifecycle;

import io.mainstay.model.MonotonicTime;

/**
 * What a transition depends on beside state and event.
 *
 * @param policy what is wanted now
 * @param now the time
 * @param random a drawn number, uniform in [0, 1)
 */
record Facts(LifecyclePolicy policy, MonotonicTime now, double random) {}
