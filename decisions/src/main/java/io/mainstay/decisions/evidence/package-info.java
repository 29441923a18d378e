/** What speaks for and against somebody, who wins, and whether it flaps. */
@NullMarked
package io.mainstay.decisions.evidence;

import org.jspecify.annotations.NullMarked;
