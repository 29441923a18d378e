/** A client of its own that makes load over HTTP/1.1 and says what clients saw. */
@NullMarked
package io.mainstay.probes.load;

import org.jspecify.annotations.NullMarked;
