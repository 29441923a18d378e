/** When drills of the file come by themselves. */
@NullMarked
package io.mainstay.decisions.drill;

import org.jspecify.annotations.NullMarked;
