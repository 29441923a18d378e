/** Rehearsals: an instance is broken for real under load, and what clients saw is reported. */
@NullMarked
package io.mainstay.server.drill;

import org.jspecify.annotations.NullMarked;
