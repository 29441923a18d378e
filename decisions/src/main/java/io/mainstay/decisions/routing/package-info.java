/** Which route a request takes. */
@NullMarked
package io.mainstay.decisions.routing;

import org.jspecify.annotations.NullMarked;
