/** What a server makes of what it hears of the others, and of itself: listeners of the ports. */
@NullMarked
package io.mainstay.cluster;

import org.jspecify.annotations.NullMarked;
