/** The strict HTTP/1.1 codec: heads as ranges of bytes, bodies followed and never rewritten. */
@NullMarked
package io.mainstay.gateway.codec;

import org.jspecify.annotations.NullMarked;
