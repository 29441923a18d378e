/** How many instances of a service should serve. */
@NullMarked
package io.mainstay.decisions.scaling;

import org.jspecify.annotations.NullMarked;
