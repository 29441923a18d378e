/** How a changed spec reaches the instances. */
@NullMarked
package io.mainstay.decisions.rollout;

import org.jspecify.annotations.NullMarked;
