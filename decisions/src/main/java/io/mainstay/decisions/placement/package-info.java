/** On which node an instance runs. */
@NullMarked
package io.mainstay.decisions.placement;

import org.jspecify.annotations.NullMarked;
