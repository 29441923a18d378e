/** What a server does since it is one of several: it hears of the others and speaks to them. */
@NullMarked
package io.mainstay.server.cluster;

import org.jspecify.annotations.NullMarked;
