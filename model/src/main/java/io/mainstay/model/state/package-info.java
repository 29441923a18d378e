/** Assigned and observed state: what runs where, and what is known about it. */
@NullMarked
package io.mainstay.model.state;

import org.jspecify.annotations.NullMarked;
