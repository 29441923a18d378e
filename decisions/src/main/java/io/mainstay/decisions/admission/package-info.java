/** How much an instance may have in flight, and who waits how long. */
@NullMarked
package io.mainstay.decisions.admission;

import org.jspecify.annotations.NullMarked;
