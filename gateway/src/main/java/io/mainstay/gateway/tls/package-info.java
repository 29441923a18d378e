/** TLS termination: certificates by server name, reloaded when their files change. */
@NullMarked
package io.mainstay.gateway.tls;

import org.jspecify.annotations.NullMarked;
