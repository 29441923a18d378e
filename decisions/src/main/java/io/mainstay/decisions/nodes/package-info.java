/** How the nodes of a cluster stand: there, suspect, lost, draining, flapping. */
@NullMarked
package io.mainstay.decisions.nodes;

import org.jspecify.annotations.NullMarked;
