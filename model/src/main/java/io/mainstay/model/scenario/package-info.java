/** What is asked of the simulator: machines, load, troubles and what is expected to come of it. */
@NullMarked
package io.mainstay.model.scenario;

import org.jspecify.annotations.NullMarked;
