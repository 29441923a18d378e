/** Sees requests of users that are a side of a flow, and reads their keys as they come by. */
@NullMarked
package io.mainstay.gateway.flow;

import org.jspecify.annotations.NullMarked;
