/** Counts over the recent past. */
@NullMarked
package io.mainstay.decisions.window;

import org.jspecify.annotations.NullMarked;
