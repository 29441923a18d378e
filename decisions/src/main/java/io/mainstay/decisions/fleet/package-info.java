/** The instances of one service: who exists, in which role, and what is asked of whom. */
@NullMarked
package io.mainstay.decisions.fleet;

import org.jspecify.annotations.NullMarked;
