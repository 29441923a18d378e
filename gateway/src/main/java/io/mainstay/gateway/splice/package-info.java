/** Two connections joined byte by byte: TCP listeners and upgraded HTTP connections. */
@NullMarked
package io.mainstay.gateway.splice;

import org.jspecify.annotations.NullMarked;
