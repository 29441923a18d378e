/** What a row of results says. */
@NullMarked
package io.mainstay.decisions.evidence;

import org.jspecify.annotations.NullMarked;
