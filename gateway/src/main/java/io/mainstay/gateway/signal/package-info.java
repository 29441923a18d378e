/** What the traffic says: rates of the last second, and totals since the start. */
@NullMarked
package io.mainstay.gateway.signal;

import org.jspecify.annotations.NullMarked;
