/** The way of an HTTP request: stages, connections on both sides, and the answers of our own. */
@NullMarked
package io.mainstay.gateway.http;

import org.jspecify.annotations.NullMarked;
