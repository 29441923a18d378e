/** Whether an instance is well: fall, rise and cadence of its checks. */
@NullMarked
package io.mainstay.decisions.health;

import org.jspecify.annotations.NullMarked;
