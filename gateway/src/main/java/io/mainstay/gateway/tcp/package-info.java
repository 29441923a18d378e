/** TCP listeners: one instance a connection. */
@NullMarked
package io.mainstay.gateway.tcp;

import org.jspecify.annotations.NullMarked;
