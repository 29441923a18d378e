/** Which failed tries may be repeated, and how many of them. */
@NullMarked
package io.mainstay.decisions.retry;

import org.jspecify.annotations.NullMarked;
