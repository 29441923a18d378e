/** Which instances take the traffic of a service, and which standbys fill in. */
@NullMarked
package io.mainstay.decisions.failover;

import org.jspecify.annotations.NullMarked;
